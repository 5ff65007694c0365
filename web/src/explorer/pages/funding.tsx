import { Link, useSearch } from '@tanstack/react-router';
import { toPath, yearRange } from '../address.ts';
import { useData } from '../data.ts';
import { words } from '../format.ts';
import { FundingDocument, FundingMatrixDocument, type FundingDimension, type FundingFilter, type FundingKind, type FundingQuery } from '../gql/graphql.ts';
import { i18n } from '../i18n.ts';
import { BarTable, hatchNote } from '../parts/bars.tsx';
import { knownOf, Sum } from '../parts/figure.tsx';
import { awardsAddress, Matrix, matrixVariables, type Column } from '../parts/funding-matrix.tsx';
import { BadFilters, Chips, Choice, TextFilter } from '../parts/filters.tsx';
import { Ready } from '../parts/notices.tsx';
import { Page } from '../parts/page.tsx';
import { nameOf, OrganisationLink } from '../parts/words.tsx';
import { fundingKind, fundingKinds, fundingPlans, plansOfKind } from '../words.ts';
import { seriesOf } from './organisation.tsx';

type Group = FundingQuery['funding'][number];

const groupings: Record<string, FundingDimension[]> = {
  '': ['KIND', 'PROGRAMME'],
  kind: ['KIND'],
  year: ['YEAR'],
  cluster: ['CLUSTER'],
  organisation: ['ORGANISATION'],
};

/** The groupings by year and a second dimension. */
const matrices: Record<string, Column> = { 'year,programme': 'PROGRAMME', 'year,kind': 'KIND' };

/** The maximum number of groups in one table. */
const most = 100;

