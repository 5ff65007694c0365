// Relay needs no settings: its compiler reads the schema, and objects without `id` are stored in the parent object.
import { Suspense } from 'react';
import { graphql, RelayEnvironmentProvider, useLazyLoadQuery } from 'react-relay';
import { Environment, Network, RecordSource, Store } from 'relay-runtime';
import { countedFetch, run, url } from './run';

const network = Network.create(async ({ text }, variables) => {
  const response = await countedFetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query: text, variables }),
  });
  return response.json();
});
const environment = new Environment({ network, store: new Store(new RecordSource()) });

const projects = graphql`
  query relayProjectsQuery($name: String!) {
    itf { projects(first: 2) { totalCount nodes { id title { en } } } }
    organisation(by: { name: $name }) { id name { en } funding { count } }
  }
`;
const trials = graphql`
  query relayTrialsQuery($name: String!) {
    itf { trialProjects(first: 2) { totalCount nodes { id title { zhHant } } } }
    organisation(by: { name: $name }) { id name { zhHant } funding { countWithoutAmount total { amount } } }
  }
`;
const summary = graphql`
  query relaySummaryQuery($name: String!) {
    itf { projects(first: 2) { totalCount } trialProjects(first: 2) { totalCount } }
    organisation(by: { name: $name }) { id name { en zhHant } funding { count countWithoutAmount total { amount } } }
  }
`;
const tables = graphql`
  query relayTablesQuery {
    itf {
      byTechnology { dimensions { code values { en } } }
      annualByTechnology { dimensions { code values { en } } }
    }
  }
`;

const use = query => variables => useLazyLoadQuery(query, variables, { fetchPolicy: 'store-or-network' });

run({
  Provider: ({ children }) => <RelayEnvironmentProvider environment={environment}><Suspense>{children}</Suspense></RelayEnvironmentProvider>,
  useProjects: use(projects),
  useTrials: use(trials),
  useSummary: use(summary),
  useTables: use(tables),
});
