import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { fromPath, toPath, yearRange } from '../address.ts';
import { client, useData } from '../data.ts';
import { count, words } from '../format.ts';
import {
  OrganisationAwardsDocument, OrganisationDocument, OrganisationLinksDocument, OrganisationRecordsDocument,
  OrganisationVacanciesDocument, type FundedProjectOrder, type FundingKind, type OrganisationQuery,
} from '../gql/graphql.ts';
import { htmlLanguage, i18n, type Locale } from '../i18n.ts';
import { projectColumns, projectPages, ProjectTable, sortChoices } from '../parts/project-table.tsx';
import { BarTable, hatchNote } from '../parts/bars.tsx';
import { Amount, knownAmounts, knownOf, RowSourceButton, Sum } from '../parts/figure.tsx';
import { Choice } from '../parts/filters.tsx';
import { Ready } from '../parts/notices.tsx';
import { Page } from '../parts/page.tsx';
import { Pager } from '../parts/pager.tsx';
import { Partners } from '../parts/partners.tsx';
import { Body, BothLanguages, nameOf, OrganisationLink, Text } from '../parts/words.tsx';
import { fundingKind, fundingKinds, linkMethod, linkTier, nameKind, organisationKind, plansOfKind, role, scheme } from '../words.ts';
import { NoSuch } from './not-found.tsx';
import { Loading, ErrorNotice } from '../parts/notices.tsx';

const awardsPerPage = 25;

export function Organisation() {
  const id = fromPath(useParams({ strict: false }).id ?? '');
  const result = useData(OrganisationDocument, { id });
  const navigate = useNavigate();
  const organisation = result.data?.organisation;
  const isFormer = organisation && organisation.id !== id;

  // A former id leads to the organisation that it was merged into.
  useEffect(() => {
    if (isFormer) void navigate({ to: '/organisations/$id', params: { id: toPath(organisation.id) }, search: { name: id }, replace: true });
  }, [isFormer, organisation, id, navigate]);

  if (result.data && !organisation && !result.error) {
    return <NoSuch title={i18n._('No such organisation')} text={i18n._('There is no organisation at this address. Search for its name:')} />;
  }
  if (!result.data || !organisation) {
    return (
      <Page title={i18n._('Organisation')}>
        {result.error ? <ErrorNotice error={result.error} retry={result.retry} /> : <Loading lines={14} />}
      </Page>
    );
  }
  return <Profile key={organisation.id} data={result.data} organisation={organisation} />;
}

type Known = NonNullable<OrganisationQuery['organisation']>;

function Profile({ data, organisation }: { data: OrganisationQuery; organisation: Known }) {
  const { id } = organisation;
  const search = useSearch({ strict: false });
  const name = nameOf(organisation);
  const plans = [...new Set([...data.byScheme.flatMap(({ kind }) => (kind ? plansOfKind[kind] : [])), ...organisation.names.flatMap(({ provenance }) => provenance?.dataset?.plan ?? [])])];
  const variables = awardVariables(id, search);
  const awards = useData(OrganisationAwardsDocument, variables);
  const total = awards.data?.organisation?.fundedProjects?.totalCount;
  // A link to a part of the page is followed once the part is rendered.
  useEffect(() => {
    if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }, []);
  return (
    <Page
      title={words(name)}
      heading={<BothLanguages of={name} />}
      lead={
        <p>
          {organisationKind(organisation.kind)}
          {organisation.website && <> · <a href={organisation.website} rel="noreferrer">{new URL(organisation.website).hostname} ↗</a></>}
          {' · '}<a href="#awards">{i18n._('Awards')}</a> · <a href="#network">{i18n._('Partners')}</a> · <a href="#names">{i18n._('Names and links')}</a>
        </p>
      }
      plans={plans}
      bar={{
        query: [OrganisationDocument, { id }],
        download: total === undefined ? undefined : {
          name: `lionrock-awards-${id.replace(/\W+/g, '-')}`, count: total, columns: projectColumns(),
          pages: () => projectPages(async after => {
            const { data: page } = await client.query(OrganisationAwardsDocument, { ...variables, first: 100, after }).toPromise();
            return page?.organisation?.fundedProjects;
          }),
        },
      }}
    >
      {search.name && organisation.formerIds.includes(search.name) && (
        <p className="notice">{i18n._('This address was made for {id}. It is the same organisation as the one shown.', { id: search.name })} <a href="#names">{i18n._('Why?')}</a></p>
      )}
      <Money data={data} organisation={organisation} />
      <section id="awards">
        <h2>{i18n._('Fund projects as applicant')} {total !== undefined && <span className="muted">{count(total)}</span>}</h2>
        <div className="controls">
          <Choice label={i18n._('Programme')} of="programme" options={data.byScheme.flatMap(({ kind, programme }) => (kind === 'FUNDED_PROJECT' && programme ? [[programme, programme] as [string, string]] : []))} />
          <Choice label={i18n._('Sort')} of="sort" all={null} options={sortChoices()} />
        </div>
        <Ready result={awards} lines={20}>
          {({ organisation: found }) => found?.fundedProjects && (found.fundedProjects.totalCount === 0
            ? <p>{i18n._('The lists that we have name no fund project of this organisation as applicant.')}</p>
            : (
              <>
                <ProjectTable projects={found.fundedProjects.nodes} hasApplicant={false} />
                <Pager ends={found.fundedProjects.pageInfo} shown={found.fundedProjects.nodes.length} total={found.fundedProjects.totalCount} />
              </>
            ))}
        </Ready>
      </section>
      <Partners id={id} name={words(name)} />
      <Records id={id} />
      <Names organisation={organisation} />
    </Page>
  );
}

