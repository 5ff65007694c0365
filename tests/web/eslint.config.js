// The rules of graphql-eslint for `schema/graph.graphql`: all schema rules and the Relay rules, with these exceptions.
import { join } from 'node:path';
import plugin from '@graphql-eslint/eslint-plugin';

/** Object types without `id`, by the reason why caches do not need one. */
const withoutId = {
  'the pages of a list': ['PageInfo', 'SearchFacets', 'Table'],
  'a value that belongs to its parent object': [
    'Check', 'Contact', 'DatasetError', 'Distribution', 'Drift', 'Extra', 'FormerName', 'Highlight', 'HighlightPiece', 'Licence', 'Location', 'Money',
    'OrganisationName', 'Participant', 'Period', 'Programme', 'Provenance', 'Reject', 'SourceCell', 'SourceRow', 'TableRow', 'Text',
  ],
  'a count or sum that depends on the arguments of the field': [
    'CodeListEntry', 'CollaborationRoles', 'Collaborator', 'DatasetFacet', 'FundingByScheme', 'FundingByYear', 'FundingGroup', 'FundingSummary', 'FundingTotal', 'OmittedNames',
    'PublisherFacet', 'TypeFacet', 'YearCount', 'YearFacet',
  ],
  'the result of a comparison of names': ['Link', 'LinkExplanation', 'LinkRefusal', 'Mention', 'PossibleMatch', 'Suggestion'],
  'a part of one statistical table: its code is unique in that table only': ['Dimension', 'DimensionValue', 'Measure', 'Observation'],
  'found by its dataset, which has an id': ['StatisticalTable'],
  'two records of one car park, each with an id': ['CarPark'],
  'the namespace of a publisher: there is one object of each type': ['Hkas', 'Hkctc', 'Hkpc', 'Hkstpc', 'Itc', 'Itf', 'RdCentres'],
  'found by its code': ['Publisher'],
};

/** The configuration for a schema in this file. */
export const rulesFor = schema => ({
  files: ['**/*.graphql'],
  languageOptions: { parser: plugin.parser, parserOptions: { graphQLConfig: { schema } } },
  plugins: { '@graphql-eslint': plugin },
  rules: {
    ...plugin.configs['flat/schema-all'].rules,
    ...plugin.configs['flat/schema-relay'].rules,
    // The SDL printer sorts names by their bytes, including `id`, and keeps the order of arguments.
    '@graphql-eslint/alphabetize': 'off',
    // `TypeFacet` counts hits by type. `Type` is not a prefix there.
    '@graphql-eslint/naming-convention': withOptions('naming-convention', {
      'ObjectTypeDefinition,ObjectTypeExtension': { forbiddenPrefixes: ['Type'], forbiddenSuffixes: ['Type'], ignorePattern: '^TypeFacet$' },
    }),
    // The rule requires an argument `deletionDate`, which the specified directive does not have. Deprecated elements stay
    // until the next major version.
    '@graphql-eslint/require-deprecation-date': 'off',
    // Mutations are not allowed because all data come from the publishers.
    '@graphql-eslint/no-root-type': ['error', { disallow: ['mutation'] }],
    // Connections have `nodes` and `edges`, and short lists such as names and facets are plain lists. Rows of a file,
    // rejects, mentions and observations are paginated but not nodes.
    '@graphql-eslint/relay-edge-types': ['error', { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false }],
    '@graphql-eslint/strict-id-in-types': ['error', {
      acceptedIdNames: ['id'], acceptedIdTypes: ['ID'],
      exceptions: { suffixes: ['Connection', 'Edge'], types: Object.values(withoutId).flat() },
    }],
  },
});

/** The options of a rule in the plugin's configuration, extended by more. */
function withOptions(rule, more) {
  const [severity, options] = plugin.configs['flat/schema-recommended'].rules[`@graphql-eslint/${rule}`];
  return [severity, { ...options, ...more }];
}

export default [rulesFor(join(import.meta.dirname, '../../schema/graph.graphql'))];
