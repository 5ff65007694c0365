import { Link, useSearch } from '@tanstack/react-router';
import { useData } from '../data.ts';
import { count, date, decimal, shortDollars, words } from '../format.ts';
import { HeadlinesDocument, SearchDocument, type HeadlinesQuery, type SearchQuery } from '../gql/graphql.ts';
import { i18n } from '../i18n.ts';
import { Amount, Count, Figure, RowSourceButton } from '../parts/figure.tsx';
import { Chips, useFilter } from '../parts/filters.tsx';
import { Ready } from '../parts/notices.tsx';
import { Page } from '../parts/page.tsx';
import { Pager, useKnownCursor } from '../parts/pager.tsx';
import { Marked, pathOf, SearchBox } from '../parts/search-box.tsx';
import { dataSentence } from '../parts/shell.tsx';
import { Body, nameOf, Text } from '../parts/words.tsx';
import { useDatasets } from '../parts/datasets.ts';
import { searchType, searchTypes } from '../words.ts';
import { toPath } from '../address.ts';

export function Home() {
  const { q } = useSearch({ strict: false });
  return q ? <Results text={q} /> : <Front />;
}

function Front() {
  const result = useData(HeadlinesDocument, {});
  const { data: all } = useDatasets();
  const bundled = all?.datasets.some(({ origin }) => origin !== 'LIVE');
  return (
    <Page
      title="Lionrock"
      heading={i18n._("Hong Kong's innovation money, laboratories and companies")}
      bar={{ query: [HeadlinesDocument, {}], plans: ['D29', 'D36', 'N2', 'D3', 'D27'] }}
    >
      <SearchBox isLarge />
      <p className="try">
        {i18n._('Try:')}{' '}
        <Link to="/" search={{ q: 'PolyU' }}>PolyU</Link>
        <Link to="/park" search={{ cluster: 'Biomedical Technology' }}>{i18n._('biomedical companies')}</Link>
        <Link to="/laboratories" search={{ category: 'Medical Testing' }}>{i18n._('medical laboratories')}</Link>
        <Link to="/funding">{i18n._('funding by programme')}</Link>
      </p>
      {all && bundled && <p className="notice"><Link to="/datasets">{dataSentence(all.datasets)}</Link></p>}
      <Ready result={result} lines={12}>{data => <Headlines data={data} />}</Ready>
    </Page>
  );
}

function Headlines({ data }: { data: HeadlinesQuery }) {
  const totals = data.itf?.overview?.observations?.nodes ?? [];
  const latest = totals.reduce((last, { period }) => (period.end && period.end > last ? period.end : last), '');
  const newest = totals.filter(({ period }) => period.end === latest);
  const accredited = data.hkas?.accreditations?.totalCount;
  const tenancies = data.hkstpc?.tenancies?.totalCount;
  const awards = data.itf?.projects?.nodes.filter(({ year }) => year) ?? [];
  return (
    <>
      <section className="headlines" aria-label={i18n._('In figures')}>
        {newest.map(({ value, unit, measure, provenance }) => (
          <div key={words(measure.title)}>
            <h2><Text of={measure.title} /></h2>
            <p className="big">
              {value
                ? <Figure value={unit === 'HKD' ? shortDollars(value) : decimal(value)} source={{ kind: 'row', provenance, decimal: value }} name={unit} label={words(measure.title)} />
                : <span className="unknown">{i18n._('Not published')}</span>}
            </p>
            <p className="muted">{i18n._('Innovation and Technology Fund, as at {date}', { date: date(latest) })}</p>
          </div>
        ))}
        {accredited !== undefined && (
          <div>
            <h2>{i18n._('Accredited laboratories')}</h2>
            <p className="big"><Count value={accredited} text={count(accredited)} plans={['D3']} name="laboratories" label={i18n._('Accredited laboratories')} rows={<Link to="/laboratories">{i18n._('Show the rows')}</Link>} /></p>
            <p className="muted">{i18n._('in the list that we have')}</p>
          </div>
        )}
        {tenancies !== undefined && (
          <div>
            <h2>{i18n._('Units in Science Park')}</h2>
            <p className="big"><Count value={tenancies} text={count(tenancies)} plans={['D27']} name="tenancies" label={i18n._('Units in Science Park')} rows={<Link to="/park">{i18n._('Show the rows')}</Link>} /></p>
            <p className="muted">{i18n._('company directory')}</p>
          </div>
        )}
      </section>
      <section>
        <h2>{i18n._('Newest listed awards')}</h2>
        {awards.length === 0 && <p>{i18n._('No award in the lists has a year.')}</p>}
        <ul className="plain rows">
          {awards.map(award => (
            <li key={award.id}>
              <span>
                <Link to="/projects/$id" params={{ id: toPath(award.id) }}><Text of={award.title} /></Link>
                <br />
                <span className="muted">{award.year} · {award.programme?.code} · <Body name={award.leadApplicantName} organisation={award.leadApplicant} /></span>
              </span>
              <Amount of={award.funding} provenance={award.provenance} />
            </li>
          ))}
        </ul>
        <p className="actions">
          <Link to="/projects">{i18n._('All {count} projects', { count: count(data.itf?.projects?.totalCount ?? 0) })}</Link>
          <Link to="/organisations">{i18n._('All {count} organisations', { count: count(data.organisations?.totalCount ?? 0) })}</Link>
        </p>
      </section>
    </>
  );
}

