// Arguments with existing values: ids, names and numbers of records.

import { sendQuery } from './fleet.mjs';

const query = `{
  datasets { id plan distributions { url } }
  organisations(first: 40, orderBy: { field: FUNDING, direction: DESC }) { nodes {
    id name { en zhHant } mentions(first: 3) { nodes { record { id } } } tenancies: tenanciesConnection { nodes { id } } possibleMatches { organisation { id } }
  } }
  itf { projects(first: 20) { nodes { id reference } } trialProjects(first: 5) { nodes { id } } keyLaboratories: keyLaboratoriesConnection { nodes { id } } }
  hkas { accreditations(first: 20) { nodes { id scheme registrationNumber } } }
  hkstpc { tenancies(first: 10) { nodes { id } } vacancies(first: 5) { nodes { id } } tenders(first: 5) { nodes { id } }
    events(first: 5) { nodes { id } } transportRoutes: transportRoutesConnection { nodes { id } } carParks { general { id } } }
}`;

/** Returns lists of arguments, by type and field. Datasets without rows in the bundle are null and give no arguments. */
export async function knownArguments(url) {
  const { data: { datasets, organisations: { nodes: organisations }, itf, hkas, hkstpc } } = await sendQuery(url, { query });
  const nodesOf = page => page?.nodes ?? [];
  const records = [
    ...organisations.flatMap(organisation => nodesOf(organisation.mentions).map(({ record }) => record)),
    ...organisations.flatMap(organisation => nodesOf(organisation.tenancies)),
    ...[itf.projects, itf.trialProjects, hkas.accreditations, hkstpc.tenancies, hkstpc.vacancies, hkstpc.tenders, hkstpc.events, itf.keyLaboratories, hkstpc.transportRoutes]
      .flatMap(nodesOf),
  ].map(({ id }) => id);
  const ids = organisations.map(({ id }) => id);
  const nodeIds = [...ids, ...records, ...datasets.map(({ id }) => id)];
  const pairs = organisations.flatMap(({ id, possibleMatches }) => possibleMatches.map(match => ({ a: id, b: match.organisation.id })));
  return {
    'Query.organisation': [...ids.map(id => ({ id })), ...organisations.map(({ name }) => ({ name: name.en ?? name.zhHant })), { name: 'PolyU' }, { name: 'nobody' }].map(by => ({ by })),
    'Query.node': [...nodeIds.map(id => ({ id })), { id: 'nothing' }],
    'Query.nodes': nodeIds.map((id, at) => ({ ids: [id, 'nothing', nodeIds[(at * 7) % nodeIds.length], id] })),
    'Query.dataset': datasets.flatMap(({ id, plan }) => [{ id }, { id: plan }]),
    'Query.explainLink': [...pairs, { a: ids[0], b: ids[1] }, { a: ids[0], b: records[0] }],
    'Query.funding': [['YEAR'], ['KIND'], ['PROGRAMME', 'YEAR'], ['ORGANISATION'], []].map(groupBy => ({ groupBy })),
    'Dataset.row': datasets.flatMap(({ distributions }) => distributions.map(({ url }) => ({ distribution: url, number: 2 }))),
    'Itf.project': nodesOf(itf.projects).filter(({ reference }) => reference).map(({ reference }) => ({ reference })),
    'Hkas.accreditation': nodesOf(hkas.accreditations).filter(({ registrationNumber }) => registrationNumber).map(({ scheme, registrationNumber }) => ({ scheme, registrationNumber })),
  };
}
