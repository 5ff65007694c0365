// Apollo Client: `possibleTypes`, and a type policy for each type without `id`.
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { ApolloProvider, useQuery } from '@apollo/client/react';
import keylessTypes from './generated/keyless-types.json';
import possibleTypes from './generated/possible-types.json';
import { countedFetch, run, url } from './run';

const cache = new InMemoryCache({
  possibleTypes,
  // Without this policy, an object without `id` would replace the previous one at the same path. Fields that only the
  // first query selects would be lost.
  typePolicies: Object.fromEntries(keylessTypes.map(type => [type, { merge: true }])),
});
const client = new ApolloClient({ cache, link: new HttpLink({ uri: url, fetch: countedFetch }) });

const projects = gql`
  query Projects($name: String!) {
    itf { projects(first: 2) { totalCount nodes { id title { en } } } }
    organisation(by: { name: $name }) { ...Identity name { en } funding { count } }
  }
  fragment Identity on Node { id }
`;
const trials = gql`
  query Trials($name: String!) {
    itf { trialProjects(first: 2) { totalCount nodes { id title { zhHant } } } }
    organisation(by: { name: $name }) { id name { zhHant } funding { countWithoutAmount total { amount } } }
  }
`;
const summary = gql`
  query Summary($name: String!) {
    itf { projects(first: 2) { totalCount } trialProjects(first: 2) { totalCount } }
    organisation(by: { name: $name }) { id name { en zhHant } funding { count countWithoutAmount total { amount } } }
  }
`;
const tables = gql`
  query Tables {
    itf {
      byTechnology { dimensions { code values { en } } }
      annualByTechnology { dimensions { code values { en } } }
    }
  }
`;

const use = query => variables => useQuery(query, { variables }).data;

run({
  Provider: ({ children }) => <ApolloProvider client={client}>{children}</ApolloProvider>,
  useProjects: use(projects),
  useTrials: use(trials),
  useSummary: use(summary),
  useTables: use(tables),
});
