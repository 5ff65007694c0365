// The organisations that take part in an organisation's projects, from its records.
import { useEffect, useState } from 'react';
import type { CombinedError, RequestPolicy } from 'urql';
import { client, type Result } from './data.ts';
import { words, type Words } from './format.ts';
import {
  OrganisationPartnerOfDocument, OrganisationPartnersDocument, type NamedFragment, type OrganisationPartnerOfQuery, type OrganisationPartnersQuery,
  type PageEndsFragment, type Role, type SourceFragment,
} from './gql/graphql.ts';

export interface PartnerRecord {
  id: string;
  title: Words;
  provenance: SourceFragment;
}

export interface Partner {
  key: string;
  name: Words;
  organisation: NamedFragment | null | undefined;
  role: Role;
  records: PartnerRecord[];
}

/** The maximum number of pages of projects that are read. */
const mostPages = 30;
const pageSize = 75;
export const mostProjects = mostPages * pageSize;

type Funded = NonNullable<OrganisationPartnersQuery['organisation']>;
type PartnerOf = NonNullable<OrganisationPartnerOfQuery['organisation']>;

export interface Partners {
  partners: Partner[];
  /** Whether there are more projects than were read. */
  isCut: boolean;
}

/** Reads the partners of an organisation from all its projects and trials, those with most records first. */
async function readPartners(id: string, requestPolicy: RequestPolicy): Promise<Partners> {
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
  const isWhole = await Promise.all([readAll(readFunded), readAll(readPartnerOf)]);
  const sorted = [...partners.values()].sort((a, b) => b.records.length - a.records.length || words(a.name).localeCompare(words(b.name)));
  return { partners: sorted, isCut: isWhole.includes(false) };
}

export function usePartners(id: string): Result<Partners> {
  const { data, ...rest } = usePartnersOf([id]);
  return { data: data?.get(id), ...rest };
}

/** The partners of several organisations, by the id of the organisation. */
export function usePartnersOf(ids: readonly string[]): Result<ReadonlyMap<string, Partners>> {
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<{ data?: ReadonlyMap<string, Partners>; error?: CombinedError; isLoading: boolean }>({ isLoading: true });
  const key = ids.join(',');
  useEffect(() => {
    let isCurrent = true;
    setState(last => ({ ...last, isLoading: true }));
    const requestPolicy = attempt ? 'network-only' : 'cache-first';
    Promise.all(key.split(',').map(async id => [id, await readPartners(id, requestPolicy)] as const)).then(
      found => { if (isCurrent) setState({ data: new Map(found), isLoading: false }); },
      (error: CombinedError) => { if (isCurrent) setState({ error, isLoading: false }); },
    );
    return () => {
      isCurrent = false;
    };
  }, [key, attempt]);
  return { data: state.data, error: state.error, isLoading: state.isLoading, retry: () => setAttempt(value => value + 1) };
}

/** Reads a list page by page. Returns whether it reached the end. */
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
    for (const applicant of project.leadApplicants ?? []) add(partners, self, 'LEAD_APPLICANT', project, applicant.name, applicant);
  }
}

function collectPartnerOf(partners: Map<string, Partner>, { partnerProjects, trialProjects }: PartnerOf, self: string): void {
  for (const project of partnerProjects?.nodes ?? []) {
    if (project.leadApplicants?.length) for (const applicant of project.leadApplicants) add(partners, self, 'LEAD_APPLICANT', project, applicant.name, applicant);
    else if (project.leadApplicantName) add(partners, self, 'LEAD_APPLICANT', project, project.leadApplicantName, null);
  }
  for (const trial of trialProjects?.nodes ?? []) {
    for (const { name, organisation } of trial.participants) add(partners, self, 'PARTICIPANT', trial, name, organisation);
    for (const applicant of trial.applicants ?? []) add(partners, self, 'APPLICANT', trial, applicant.name, applicant);
  }
}
