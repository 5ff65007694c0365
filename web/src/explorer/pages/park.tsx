import { Link, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { toPath } from '../address.ts';
import { client, useData } from '../data.ts';
import { count, date, time, words } from '../format.ts';
import {
  CarParkChangesDocument, CarParksDocument, ClustersDocument, ParkListsDocument, TenanciesDocument, VacanciesDocument, type CarParksQuery,
  type JobVacancyFilter, type TenancyFilter,
} from '../gql/graphql.ts';
import { i18n } from '../i18n.ts';
import { useLive } from '../live.ts';
import { Figure, RowSourceButton } from '../parts/figure.tsx';
import { Chips, Choice, TextFilter } from '../parts/filters.tsx';
import { Ready } from '../parts/notices.tsx';
import { Page } from '../parts/page.tsx';
import { Pager, pageSize, useKnownCursor } from '../parts/pager.tsx';
import { pagesOf } from '../parts/project-table.tsx';
import { Body, OrganisationLink, Text } from '../parts/words.tsx';

const lists = (): [string, string][] => [
  ['', i18n._('Tenants')], ['jobs', i18n._('Job vacancies')], ['car-parks', i18n._('Car parks')], ['restaurants', i18n._('Restaurants')], ['transport', i18n._('Transport')], ['events', i18n._('Events')], ['tenders', i18n._('Tenders')],
];

export function Park() {
  const { list } = useSearch({ strict: false });
  switch (list) {
    case 'jobs': return <Jobs />;
    case 'car-parks': return <CarParks />;
    case 'restaurants': return <Simple list="restaurants" plan="C4" />;
    case 'transport': return <Simple list="transport" plan="C5" />;
    case 'events': return <Simple list="events" plan="C6" />;
    case 'tenders': return <Simple list="tenders" plan="C7" />;
    default: return <Tenants />;
  }
}

const Lists = () => <Choice label={i18n._('List')} of="list" all={null} options={lists()} />;

function Tenants() {
  const { cluster, name, after } = useSearch({ strict: false });
  const found = useData(ClustersDocument, {}).data?.hkstpc?.tenancies?.nodes.flatMap(({ cluster: of }) => (of ? [of] : [])) ?? [];
  const clusters = new Map(found.map(of => [of.en ?? words(of), words(of)]));
  const filter: TenancyFilter = { ...(cluster ? { clusters: [cluster] } : {}), ...(name ? { name } : {}) };
  const variables = { first: pageSize, after: after ?? null, filter };
  const result = useData(TenanciesDocument, variables);
  const isGone = useKnownCursor(result.error);
  const total = result.data?.hkstpc?.tenancies?.totalCount;
  const head = { name: i18n._('Tenant'), cluster: i18n._('Cluster'), address: i18n._('Address'), organisation: i18n._('Organisation'), source: i18n._('Source') };
  return (
    <Page
      title={i18n._('Science Park')}
      lead={<p>{i18n._('Companies and bodies with a unit in Science Park, by the company directory.')}</p>}
      plans={['D27']}
      bar={{
        query: [TenanciesDocument, variables],
        download: total === undefined ? undefined : {
          name: 'lionrock-tenants', count: total, columns: ['id', 'name_en', 'name_zh_hant', 'cluster', 'address', 'organisation_id', 'dataset', 'file_sha256', 'row', 'origin'],
          pages: async function* () {
            const read = async (cursor: string | null) => (await client.query(TenanciesDocument, { ...variables, first: 100, after: cursor }).toPromise()).data?.hkstpc?.tenancies;
            for await (const page of pagesOf(read)) {
              yield page.nodes.map(unit => [
                unit.id, unit.name.en, unit.name.zhHant, words(unit.cluster), words(unit.address), unit.organisation?.id,
                unit.provenance.dataset?.plan, unit.provenance.sha256, unit.provenance.row, unit.provenance.origin,
              ]);
            }
          },
        },
      }}
    >
      <div className="controls">
        <Lists />
        <Choice label={head.cluster} of="cluster" options={[...clusters].sort(([a], [b]) => a.localeCompare(b))} />
        <TextFilter label={head.name} of="name" />
      </div>
      <Chips of={[['cluster', head.cluster, clusters.get(cluster ?? '')], ['name', head.name]]} />
      {isGone && <p className="notice">{i18n._('The list changed since this link was made. This is its first page.')}</p>}
      <Ready result={result} lines={30}>
        {({ hkstpc }) => hkstpc?.tenancies && (
          <>
            <p role="status" className="counted">{i18n._('{count, plural, =0 {No tenant matches.} one {# unit} other {# units}}', { count: hkstpc.tenancies.totalCount })}</p>
            <div className="scroll" hidden={hkstpc.tenancies.totalCount === 0}>
              <table className="cards">
                <caption className="visually-hidden">{i18n._('Tenants')}</caption>
                <thead><tr><th scope="col">{head.name}</th><th scope="col">{head.cluster}</th><th scope="col">{head.organisation}</th><th scope="col">{head.source}</th></tr></thead>
                <tbody>
                  {hkstpc.tenancies.nodes.map(unit => (
                    <tr key={unit.id}>
                      <th scope="row"><Link to="/records/$id" params={{ id: toPath(unit.id) }}><Text of={unit.name} /></Link></th>
                      <td data-label={head.cluster}>{words(unit.cluster) ? <Text of={unit.cluster} /> : '–'}</td>
                      <td data-label={head.organisation}>{unit.organisation ? <OrganisationLink of={unit.organisation} /> : '–'}</td>
                      <td data-label={head.source} className="nowrap"><RowSourceButton provenance={unit.provenance} /></td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            <Pager ends={hkstpc.tenancies.pageInfo} shown={hkstpc.tenancies.nodes.length} total={hkstpc.tenancies.totalCount} />
          </>
        )}
      </Ready>
    </Page>
  );
}

function Jobs() {
  const { q, name, after } = useSearch({ strict: false });
  const filter: JobVacancyFilter = { ...(q ? { title: q } : {}), ...(name ? { companyName: name } : {}) };
  const variables = { first: pageSize, after: after ?? null, filter };
  const result = useData(VacanciesDocument, variables);
  const isGone = useKnownCursor(result.error);
  const total = result.data?.hkstpc?.vacancies?.totalCount;
  const head = { title: i18n._('Title'), employer: i18n._('Employer'), posted: i18n._('Posted'), closes: i18n._('Closes'), source: i18n._('Source') };
  return (
    <Page
      title={i18n._('Job vacancies')}
      plans={['D28']}
      bar={{
        query: [VacanciesDocument, variables],
        download: total === undefined ? undefined : {
          name: 'lionrock-job-vacancies', count: total, columns: ['id', 'title', 'employer', 'organisation_id', 'posted_on', 'closes_on', 'dataset', 'file_sha256', 'row', 'origin'],
          pages: async function* () {
            const read = async (cursor: string | null) => (await client.query(VacanciesDocument, { ...variables, first: 100, after: cursor }).toPromise()).data?.hkstpc?.vacancies;
            for await (const page of pagesOf(read)) {
              yield page.nodes.map(job => [
                job.id, words(job.title), words(job.companyName), job.organisation?.id, job.postedOn, job.closesOn,
                job.provenance.dataset?.plan, job.provenance.sha256, job.provenance.row, job.provenance.origin,
              ]);
            }
          },
        },
      }}
    >
      <div className="controls">
        <Lists />
        <TextFilter label={i18n._('Words of the title')} of="q" />
        <TextFilter label={head.employer} of="name" />
      </div>
      <Chips of={[['q', i18n._('Words of the title')], ['name', head.employer]]} />
      {isGone && <p className="notice">{i18n._('The list changed since this link was made. This is its first page.')}</p>}
      <Ready result={result} lines={30}>
        {({ hkstpc }) => hkstpc?.vacancies && (
          <>
            <p role="status" className="counted">{i18n._('{count, plural, =0 {No vacancy matches.} one {# vacancy} other {# vacancies}}', { count: hkstpc.vacancies.totalCount })}</p>
            <div className="scroll" hidden={hkstpc.vacancies.totalCount === 0}>
              <table className="cards">
                <caption className="visually-hidden">{i18n._('Job vacancies')}</caption>
                <thead><tr>{Object.values(head).map(text => <th key={text} scope="col">{text}</th>)}</tr></thead>
                <tbody>
                  {hkstpc.vacancies.nodes.map(job => (
                    <tr key={job.id}>
                      <th scope="row"><Link to="/records/$id" params={{ id: toPath(job.id) }}><Text of={job.title} /></Link></th>
                      <td data-label={head.employer}><Body name={job.companyName ?? null} organisation={job.organisation ?? null} /></td>
                      <td data-label={head.posted}>{job.postedOn ? date(job.postedOn) : '–'}</td>
                      <td data-label={head.closes}>{job.closesOn ? date(job.closesOn) : '–'}</td>
                      <td data-label={head.source} className="nowrap"><RowSourceButton provenance={job.provenance} /></td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            <Pager ends={hkstpc.vacancies.pageInfo} shown={hkstpc.vacancies.nodes.length} total={hkstpc.vacancies.totalCount} />
          </>
        )}
      </Ready>
    </Page>
  );
}

type Vacancy = NonNullable<NonNullable<CarParksQuery['hkstpc']>['carParks']>[number]['general'];

const minute = 60_000;

function CarParks() {
  const result = useData(CarParksDocument, {});
  const { retry } = result;
  const live = useLive(CarParkChangesDocument);
  const changed = new Map(live.data?.carParkVacancies.map(vacancy => [vacancy.id, vacancy]));
  // Without a stream, the counts are polled, and only while the page is visible.
  useEffect(() => {
    if (live.isOpen) return undefined;
    const timer = setInterval(() => { if (document.visibilityState === 'visible') retry(); }, minute);
    return () => clearInterval(timer);
  }, [retry, live.isOpen]);
  const head = { general: i18n._('Free spaces'), electric: i18n._('Free spaces with a charger') };
  const cell = (of: Vacancy, label: string) => <Free of={of && (changed.get(of.id) ?? of)} label={label} />;
  return (
    <Page title={i18n._('Car parks')} plans={['C1', 'C2']} bar={{ query: [CarParksDocument, {}] }} lead={<p>{i18n._('Free spaces in Science Park, as the publisher counts them.')}</p>}>
      <div className="controls"><Lists /></div>
      <p className="muted">
        {live.isOpen
          ? i18n._('Live: each new count appears by itself.')
          : i18n._('No live connection. The page shows what was loaded, and asks again every minute.')}
      </p>
      <Announcement at={live.at} />
      <Ready result={result} lines={10}>
        {({ hkstpc }) => hkstpc?.carParks && (
          <div className="scroll">
            <table className="cards">
              <caption className="visually-hidden">{i18n._('Car parks')}</caption>
              <thead><tr><th scope="col">{i18n._('Car park')}</th><th scope="col">{head.general}</th><th scope="col">{head.electric}</th></tr></thead>
              <tbody>
                {hkstpc.carParks.map((carPark, index) => (
                  <tr key={index}>
                    <th scope="row"><Text of={carPark.name} />{carPark.address && <small className="second muted"><Text of={carPark.address} /></small>}</th>
                    <td data-label={head.general}>{cell(carPark.general, head.general)}</td>
                    <td data-label={head.electric}>{cell(carPark.electricVehicle, head.electric)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Ready>
    </Page>
  );
}

/** Announces new counts to screen readers, at most once a minute. The first counts are not announced. */
function Announcement({ at }: { at: Date | undefined }) {
  const [told, setTold] = useState<Date>();
  const first = useRef<Date>(undefined);
  first.current ??= at;
  useEffect(() => {
    if (!at || at === first.current) return undefined;
    const wait = Math.max(0, minute - (at.getTime() - (told ?? first.current ?? at).getTime()));
    const timer = setTimeout(() => setTold(at), told ? wait : 0);
    return () => clearTimeout(timer);
  }, [at, told]);
  return <p role="status" className="visually-hidden">{told && i18n._('New counts at {time}', { time: time(told.toISOString()) })}</p>;
}

function Free({ of, label }: { of: Vacancy; label: string }) {
  if (!of) return <span className="muted">–</span>;
  const isOld = of.observedAt && Date.now() - Date.parse(of.observedAt) > 5 * minute;
  return (
    <>
      <Figure value={of.vacant === null || of.vacant === undefined ? i18n._('Not published') : count(of.vacant)} source={{ kind: 'row', provenance: of.provenance }} name={of.id} label={label} />
      {of.observedAt && <small className="second muted">{i18n._('counted {time}', { time: time(of.observedAt) })}{isOld && ` · ${i18n._('not current')}`}</small>}
    </>
  );
}

interface Item {
  id: string;
  name: React.ReactNode;
  note: React.ReactNode;
  provenance: React.ComponentProps<typeof RowSourceButton>['provenance'];
}

function Simple({ list, plan }: { list: 'restaurants' | 'transport' | 'events' | 'tenders'; plan: string }) {
  const result = useData(ParkListsDocument, {});
  const park = result.data?.hkstpc;
  const title = lists().find(([key]) => key === list)?.[1] ?? '';
  const items: Item[] | undefined = {
    restaurants: () => park?.restaurants?.nodes.map(({ id, name, cuisine, location, openingHours, provenance }) => ({
      id, name: <Text of={name} />, provenance,
      note: [cuisine, location, openingHours].filter(of => words(of)).map((of, index) => <span key={index}>{index > 0 && ' · '}<Text of={of} /></span>),
    })),
    transport: () => park?.transportRoutes?.nodes.map(({ id, route, operator, origin, destination, provenance }) => ({
      id, name: route, provenance, note: <>{operator}{(origin || destination) && <> · <Text of={origin} /> → <Text of={destination} /></>}</>,
    })),
    events: () => park?.events?.nodes.map(({ id, name, startsOn, endsOn, venue, provenance }) => ({
      id, name: <Text of={name} />, provenance, note: <>{startsOn && date(startsOn)}{endsOn && endsOn !== startsOn && ` – ${date(endsOn)}`}{venue && <> · <Text of={venue} /></>}</>,
    })),
    tenders: () => park?.tenders?.nodes.map(({ id, title: subject, reference, issuedOn, closesAt, provenance }) => ({
      id, name: <Text of={subject} />, provenance,
      note: <>{reference}{issuedOn && ` · ${i18n._('issued {date}', { date: date(issuedOn) })}`}{closesAt && ` · ${i18n._('closes {time}', { time: time(closesAt) })}`}</>,
    })),
  }[list]();
  return (
    <Page title={title} plans={[plan]} bar={{ query: [ParkListsDocument, {}] }}>
      <div className="controls"><Lists /></div>
      <Ready result={result} lines={16}>
        {() => items && (items.length === 0 ? <p>{i18n._('The list of the publisher is empty.')}</p> : (
          <ul className="plain rows">
            {items.map(({ id, name, note, provenance }) => (
              <li key={id}>
                <span><Link to="/records/$id" params={{ id: toPath(id) }}>{name}</Link><br /><span className="muted">{note}</span></span>
                <RowSourceButton provenance={provenance} />
              </li>
            ))}
          </ul>
        ))}
      </Ready>
    </Page>
  );
}
