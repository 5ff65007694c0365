// The organisations that take part in an organisation's projects, each with the records that say so.
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { CombinedError } from 'urql';
import { toPath } from '../address.ts';
import { client } from '../data.ts';
import { words, type Words } from '../format.ts';
import {
  OrganisationPartnerOfDocument, OrganisationPartnersDocument, type NamedFragment, type OrganisationPartnerOfQuery, type OrganisationPartnersQuery,
  type PageEndsFragment, type Role, type SourceFragment,
} from '../gql/graphql.ts';
import { i18n } from '../i18n.ts';
import { role as roleWords } from '../words.ts';
import { Fan } from './fan.tsx';
import { RowSourceButton } from './figure.tsx';
import { Ready } from './notices.tsx';
import { Body, nameOf, Text } from './words.tsx';

interface PartnerRecord {
  id: string;
  title: Words;
  provenance: SourceFragment;
}

interface Partner {
  key: string;
  name: Words;
  organisation: NamedFragment | null | undefined;
  role: Role;
  records: PartnerRecord[];
}

/** How many partners are shown at first. More would drown the page of a university. */
const shownAtFirst = 24;

/** The most pages of projects that are read. */
const mostPages = 30;
const pageSize = 75;

export function Partners({ id, name }: { id: string; name: string }) {
  const result = usePartners(id);
  const [isAll, setAll] = useState(false);
  return (
    <section id="network">
      <h2>{i18n._('Partners')}</h2>
      <p>{i18n._('Organisations that the same records name: company partners, users of trials, joint applicants. Each leads to the records that say so.')}</p>
      <Ready result={result} lines={8}>
        {({ partners, isCut }) => (
          <>
            {partners.length === 0 && <p>{i18n._('The lists that we have name no partner of this organisation.')}</p>}
            {partners.length > 2 && <Fan centre={name} neighbours={partners.slice(0, shownAtFirst)} />}
            <ul className="plain rows">
              {(isAll ? partners : partners.slice(0, shownAtFirst)).map(partner => <PartnerLine key={partner.key} partner={partner} />)}
            </ul>
            {!isAll && partners.length > shownAtFirst && (
              <button type="button" onClick={() => setAll(true)}>{i18n._('Show all {count} partners', { count: partners.length })}</button>
            )}
            {isCut && <p className="notice">{i18n._('Only the first {count} projects were read.', { count: mostPages * pageSize })}</p>}
          </>
        )}
      </Ready>
    </section>
  );
}

function PartnerLine({ partner: { name, organisation, role, records } }: { partner: Partner }) {
  return (
    <li>
      <span>
        <Body name={name} organisation={organisation} /> <span className="muted">{roleWords(role)}</span>
      </span>
      <details>
        <summary>{i18n._('{count, plural, one {# record} other {# records}}', { count: records.length })}</summary>
        <ul className="plain rows records">
          {records.map(({ id, title, provenance }) => (
            <li key={id}>
              <Link to="/projects/$id" params={{ id: toPath(id) }}><Text of={title} /></Link>
              <RowSourceButton provenance={provenance} />
            </li>
          ))}
        </ul>
      </details>
    </li>
  );
}

type Funded = NonNullable<OrganisationPartnersQuery['organisation']>;
type PartnerOf = NonNullable<OrganisationPartnerOfQuery['organisation']>;

function usePartners(id: string) {
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<{ data?: { partners: Partner[]; isCut: boolean }; error?: CombinedError; isLoading: boolean }>({ isLoading: true });
  useEffect(() => {
    let isCurrent = true;
    setState({ isLoading: true });
    const requestPolicy = attempt ? 'network-only' : 'cache-first';
    const partners = new Map<string, Partner>();
    const readFunded = async (after: string | null) => {
      const { data, error } = await client.query(OrganisationPartnersDocument, { id, after }, { requestPolicy }).toPromise();
      if (!data?.organisation) throw error;
      collectFunded(partners, data.organisation, id);
      return data.organisation.fundedProjects?.pageInfo;
    };
    const readPartnerOf = async (after: string | null) => {
      const { data, error } = await client.query(OrganisationPartnerOfDocument, { id, after }, { requestPolicy }).toPromise();
      if (!data?.organisation) throw error;
      collectPartnerOf(partners, data.organisation, id);
      return data.organisation.partnerProjects?.pageInfo;
    };
    Promise.all([readAll(readFunded), readAll(readPartnerOf)]).then(
      isWhole => {
        const sorted = [...partners.values()].sort((a, b) => b.records.length - a.records.length || words(a.name).localeCompare(words(b.name)));
        if (isCurrent) setState({ data: { partners: sorted, isCut: isWhole.includes(false) }, isLoading: false });
      },
      (error: CombinedError) => { if (isCurrent) setState({ error, isLoading: false }); },
    );
    return () => {
      isCurrent = false;
    };
  }, [id, attempt]);
  return { data: state.data, error: state.error, isLoading: state.isLoading, retry: () => setAttempt(value => value + 1) };
}

/** Reads a list page after page. Returns whether it came to the end. */
async function readAll(read: (after: string | null) => Promise<PageEndsFragment | undefined>): Promise<boolean> {
  let after: string | null = null;
  for (let page = 0; page < mostPages; page++) {
    const ends: PageEndsFragment | undefined = await read(after);
    if (!ends?.hasNextPage || !ends.endCursor) return true;
    after = ends.endCursor;
  }
  return false;
}

/** A record is listed once for each partner and role. */
function add(partners: Map<string, Partner>, self: string, role: Role, record: PartnerRecord, name: Words, organisation: NamedFragment | null | undefined): void {
  if (organisation?.id === self) return;
  const key = `${organisation?.id ?? words(name)} ${role}`;
  const partner = partners.get(key) ?? { key, name, organisation, role, records: [] };
  if (partner.records.every(({ id }) => id !== record.id)) partner.records.push(record);
  partners.set(key, partner);
}

function collectFunded(partners: Map<string, Partner>, { fundedProjects }: Funded, self: string): void {
  for (const project of fundedProjects?.nodes ?? []) {
    for (const { name, organisation } of project.companyPartners) add(partners, self, 'COMPANY_PARTNER', project, name, organisation);
    for (const applicant of project.leadApplicants ?? []) add(partners, self, 'LEAD_APPLICANT', project, nameOf(applicant), applicant);
  }
}

function collectPartnerOf(partners: Map<string, Partner>, { partnerProjects, trialProjects }: PartnerOf, self: string): void {
  for (const project of partnerProjects?.nodes ?? []) {
    if (project.leadApplicants?.length) for (const applicant of project.leadApplicants) add(partners, self, 'LEAD_APPLICANT', project, nameOf(applicant), applicant);
    else if (project.leadApplicantName) add(partners, self, 'LEAD_APPLICANT', project, project.leadApplicantName, null);
  }
  for (const trial of trialProjects?.nodes ?? []) {
    for (const { name, organisation } of trial.participants) add(partners, self, 'PARTICIPANT', trial, name, organisation);
    for (const applicant of trial.applicants ?? []) add(partners, self, 'APPLICANT', trial, nameOf(applicant), applicant);
  }
}
