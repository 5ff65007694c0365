// Types of the explorer's GraphQL documents, from the committed schema.

const folder = 'src/explorer/documents';

const client = documents => ({
  documents,
  preset: 'client',
  // The explorer sends the hash of an operation instead of its text.
  presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: 'sha256' } },
  config: {
    enumsAsTypes: true,
    useTypeImports: true,
    strictScalars: true,
    scalars: { Date: 'string', DateTime: 'string', Decimal: 'string', URL: 'string' },
  },
});

export default {
  schema: '../schema/graph.graphql',
  generates: {
    'src/explorer/gql/': client([`${folder}/*.graphql`, `!${folder}/statistics.graphql`]),
    // Apart, because only one page needs them.
    'src/explorer/gql-statistics/': client([`${folder}/fragments.graphql`, `${folder}/statistics.graphql`]),
  },
};
