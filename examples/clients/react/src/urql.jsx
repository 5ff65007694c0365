// urql with its normalised cache, Graphcache. `keys` declares that objects without `id` are parts of the parent object.
import { cacheExchange } from '@urql/exchange-graphcache';
import { Client, fetchExchange, gql, Provider, useQuery } from 'urql';
import keylessTypes from './generated/keyless-types.json';
import { countedFetch, run, url } from './run';

const client = new Client({
  url,
  fetch: countedFetch,
  preferGetMethod: false,
  exchanges: [cacheExchange({ keys: Object.fromEntries(keylessTypes.map(type => [type, () => null])) }), fetchExchange],
});

const projects = gql`
  query Projects($name: String!) {
    itf { projects(first: 2) { totalCount nodes { id title { en } } } }
    organisation(by: { name: $name }) { id name { en } funding { count } }
  }
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

const use = query => variables => useQuery({ query, variables })[0].data;

run({
  Provider: ({ children }) => <Provider value={client}>{children}</Provider>,
  useProjects: use(projects),
  useTrials: use(trials),
  useSummary: use(summary),
  useTables: use(tables),
});
