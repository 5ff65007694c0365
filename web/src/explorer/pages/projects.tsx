import { Link, useSearch } from '@tanstack/react-router';
import { dollarsIn, toPath, yearRange, type Key } from '../address.ts';
import { client, useData } from '../data.ts';
import { count, words } from '../format.ts';
import { ProgrammesDocument, ProjectsDocument, TrialsDocument, type FundedProjectFilter } from '../gql/graphql.ts';
import { i18n } from '../i18n.ts';
import { Amount, RowSourceButton } from '../parts/figure.tsx';
import { BadFilters, Chips, Choice, TextFilter } from '../parts/filters.tsx';
import { Ready } from '../parts/notices.tsx';
import { Page } from '../parts/page.tsx';
import { Pager, pageSize, useKnownCursor } from '../parts/pager.tsx';
import { pagesOf, projectColumns, projectPages, ProjectTable, sortChoices } from '../parts/project-table.tsx';
import { Body, Text } from '../parts/words.tsx';
import { orderOf } from './organisation.tsx';

export function Projects() {
  const { list } = useSearch({ strict: false });
  return list === 'trials' ? <Trials /> : <Funded />;
}

const lists = (): [string, string][] => [['', i18n._('Fund projects')], ['trials', i18n._('Public sector trials')]];

function Funded() {
  const search = useSearch({ strict: false });
  const { q, year, programme, min, max, applicant, sort, after } = search;
  const programmes = useData(ProgrammesDocument, {}).data?.funding.flatMap(group => (group.programme ? [group.programme] : [])) ?? [];
  const range = yearRange(year);
  const filter: FundedProjectFilter = {
    ...(q ? { title: q } : {}),
    ...(range ? { year: range } : {}),
    ...(programme ? { programmes: programme.split(',') } : {}),
    ...(dollarsIn(min) || dollarsIn(max) ? { funding: { from: dollarsIn(min), to: dollarsIn(max) } } : {}),
    ...(applicant ? { leadApplicantName: applicant } : {}),
  };
  const variables = { first: pageSize, after: after ?? null, filter, orderBy: orderOf(sort) };
  const result = useData(ProjectsDocument, variables);
  const isGone = useKnownCursor(result.error);
  const total = result.data?.itf?.projects?.totalCount;
  const labels: [Key, string][] = [
    ['q', i18n._('Words of the title')], ['year', i18n._('Year')], ['programme', i18n._('Programme')], ['applicant', i18n._('Applicant')],
    ['min', i18n._('From HK$')], ['max', i18n._('To HK$')],
  ];
  return (
    <Page
      title={i18n._('Projects')}
      lead={<p>{i18n._('Projects that the Innovation and Technology Fund approved, by the lists of the fund.')}</p>}
      plans={['D36', 'N2']}
      bar={{
        query: [ProjectsDocument, variables],
        download: total === undefined ? undefined : {
          name: 'lionrock-projects', count: total, columns: projectColumns(),
          pages: () => projectPages(async cursor => (await client.query(ProjectsDocument, { ...variables, first: 100, after: cursor }).toPromise()).data?.itf?.projects),
        },
      }}
    >
      <div className="controls">
        <Choice label={i18n._('List')} of="list" all={null} options={lists()} />
        <TextFilter label={i18n._('Words of the title')} of="q" />
        <TextFilter label={i18n._('Applicant')} of="applicant" />
        <Choice label={i18n._('Programme')} of="programme" options={programmes.map(code => [code, code])} />
        <TextFilter label={i18n._('Year')} of="year" placeholder="2019..2021" size={10} />
        <TextFilter label={i18n._('From HK$')} of="min" size={10} />
        <TextFilter label={i18n._('To HK$')} of="max" size={10} />
        <Choice label={i18n._('Sort')} of="sort" all={null} options={sortChoices()} />
      </div>
      <BadFilters
        of={[
          ...(year && !range ? [[i18n._('Year'), year] as [string, string]] : []),
          ...(min && !dollarsIn(min) ? [[i18n._('From HK$'), min] as [string, string]] : []),
          ...(max && !dollarsIn(max) ? [[i18n._('To HK$'), max] as [string, string]] : []),
        ]}
      />
      <Chips of={labels} />
      {isGone && <p className="notice">{i18n._('The list changed since this link was made. This is its first page.')}</p>}
      <Ready result={result} lines={30}>
        {({ itf }) => itf?.projects && (
          <>
            <p role="status" className="counted">{i18n._('{count, plural, =0 {No project matches.} one {# project} other {# projects}}', { count: itf.projects.totalCount })}</p>
            {itf.projects.totalCount === 0 && <p>{i18n._('Remove one filter, or use fewer words.')}</p>}
            {year && <p className="muted">{i18n._('Projects without a published year are left out while a year is chosen.')}</p>}
            {itf.projects.nodes.length > 0 && <ProjectTable projects={itf.projects.nodes} />}
            <Pager ends={itf.projects.pageInfo} shown={itf.projects.nodes.length} total={itf.projects.totalCount} />
          </>
        )}
      </Ready>
    </Page>
  );
}

