import { useSearch } from '@tanstack/react-router';
import { dollarsIn } from '../address.ts';
import { client, useData } from '../data.ts';
import { words } from '../format.ts';
import { OrganisationsDocument, type OrganisationFilter, type OrganisationKind, type OrganisationOrder } from '../gql/graphql.ts';
import { i18n } from '../i18n.ts';
import { knownOf, Sum } from '../parts/figure.tsx';
import { BadFilters, Chips, Choice, TextFilter } from '../parts/filters.tsx';
import { Ready } from '../parts/notices.tsx';
import { Page } from '../parts/page.tsx';
import { Pager, pageSize, useKnownCursor } from '../parts/pager.tsx';
import { pagesOf } from '../parts/project-table.tsx';
import { nameOf, OrganisationLink, Text } from '../parts/words.tsx';
import { fundingPlans, organisationKind, organisationKinds } from '../words.ts';

const orders: Record<string, OrganisationOrder> = {
  name: { field: 'NAME', direction: 'ASC' },
  mentions: { field: 'MENTIONS', direction: 'DESC' },
};

export function Organisations() {
  const { kind, cluster, min, name, sort, after } = useSearch({ strict: false });
  const kinds = kind?.split(',').filter((value): value is OrganisationKind => organisationKinds.some(known => known === value));
  const filter: OrganisationFilter = {
    ...(kinds?.length ? { kinds } : {}),
    ...(cluster ? { clusters: [cluster] } : {}),
    ...(name ? { name } : {}),
    ...(dollarsIn(min) ? { funding: { from: dollarsIn(min) } } : {}),
  };
  const variables = { first: pageSize, after: after ?? null, filter, orderBy: orders[sort ?? ''] ?? { field: 'FUNDING' as const, direction: 'DESC' as const } };
  const result = useData(OrganisationsDocument, variables);
  const isGone = useKnownCursor(result.error);
  const total = result.data?.organisations?.totalCount;
  const head = { name: i18n._('Organisation'), kind: i18n._('Kind'), cluster: i18n._('Cluster in the park'), amount: i18n._('Listed awards'), known: i18n._('Amounts published') };
  return (
    <Page
      title={i18n._('Organisations')}
      lead={<p>{i18n._('Every body that the records name, with the sum of the awards in the lists.')}</p>}
      plans={fundingPlans}
      bar={{
        query: [OrganisationsDocument, variables],
        download: total === undefined ? undefined : {
          name: 'lionrock-organisations', count: total,
          columns: ['id', 'name_en', 'name_zh_hant', 'kind', 'awards', 'awards_without_amount', 'sum_of_published_amounts_hkd'],
          pages: async function* () {
            const read = async (cursor: string | null) => (await client.query(OrganisationsDocument, { ...variables, first: 100, after: cursor }).toPromise()).data?.organisations;
            for await (const page of pagesOf(read)) {
              yield page.nodes.map(organisation => {
                const { en, zhHant } = nameOf(organisation);
                const { id, kind: of, funding } = organisation;
                return [id, en, zhHant, of, funding.count, funding.countWithoutAmount, funding.total?.amount];
              });
            }
          },
        },
      }}
    >
      <div className="controls">
        <TextFilter label={i18n._('Name')} of="name" />
        <Choice label={head.kind} of="kind" options={organisationKinds.map(value => [value, organisationKind(value)])} />
        <TextFilter label={head.cluster} of="cluster" />
        <TextFilter label={i18n._('From HK$')} of="min" size={10} />
        <Choice label={i18n._('Sort')} of="sort" all={null} options={[['', i18n._('amount, largest first')], ['mentions', i18n._('mentions, most first')], ['name', i18n._('name')]]} />
      </div>
      <BadFilters of={[...(min && !dollarsIn(min) ? [[i18n._('From HK$'), min] as [string, string]] : []), ...(kind && !kinds?.length ? [[head.kind, kind] as [string, string]] : [])]} />
      <Chips of={[['name', i18n._('Name')], ['kind', head.kind, kinds?.map(organisationKind).join(', ') || undefined], ['cluster', head.cluster], ['min', i18n._('From HK$')]]} />
      {isGone && <p className="notice">{i18n._('The list changed since this link was made. This is its first page.')}</p>}
      <Ready result={result} lines={30}>
        {({ organisations }) => organisations && (
          <>
            <p role="status" className="counted">{i18n._('{count, plural, =0 {No organisation matches.} one {# organisation} other {# organisations}}', { count: organisations.totalCount })}</p>
            <div className="scroll">
              <table className="cards">
                <caption className="visually-hidden">{i18n._('Organisations')}</caption>
                <thead><tr><th scope="col">{head.name}</th><th scope="col">{head.kind}</th><th scope="col">{head.cluster}</th><th scope="col" className="number">{head.amount}</th><th scope="col">{head.known}</th></tr></thead>
                <tbody>
                  {organisations.nodes.map(organisation => (
                    <tr key={organisation.id}>
                      <th scope="row"><OrganisationLink of={organisation} /></th>
                      <td data-label={head.kind}>{organisationKind(organisation.kind)}</td>
                      <td data-label={head.cluster}>{organisation.clusters.length === 0 ? '–' : organisation.clusters.map((found, index) => <span key={index}>{index > 0 && ', '}<Text of={found} /></span>)}</td>
                      <td data-label={head.amount} className="number">
                        {organisation.funding.count === 0
                          ? <span className="muted">{i18n._('no listed award')}</span>
                          : <Sum of={organisation.funding} plans={fundingPlans} name={organisation.id} label={words(nameOf(organisation))} rows={<OrganisationLink of={organisation} />} />}
                      </td>
                      <td data-label={head.known} className="nowrap">{organisation.funding.count > 0 && knownOf(organisation.funding)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            <Pager ends={organisations.pageInfo} shown={organisations.nodes.length} total={organisations.totalCount} />
            <p className="muted">{i18n._('A project with joint applicants counts for each of them: the rows add up to more than the total. Names are linked by rules, see “Names and links” of each organisation.')}</p>
          </>
        )}
      </Ready>
    </Page>
  );
}