function awardVariables(id: string, { programme, year, sort, after }: ReturnType<typeof useSearch>) {
  const range = yearRange(year);
  return {
    id, first: awardsPerPage, after: after ?? null,
    filter: programme || range ? { ...(programme ? { programmes: [programme] } : {}), ...(range ? { year: range } : {}) } : null,
    orderBy: orderOf(sort),
  };
}

export function orderOf(sort: string | undefined): FundedProjectOrder {
  switch (sort) {
    case 'title': return { field: 'TITLE', direction: 'ASC' };
    case 'year': return { field: 'YEAR', direction: 'DESC' };
    case 'reference': return { field: 'REFERENCE', direction: 'ASC' };
    default: return { field: 'FUNDING', direction: 'DESC' };
  }
}

function Money({ data, organisation }: { data: OrganisationQuery; organisation: Known }) {
  const { funding } = organisation;
  if (funding.count === 0) return null;
  const schemes = [...data.byScheme].sort((a, b) => Number(b.total?.amount ?? -1) - Number(a.total?.amount ?? -1));
  const years = [...data.byYear].sort((a, b) => (b.year ?? 0) - (a.year ?? 0));
  const allPlans = [...new Set(schemes.flatMap(({ kind }) => (kind ? plansOfKind[kind] : [])))];
  const link = <a href="#awards">{i18n._('Show the rows')}</a>;
  return (
    <section id="money">
      <h2>{i18n._('Money in the lists')}</h2>
      <p className="big"><Sum of={funding} plans={allPlans} name="total" label={i18n._('Sum of the listed awards')} rows={link} /></p>
      <p>
        {knownAmounts(funding)}.{' '}
        {i18n._('Listed awards and the statistics of the fund count the same money: do not add them.')}
      </p>
      <BarTable
        caption={i18n._('By kind and programme')}
        head={[i18n._('Kind and programme'), i18n._('Amount')]} noteHead={i18n._('Amounts published')}
        bars={schemes.map(group => ({
          key: `${group.kind}-${group.programme}`,
          label: <>{group.kind && fundingKind(group.kind)}{group.programme && ` · ${group.programme}`}{group.kind === 'FUNDED_PROJECT' && !group.programme && ` · ${i18n._('programme not stated')}`}</>,
          value: group.total ? Number(group.total.amount) : undefined,
          unknown: group.countWithoutAmount,
          series: seriesOf(group.kind),
          figure: <Sum of={group} plans={group.kind ? plansOfKind[group.kind] : []} name={`${group.kind}-${group.programme ?? 'none'}`} label={group.kind ? fundingKind(group.kind) : ''} rows={link} />,
          note: knownOf(group),
        }))}
      />
      {years.some(({ year }) => year) && (
        <BarTable
          caption={i18n._('By year of the list')}
          head={[i18n._('Year'), i18n._('Amount')]} noteHead={i18n._('Amounts published')}
          bars={years.map(group => ({
            key: String(group.year),
            label: group.year ?? i18n._('Year not published'),
            value: group.total ? Number(group.total.amount) : undefined,
            unknown: group.countWithoutAmount,
            figure: <Sum of={group} plans={allPlans} name={`year-${group.year ?? 'none'}`} label={String(group.year ?? i18n._('Year not published'))} rows={link} />,
            note: knownOf(group),
          }))}
        />
      )}
      {!years.some(({ year }) => year) && <p className="muted">{i18n._('The sources of these awards state no year of approval, so that there is no chart by year.')}</p>}
      {funding.countWithoutAmount > 0 && <p className="muted">{hatchNote()}</p>}
      {data.byScheme.some(({ isAdditive }) => !isAdditive) && <p className="muted">{i18n._('Some projects have joint applicants and count once for each of them.')}</p>}
    </section>
  );
}