export function Funding() {
  const { by = '', kind, year } = useSearch({ strict: false });
  const matrix = matrices[by];
  const grouping = by in groupings ? by : '';
  const kinds = kind?.split(',').filter((value): value is FundingKind => fundingKinds.some(known => known === value)) ?? [];
  const range = yearRange(year);
  const filter: FundingFilter = { ...(kinds.length ? { kinds } : {}), ...(range ? { year: range } : {}) };
  const both = matrixVariables(matrix ?? 'PROGRAMME');
  const variables = { groupBy: (matrix ? both.both : groupings[grouping]) ?? [], filter };
  const result = useData(FundingDocument, variables);
  const table = useData(FundingMatrixDocument, { ...both, filter }, !matrix);
  const plans = kinds.length ? kinds.flatMap(of => plansOfKind[of]) : fundingPlans;
  const groups = [...(result.data?.funding ?? [])].sort(
    grouping === 'year' ? (a, b) => (b.year ?? 0) - (a.year ?? 0) : (a, b) => Number(b.total?.amount ?? -1) - Number(a.total?.amount ?? -1),
  );
  const shown = groups.slice(0, most);
  const isAdditive = groups.every(group => group.isAdditive);
  return (
    <Page
      title={i18n._('Funding')}
      lead={<p>{i18n._('Sums of the listed awards that have an amount. They are not the total of the fund:')} <Link to="/statistics/$plan" params={{ plan: 'D29' }}>{i18n._('see D29, the statistics of the fund')}</Link></p>}
      plans={plans}
      bar={{
        query: matrix ? [FundingMatrixDocument, { ...both, filter }] : [FundingDocument, variables],
        download: {
          name: 'lionrock-funding', count: groups.length,
          columns: ['kind', 'programme', 'year', 'cluster', 'organisation_id', 'organisation', 'awards', 'awards_without_amount', 'sum_of_published_amounts_hkd', 'rows_add_up'],
          pages: async function* () {
            yield groups.map(group => [
              group.kind, group.programme, group.year, group.cluster, group.organisation?.id, group.organisation && words(nameOf(group.organisation)),
              group.count, group.countWithoutAmount, group.total?.amount, String(group.isAdditive),
            ]);
          },
        },
      }}
    >
      <div className="controls">
        <Choice
          label={i18n._('By')} of="by" all={null}
          options={[['', i18n._('kind and programme')], ['year,programme', i18n._('year and programme')], ['year,kind', i18n._('year and kind')], ['kind', i18n._('kind')], ['year', i18n._('year of the list')], ['cluster', i18n._('cluster in the park')], ['organisation', i18n._('organisation')]]}
        />
        <Choice label={i18n._('Kind')} of="kind" options={fundingKinds.map(value => [value, fundingKind(value)])} />
        <TextFilter label={i18n._('Year')} of="year" placeholder="2019..2021" size={10} />
      </div>
      <BadFilters of={[...(year && !range ? [[i18n._('Year'), year] as [string, string]] : []), ...(kind && !kinds.length ? [[i18n._('Kind'), kind] as [string, string]] : [])]} />
      <Chips of={[['kind', i18n._('Kind'), kinds.map(fundingKind).join(', ') || undefined], ['year', i18n._('Year')]]} />
      {matrix && <Matrix result={table} by={matrix} plans={plans} year={range ? year : undefined} />}
      {!matrix && <Ready result={result} lines={20}>
        {() => groups.length === 0 ? <p>{i18n._('No listed award matches. Remove one filter.')}</p> : (
          <>
            <BarTable
              caption={i18n._('Listed awards')}
              head={[i18n._('Group'), i18n._('Amount')]} noteHead={i18n._('Amounts published')}
              bars={shown.map(group => ({
                key: keyOf(group),
                label: <Label of={group} grouping={grouping} />,
                value: group.total ? Number(group.total.amount) : undefined,
                unknown: group.countWithoutAmount,
                series: group.kind ? seriesOf(group.kind) : 1,
                figure: <Sum of={group} plans={group.kind ? plansOfKind[group.kind] : plans} name={keyOf(group)} label={plainLabel(group, grouping)} rows={<RowsLink of={group} years={group.year ? String(group.year) : range ? year : undefined} isByProgramme={grouping === ''} />} />,
                note: knownOf(group),
              }))}
            />
            {groups.length > shown.length && <p className="muted">{i18n._('The first {shown} of {total} are shown.', { shown: shown.length, total: groups.length })} {i18n._('The CSV file has all.')}</p>}
            {groups.some(group => group.countWithoutAmount > 0) && <p className="muted">{hatchNote()}</p>}
            {!isAdditive && <p className="notice">{i18n._('Some projects count in several rows, because they have joint applicants or their applicant is in several clusters. The rows add up to more than the total.')}</p>}
          </>
        )}
      </Ready>}
      <section>
        <h2>{i18n._('By technology area')}</h2>
        <p>
          {i18n._('The project register states technology areas, the yearly lists do not. The publisher’s own tables by technology area are:')}{' '}
          <Link to="/statistics/$plan" params={{ plan: 'D31' }}>D31</Link>, <Link to="/statistics/$plan" params={{ plan: 'D35' }}>D35</Link>, <Link to="/statistics/$plan" params={{ plan: 'D38' }}>D38</Link>.
        </p>
      </section>
    </Page>
  );
}

const keyOf = (group: Group): string => [group.kind, group.programme, group.year, group.cluster, group.organisation?.id].filter(Boolean).join('-') || 'none';

function plainLabel(group: Group, grouping: string): string {
  switch (grouping) {
    case 'year': return group.year ? String(group.year) : i18n._('Year not published');
    case 'cluster': return group.cluster ?? i18n._('Not in the park');
    case 'organisation': return group.organisation ? words(nameOf(group.organisation)) : i18n._('Organisation not stated');
    case 'kind': return group.kind ? fundingKind(group.kind) : '';
    default: return [group.kind && fundingKind(group.kind), group.programme ?? (group.kind === 'FUNDED_PROJECT' ? i18n._('programme not stated') : '')].filter(Boolean).join(' · ');
  }
}

function Label({ of, grouping }: { of: Group; grouping: string }) {
  return of.organisation && grouping === 'organisation' ? <OrganisationLink of={of.organisation} /> : <>{plainLabel(of, grouping)}</>;
}

/** A link to exactly the awards of a group, if a list can show them. */
function RowsLink({ of, years, isByProgramme }: { of: Group; years: string | undefined; isByProgramme: boolean }) {
  const text = i18n._('Show the rows');
  if (of.organisation) return <Link to="/organisations/$id" params={{ id: toPath(of.organisation.id) }} hash="awards">{text}</Link>;
  const address = awardsAddress(of.kind, of.programme, years, isByProgramme);
  return address ? <Link {...address}>{text}</Link> : null;
}
