// Prints the funded projects of an organisation, each with its amount and its source row.
//
//   node dist/funded-projects.js [NAME]      LIONROCK_URL is the address of the gateway (default http://127.0.0.1:4000/graphql)

import { graphql } from './graph/gql.js';
import type { FundedProjectsQuery, TypedDocumentString } from './graph/graphql.js';

const url = process.env.LIONROCK_URL ?? 'http://127.0.0.1:4000/graphql';

const fundedProjects = graphql(`
  query FundedProjects($name: String!, $after: String) {
    organisation(by: { name: $name }) {
      name { en }
      fundedProjects(first: 10, after: $after, orderBy: { field: FUNDING, direction: DESC }) {
        totalCount
        nodes {
          reference
          year
          title { en zhHant }
          funding { amount currency }
          provenance { row attribution dataset { plan title { en } } }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);

type Organisation = NonNullable<FundedProjectsQuery['organisation']>;
type Project = NonNullable<Organisation['fundedProjects']>['nodes'][number];

/** Sends a query and returns its data, with the generated types. Throws the errors of the response. */
async function sendQuery<Data, Variables>(query: TypedDocumentString<Data, Variables>, variables: Variables): Promise<Data> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: { message: string }[] };
  if (errors?.length || !data) throw new Error(errors?.map(error => error.message).join('; ') || `status ${response.status}`);
  return data;
}

/** Yields every project of an organisation, page by page. */
async function* projectsOf(name: string): AsyncGenerator<Project> {
  let after: string | null | undefined;
  do {
    const { organisation } = await sendQuery(fundedProjects, { name, after });
    if (!organisation) throw new Error(`no organisation is called \`${name}\``);
    // Null only with an error, which was thrown above.
    if (!organisation.fundedProjects) throw new Error('the gateway returned no projects');
    const { nodes, pageInfo } = organisation.fundedProjects;
    yield* nodes;
    after = pageInfo.hasNextPage ? pageInfo.endCursor : undefined;
  } while (after);
}

/** The whole dollars of an amount. Amounts are exact decimals, which `number` cannot represent. */
const dollars = (amount: string) => BigInt(amount.split('.')[0] ?? '0');

try {
  let count = 0;
  let total = 0n;
  const attributions = new Set<string>();
  for await (const { reference, title, funding, provenance } of projectsOf(process.argv[2] ?? 'The Hong Kong Polytechnic University')) {
    count += 1;
    if (funding) total += dollars(funding.amount);
    attributions.add(provenance.attribution);
    const amount = funding ? `${funding.currency} ${funding.amount}` : 'amount not known';
    console.log([reference ?? '-', amount, title.en ?? title.zhHant ?? '-', `${provenance.dataset?.plan ?? '-'} row ${provenance.row}`].join('\t'));
  }
  console.log(`${count} projects, HKD ${total}`);
  for (const attribution of attributions) console.log(attribution);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