export const seriesOf = (kind: FundingKind | null | undefined): number => 1 + Math.max(0, fundingKinds.indexOf(kind ?? 'FUNDED_PROJECT'));

function Records({ id }: { id: string }) {
  const result = useData(OrganisationRecordsDocument, { id });
  const vacancies = useData(OrganisationVacanciesDocument, { id });
  const jobs = vacancies.data?.organisation?.vacancies;
  return (
    <Ready result={result} lines={10}>
      {({ organisation }) => organisation && (
        <>
          <List
            id="trials" title={i18n._('Public sector trials')} items={organisation.trialProjects?.nodes} total={organisation.trialProjects?.totalCount}
            line={trial => ({
              id: trial.id, name: <Text of={trial.title} />,
              note: <>{trial.year}{trial.participants.length > 0 && <> {i18n._('tried by')} {trial.participants.map((user, index) => <span key={index}>{index > 0 && ', '}<Body {...user} /></span>)}</>}</>,
              end: <Amount of={trial.approved} provenance={trial.provenance} />,
            })}
          />
          <List
            id="better-living" title={i18n._('Better Living projects')} items={organisation.betterLivingProjects?.nodes} total={organisation.betterLivingProjects?.totalCount}
            line={project => ({ id: project.id, name: <Text of={project.title} />, end: <Amount of={project.grant} provenance={project.provenance} /> })}
          />
          <List
            id="raise-plus" title={i18n._('RAISe+ projects')} items={organisation.raisePlusProjects?.nodes} total={organisation.raisePlusProjects?.totalCount}
            line={project => ({ id: project.id, name: <Text of={project.title} />, note: project.year, end: <Amount of={project.approved} provenance={project.provenance} /> })}
          />
          <List
            id="laboratories" to="/records/$id" title={i18n._('Key laboratories')} items={organisation.keyLaboratories?.nodes} total={organisation.keyLaboratories?.totalCount}
            line={laboratory => ({ id: laboratory.id, name: <Text of={laboratory.name} />, end: <Amount of={laboratory.funding} provenance={laboratory.provenance} /> })}
          />
          <List
            id="accreditations" to="/records/$id" title={i18n._('Accreditations')} items={organisation.accreditations?.nodes} total={organisation.accreditations?.totalCount}
            line={item => ({
              id: item.id, name: <Text of={item.name} />,
              note: <>{scheme(item.scheme)} · {item.registrationNumber} · {item.testCategories.map((category, index) => <span key={index}>{index > 0 && ', '}<Text of={category} /></span>)}</>,
              end: <RowSourceButton provenance={item.provenance} />,
            })}
          />
          <List
            id="park" to="/records/$id" title={i18n._('Units in Science Park')} items={organisation.tenancies?.nodes} total={organisation.tenancies?.totalCount}
            line={unit => ({ id: unit.id, name: <Text of={unit.name} />, note: <><Text of={unit.cluster} />{unit.address && <> · <Text of={unit.address} /></>}</>, end: <RowSourceButton provenance={unit.provenance} /> })}
          />
          <List
            id="jobs" to="/records/$id" title={i18n._('Job vacancies')} items={jobs?.nodes} total={jobs?.totalCount}
            line={job => ({ id: job.id, name: <Text of={job.title} />, end: <RowSourceButton provenance={job.provenance} /> })}
          />
          {organisation.researchDesignation && (
            <List
              id="designation" to="/records/$id" title={i18n._('Designated research institution')} items={[organisation.researchDesignation]} total={1}
              line={item => ({ id: item.id, name: <Text of={item.name} />, note: item.designatedOn, end: <RowSourceButton provenance={item.provenance} /> })}
            />
          )}
        </>
      )}
    </Ready>
  );
}

interface Line {
  id: string;
  name: React.ReactNode;
  note?: React.ReactNode;
  end: React.ReactNode;
}

