// Funded projects as a table, and as rows of a CSV file.
import { Link } from '@tanstack/react-router';
import { toPath } from '../address.ts';
import type { CsvRow } from '../csv.ts';
import { words } from '../format.ts';
import type { FundedRowFragment, PageEndsFragment } from '../gql/graphql.ts';
import { i18n } from '../i18n.ts';
import { Amount, RowSourceButton } from './figure.tsx';
import { Body, nameOf, Text } from './words.tsx';

export const sortChoices = (): [string, string][] => [
  ['', i18n._('amount, largest first')],
  ['year', i18n._('year, newest first')],
  ['title', i18n._('title')],
  ['reference', i18n._('reference')],
];

export function ProjectTable({ projects, hasApplicant = true }: { projects: readonly FundedRowFragment[]; hasApplicant?: boolean }) {
  const head = { title: i18n._('Project'), programme: i18n._('Programme'), year: i18n._('Year'), start: i18n._('Start'), applicant: i18n._('Applicant'), amount: i18n._('Amount'), source: i18n._('Source') };
  return (
    <div className="scroll">
      <table className="cards projects">
        <caption className="visually-hidden">{i18n._('Projects')}</caption>
        <thead>
          <tr>
            <th scope="col">{head.title}</th>
            {hasApplicant && <th scope="col">{head.applicant}</th>}
            <th scope="col">{head.programme}</th>
            <th scope="col">{head.year}</th>
            <th scope="col" className="number">{head.amount}</th>
            <th scope="col">{head.source}</th>
          </tr>
        </thead>
        <tbody>
          {projects.map(project => (
            <tr key={project.id}>
              <th scope="row">
                <Link to="/projects/$id" params={{ id: toPath(project.id) }}><Text of={project.title} /></Link>
                {project.reference && <small className="muted second">{project.reference}</small>}
              </th>
              {hasApplicant && <td data-label={head.applicant}><Body name={project.leadApplicantName} organisation={project.leadApplicant} /></td>}
              <td data-label={head.programme}>{project.programme ? <abbr title={words(project.programme.name)}>{project.programme.code}</abbr> : '–'}</td>
              <td data-label={head.year} className="nowrap">{project.year ?? (project.startsOn ? i18n._('starts {year}', { year: project.startsOn.slice(0, 4) }) : '–')}</td>
              <td data-label={head.amount} className="number"><Amount of={project.funding} provenance={project.provenance} /></td>
              <td data-label={head.source} className="nowrap"><RowSourceButton provenance={project.provenance} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export const projectColumns = (): string[] => [
  'id', 'reference', 'title', 'title_other', 'programme', 'year', 'starts_on', 'applicant', 'applicant_id', 'amount_hkd', 'dataset', 'file_sha256', 'row', 'origin',
];

export const projectRow = (project: FundedRowFragment): CsvRow => [
  project.id, project.reference, project.title.en ?? project.title.zhHant, project.title.en ? project.title.zhHant : null, project.programme?.code, project.year,
  project.startsOn, words(project.leadApplicantName) || (project.leadApplicant ? words(nameOf(project.leadApplicant)) : null), project.leadApplicant?.id,
  project.funding?.amount, project.provenance.dataset?.plan, project.provenance.sha256, project.provenance.row, project.provenance.origin,
];

interface ProjectPage {
  nodes: readonly FundedRowFragment[];
  pageInfo: PageEndsFragment;
}

/** All pages of a list. Throws an error if one cannot be loaded. */
export async function* pagesOf<Page extends { pageInfo: PageEndsFragment }>(read: (after: string | null) => Promise<Page | null | undefined>): AsyncGenerator<Page> {
  let after: string | null = null;
  do {
    const page: Page | null | undefined = await read(after);
    if (!page) throw new Error('a page of the list could not be loaded');
    yield page;
    after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null;
  } while (after);
}

export async function* projectPages(read: (after: string | null) => Promise<ProjectPage | null | undefined>): AsyncGenerator<CsvRow[]> {
  for await (const page of pagesOf(read)) yield page.nodes.map(projectRow);
}