function Trials() {
  const { q, year, after } = useSearch({ strict: false });
  const range = yearRange(year);
  const filter = q || range ? { ...(q ? { title: q } : {}), ...(range ? { year: range } : {}) } : null;
  const variables = { first: pageSize, after: after ?? null, filter };
  const result = useData(TrialsDocument, variables);
  const isGone = useKnownCursor(result.error);
  const total = result.data?.itf?.trialProjects?.totalCount;
  const head = { amount: i18n._('Amount'), applicant: i18n._('Applicant'), year: i18n._('Year'), source: i18n._('Source') };
  return (
    <Page
      title={i18n._('Public sector trials')}
      lead={<p>{i18n._('Projects in which public bodies try out the results of research.')}</p>}
      plans={['D44', 'D43']}
      bar={{
        query: [TrialsDocument, variables],
        download: total === undefined ? undefined : {
          name: 'lionrock-trials', count: total,
          columns: ['id', 'reference', 'title', 'year', 'applicant', 'applicant_id', 'amount_hkd', 'dataset', 'file_sha256', 'row', 'origin'],
          pages: async function* () {
            const read = async (cursor: string | null) => (await client.query(TrialsDocument, { ...variables, first: 100, after: cursor }).toPromise()).data?.itf?.trialProjects;
            for await (const page of pagesOf(read)) {
              yield page.nodes.map(trial => [
                trial.id, trial.reference, words(trial.title), trial.year, words(trial.applicantName), trial.applicant?.id, trial.approved?.amount,
                trial.provenance.dataset?.plan, trial.provenance.sha256, trial.provenance.row, trial.provenance.origin,
              ]);
            }
          },
        },
      }}
    >
      <div className="controls">
        <Choice label={i18n._('List')} of="list" all={null} options={lists()} />
        <TextFilter label={i18n._('Words of the title')} of="q" />
        <TextFilter label={i18n._('Year')} of="year" placeholder="2019..2021" size={10} />
      </div>
      <BadFilters of={year && !range ? [[i18n._('Year'), year]] : []} />
      <Chips of={[['q', i18n._('Words of the title')], ['year', i18n._('Year')]]} />
      {isGone && <p className="notice">{i18n._('The list changed since this link was made. This is its first page.')}</p>}
      <Ready result={result} lines={30}>
        {({ itf }) => itf?.trialProjects && (
          <>
            <p role="status" className="counted">{i18n._('{count, plural, =0 {No project matches.} one {# project} other {# projects}}', { count: itf.trialProjects.totalCount })}</p>
            <div className="scroll">
              <table className="cards projects">
                <caption className="visually-hidden">{i18n._('Public sector trials')}</caption>
                <thead><tr><th scope="col">{i18n._('Project')}</th><th scope="col">{head.applicant}</th><th scope="col">{head.year}</th><th scope="col" className="number">{head.amount}</th><th scope="col">{head.source}</th></tr></thead>
                <tbody>
                  {itf.trialProjects.nodes.map(trial => (
                    <tr key={trial.id}>
                      <th scope="row"><Link to="/projects/$id" params={{ id: toPath(trial.id) }}><Text of={trial.title} /></Link>{trial.reference && <small className="muted second">{trial.reference}</small>}</th>
                      <td data-label={head.applicant}><Body name={trial.applicantName} organisation={trial.applicant} /></td>
                      <td data-label={head.year}>{trial.year ?? '–'}</td>
                      <td data-label={head.amount} className="number"><Amount of={trial.approved} provenance={trial.provenance} /></td>
                      <td data-label={head.source} className="nowrap"><RowSourceButton provenance={trial.provenance} /></td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            <Pager ends={itf.trialProjects.pageInfo} shown={itf.trialProjects.nodes.length} total={itf.trialProjects.totalCount} />
          </>
        )}
      </Ready>
      <p className="muted">{i18n._('{count} rows a page.', { count: count(pageSize) })}</p>
    </Page>
  );
}