/** A list of records. An empty list is omitted. */
function List<Item>({ id, title, items, total, line, to = '/projects/$id' }: { id: string; to?: '/projects/$id' | '/records/$id'; title: string; items: readonly Item[] | null | undefined; total: number | undefined; line: (item: Item) => Line }) {
  if (!items || items.length === 0) return null;
  return (
    <section id={id}>
      <h2>{title} <span className="muted">{count(total ?? items.length)}</span></h2>
      <ul className="plain rows">
        {items.map(line).map(({ id: record, name, note, end }) => (
          <li key={record}>
            <span>
              <Link to={to} params={{ id: toPath(record) }}>{name}</Link>
              {note && <><br /><span className="muted">{note}</span></>}
            </span>
            {end}
          </li>
        ))}
      </ul>
      {total !== undefined && total > items.length && <p className="muted">{i18n._('The first {shown} of {total} are shown.', { shown: items.length, total })}</p>}
    </section>
  );
}

const localeOf: Record<string, Locale> = { EN: 'en', ZH_HANT: 'zh-Hant', ZH_HANS: 'zh-Hans' };

function Names({ organisation }: { organisation: Known }) {
  const { id } = organisation;
  const result = useData(OrganisationLinksDocument, { id });
  return (
    <section id="names">
      <h2>{i18n._('Names and links')}</h2>
      <p>{i18n._('Records name organisations in different ways. These names are taken for one organisation, each by the rule beside it.')}</p>
      <div className="scroll">
        <table className="cards">
          <caption>{i18n._('Names in the sources')}</caption>
          <thead><tr><th scope="col">{i18n._('Name')}</th><th scope="col">{i18n._('Kind')}</th><th scope="col" className="number">{i18n._('Mentions')}</th><th scope="col">{i18n._('Example')}</th></tr></thead>
          <tbody>
            {organisation.names.map(name => (
              <tr key={`${name.value}-${name.kind}`}>
                <th scope="row" lang={htmlLanguage[localeOf[name.language] ?? 'en']}>{name.value}</th>
                <td data-label={i18n._('Kind')}>{nameKind(name.kind)}</td>
                <td data-label={i18n._('Mentions')} className="number">{count(name.mentionCount)}</td>
                <td data-label={i18n._('Example')}>{name.provenance && <RowSourceButton provenance={name.provenance} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Ready result={result} lines={6}>
        {({ organisation: found }) => found && (
          <>
            <div className="scroll">
              <table className="cards">
                <caption>{i18n._('Why the records are linked to it')}</caption>
                <thead><tr><th scope="col">{i18n._('Name in the record')}</th><th scope="col">{i18n._('Rule')}</th><th scope="col">{i18n._('Evidence')}</th><th scope="col">{i18n._('Role')}</th><th scope="col" className="number">{i18n._('Records')}</th><th scope="col">{i18n._('Example')}</th></tr></thead>
                <tbody>
                  {grouped(found.links).map(({ link, number }) => (
                    <tr key={`${link.name}-${link.method}-${link.evidence}-${link.role}`}>
                      <th scope="row">{link.name ?? '–'}</th>
                      <td data-label={i18n._('Rule')}>{linkMethod(link.method)} ({linkTier(link.tier)})</td>
                      <td data-label={i18n._('Evidence')} lang="en-HK">{link.evidence}</td>
                      <td data-label={i18n._('Role')}>{role(link.role)}</td>
                      <td data-label={i18n._('Records')} className="number">{count(number)}</td>
                      <td data-label={i18n._('Example')}>{link.provenance && <RowSourceButton provenance={link.provenance} />}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            <h3>{i18n._('May be the same')}</h3>
            {found.possibleMatches.length === 0 && <p>{i18n._('No other organisation has a name so like this one that it may be the same.')}</p>}
            <ul className="plain rows">
              {found.possibleMatches.map(match => (
                <li key={match.organisation.id}>
                  <span><OrganisationLink of={match.organisation} /><br /><span className="muted">{linkMethod(match.method)} · <span lang="en-HK">{match.evidence}</span></span></span>
                  <span className="muted">{i18n._('no rule confirms it')}</span>
                </li>
              ))}
            </ul>
            <p className="muted">{i18n._('Kind of organisation:')} <span lang="en-HK">{organisation.kindEvidence}</span></p>
          </>
        )}
      </Ready>
    </section>
  );
}

function grouped<Link extends { name?: string | null; method: string; evidence: string; role: string }>(links: readonly Link[]): { link: Link; number: number }[] {
  const groups = new Map<string, { link: Link; number: number }>();
  for (const link of links) {
    const key = [link.name, link.method, link.evidence, link.role].join('\n');
    const group = groups.get(key);
    if (group) group.number++;
    else groups.set(key, { link, number: 1 });
  }
  return [...groups.values()].sort((a, b) => b.number - a.number);
}