type Hit = NonNullable<SearchQuery['search']>['edges'][number];

function Results({ text }: { text: string }) {
  const { after } = useSearch({ strict: false });
  const [type, setType] = useFilter('type');
  const known = searchTypes.find(value => value === type);
  const variables = { text, types: known ? [known] : null, after: after ?? null };
  const result = useData(SearchDocument, variables);
  const isGone = useKnownCursor(result.error);
  return (
    <Page title={i18n._('Search: {text}', { text })} bar={{ query: [SearchDocument, variables] }}>
      <SearchBox initial={text} isLarge />
      <Chips of={[['type', i18n._('Kind'), known && searchType(known)]]} />
      {isGone && <p className="notice">{i18n._('The list changed since this link was made. This is its first page.')}</p>}
      <Ready result={result} lines={16}>
        {({ search }) => search && (
          <>
            <p role="status">{i18n._('{count, plural, =0 {Nothing found.} one {# hit} other {# hits}}', { count: search.totalCount })}</p>
            {search.totalCount === 0 && <p>{i18n._('Try fewer or other words, or another spelling. The names of organisations are found in English and in Chinese.')}</p>}
            {!type && search.facets.types.length > 1 && (
              <p className="chips">
                {search.facets.types.map(facet => (
                  <button key={facet.type} type="button" className="chip" onClick={() => setType(facet.type)}>{searchType(facet.type)} {count(facet.count)}</button>
                ))}
              </p>
            )}
            <ol className="plain rows hits">{search.edges.map(hit => <HitLine key={hit.node.id} hit={hit} />)}</ol>
            <Pager ends={search.pageInfo} shown={search.edges.length} total={search.totalCount} />
          </>
        )}
      </Ready>
    </Page>
  );
}

const kinds: Record<string, () => string> = {
  Organisation: () => i18n._('Organisation'),
  Dataset: () => i18n._('Dataset'),
  FundedProject: () => i18n._('Funded project'),
  TrialProject: () => i18n._('Public sector trial'),
  BetterLivingProject: () => i18n._('Better Living project'),
  RaisePlusProject: () => i18n._('RAISe+ project'),
  TechConnectProject: () => i18n._('TechConnect project'),
  BusinessGrant: () => i18n._('Distance business grant'),
  VentureInvestment: () => i18n._('Venture investment'),
  KeyLaboratory: () => i18n._('Key laboratory'),
  Accreditation: () => i18n._('Accreditation'),
  Tenancy: () => i18n._('Park tenant'),
  ResearchDesignation: () => i18n._('Designated research institution'),
  JobVacancy: () => i18n._('Job vacancy'),
  Event: () => i18n._('Event'),
  Tender: () => i18n._('Tender'),
  Restaurant: () => i18n._('Restaurant'),
  TransportRoute: () => i18n._('Transport route'),
  CarParkVacancy: () => i18n._('Car park'),
};

export const kindOfRecord = (typename: string): string => kinds[typename]?.() ?? typename;

function HitLine({ hit: { node, highlights } }: { hit: Hit }) {
  const year = 'year' in node ? node.year : undefined;
  return (
    <li>
      <span>
        <Link to={pathOf(node.__typename, node.id)}><HitName node={node} /></Link>
        {highlights[0] && <><br /><small className="muted"><Marked pieces={highlights[0].pieces} /></small></>}
      </span>
      <span className="muted hit-kind">
        {kindOfRecord(node.__typename)}{year ? ` · ${year}` : ''}
        {'provenance' in node && <> <RowSourceButton provenance={node.provenance} /></>}
      </span>
    </li>
  );
}

function HitName({ node }: { node: Hit['node'] }) {
  if (node.__typename === 'Organisation') return <Text of={nameOf(node)} />;
  if (node.__typename === 'Dataset') return <>{node.plan} <Text of={node.datasetTitle} /></>;
  if (node.__typename === 'TransportRoute') return <>{node.route}</>;
  if ('label' in node) return <Text of={node.label} />;
  return <Text of={node.title} />;
}
