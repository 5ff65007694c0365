import { useParams, useRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { fromPath } from '../address.ts';
import { useData } from '../data.ts';
import { date, other, time, words, type Words } from '../format.ts';
import { RecordDocument, type NamedFragment, type RecordQuery } from '../gql/graphql.ts';
import { i18n } from '../i18n.ts';
import { Amount, RowSourceButton } from '../parts/figure.tsx';
import { ErrorNotice, Loading } from '../parts/notices.tsx';
import { Page } from '../parts/page.tsx';
import { Body, BothLanguages, OrganisationLink, Text } from '../parts/words.tsx';
import { scheme } from '../words.ts';
import { kindOfRecord } from './home.tsx';
import { NoSuch } from './not-found.tsx';

type Node = NonNullable<RecordQuery['node']>;

/** One record: a project, a laboratory, a unit in the park. */
export function Record() {
  const id = fromPath(useParams({ strict: false }).id ?? '');
  const result = useData(RecordDocument, { id });
  const node = result.data?.node;
  if (result.data && !result.error && (!node || !('provenance' in node))) {
    return <NoSuch title={i18n._('No such record')} text={i18n._('There is no project or other record at this address. Its list may have changed. Search for its name:')} />;
  }
  if (!node || !('provenance' in node)) {
    return (
      <Page title={i18n._('Record')}>
        {result.error ? <ErrorNotice error={result.error} retry={result.retry} /> : <Loading lines={12} />}
      </Page>
    );
  }
  return <Shown node={node} />;
}

function Shown({ node }: { node: Extract<Node, { provenance: unknown }> }) {
  const title = titleOf(node);
  const { history } = useRouter();
  const plan = node.provenance.dataset?.plan;
  return (
    <Page
      title={words(title) || node.id}
      heading={title ? <BothLanguages of={title} /> : node.id}
      lead={<p>{kindOfRecord(node.__typename)} · <RowSourceButton provenance={node.provenance} /></p>}
      plans={plan ? [plan] : []}
      bar={{ query: [RecordDocument, { id: node.id }] }}
    >
      <dl className="facts wide-facts">{factsOf(node).map(([term, value]) => <Fact key={term} term={term} value={value} />)}</dl>
      {isConverted(title) && <p className="muted">{i18n._('One Chinese script is converted from the other; the publisher gives only one.')}</p>}
      {history.canGoBack() && <p><button type="button" className="link" onClick={() => history.back()}>‹ {i18n._('Back')}</button></p>}
    </Page>
  );
}

const isConverted = (title: Title): boolean => Boolean(title && 'converted' in title && title.converted.length > 0 && other(title));

type Title = (Words & { converted: unknown[] }) | undefined;

function titleOf(node: Extract<Node, { provenance: unknown }>): Title {
  if ('label' in node) return node.label;
  if ('title' in node) return node.title;
  if ('enterpriseName' in node) return node.enterpriseName;
  if ('companyName' in node) return node.companyName;
  return 'route' in node ? { en: node.route, converted: [] } : undefined;
}

function Fact({ term, value }: { term: string; value: ReactNode }) {
  return <><dt>{term}</dt><dd>{value}</dd></>;
}

type Participants = readonly { name: Words; organisation?: NamedFragment | null }[];

const bodies = (list: Participants): ReactNode =>
  list.length === 0 ? undefined : <ul className="plain">{list.map((body, index) => <li key={index}><Body {...body} /></li>)}</ul>;
const organisations = (list: readonly NamedFragment[] | null | undefined): ReactNode =>
  list && list.length > 0 ? <ul className="plain">{list.map(organisation => <li key={organisation.id}><OrganisationLink of={organisation} /></li>)}</ul> : undefined;
const text = (of: Words | null | undefined): ReactNode => (words(of) ? <Text of={of} /> : undefined);
const link = (url: string | null | undefined): ReactNode => (url ? <a href={url} rel="noreferrer">{url}</a> : undefined);
const day = (value: string | null | undefined): ReactNode => value && date(value);

/** The fields of a record, the most important first. Missing values are omitted, except amounts. */
function factsOf(node: Extract<Node, { provenance: unknown }>): [string, ReactNode][] {
  return allFactsOf(node).filter(([, value]) => value !== undefined && value !== null && value !== '');
}

function allFactsOf(node: Extract<Node, { provenance: unknown }>): [string, ReactNode][] {
  const amount = (of: { amount: string } | null | undefined, name = 'amount') => <Amount of={of} provenance={node.provenance} name={name} />;
  switch (node.__typename) {
    case 'FundedProject':
      return [
        [i18n._('Amount'), amount(node.funding)],
        [i18n._('Approved at first'), node.revised ? amount(node.approved, 'approved') : undefined],
        [i18n._('Revised to'), node.revised ? amount(node.revised, 'revised') : undefined],
        [i18n._('Applicant'), organisations(node.leadApplicants) ?? (node.leadApplicantName ? <Body name={node.leadApplicantName} organisation={node.leadApplicant} /> : undefined)],
        [i18n._('Company partners'), bodies(node.companyPartners)],
        [i18n._('R&D Centre'), node.rdCentre && <OrganisationLink of={node.rdCentre} />],
        [i18n._('Programme'), node.programme && <>{node.programme.code} <Text of={node.programme.name} /></>],
        [i18n._('Reference'), node.reference],
        [i18n._('Year of the list'), node.year],
        [i18n._('Start'), day(node.startsOn)],
        [i18n._('End'), day(node.endsOn)],
        [i18n._('Technology areas'), node.technologyAreas.length > 0 && node.technologyAreas.map((area, index) => <span key={index}>{index > 0 && ', '}<Text of={area} /></span>)],
        [i18n._('Remarks'), node.remarks],
      ].map(([term, value]) => [String(term), value === false ? undefined : value] as [string, ReactNode]);
    case 'TrialProject':
      return [
        [i18n._('Amount'), amount(node.approved)],
        [i18n._('Applicant'), organisations(node.applicants) ?? text(node.applicantName)],
        [i18n._('Tried by'), bodies(node.participants)],
        [i18n._('R&D Centre'), node.rdCentre && <OrganisationLink of={node.rdCentre} />],
        [i18n._('Reference'), node.reference],
        [i18n._('Year of the list'), node.year],
        [i18n._('Remarks'), node.remarks],
      ];
    case 'BetterLivingProject':
      return [
        [i18n._('Grant'), amount(node.grant)],
        [i18n._('Applicant'), node.applicant || node.applicantName ? <Body name={node.applicantName} organisation={node.applicant} /> : undefined],
        [i18n._('Co-applicants'), bodies(node.coApplicants)],
        [i18n._('For'), text(node.targetBeneficiaries)],
      ];
    case 'RaisePlusProject':
      return [
        [i18n._('Amount'), amount(node.approved)],
        [i18n._('Start-up'), node.startUp || node.startUpName ? <Body name={node.startUpName} organisation={node.startUp} /> : undefined],
        [i18n._('Universities'), bodies(node.universities)],
        [i18n._('Principal investigator'), text(node.principalInvestigator)],
        [i18n._('Batch'), text(node.batch)],
        [i18n._('Year of the list'), node.year],
      ];
    case 'TechConnectProject':
      return [
        [i18n._('Amount'), amount(node.approved)],
        [i18n._('Department'), node.department || node.departmentName ? <Body name={node.departmentName} organisation={node.department} /> : undefined],
        [i18n._('Purpose'), text(node.description)],
        [i18n._('Year'), node.year],
      ];
    case 'BusinessGrant':
      return [
        [i18n._('Amount'), amount(node.approved)],
        [i18n._('Enterprise'), <Body key="enterprise" name={node.enterpriseName} organisation={node.enterprise} />],
        [i18n._('Application'), node.applicationNumber],
      ];
    case 'VentureInvestment':
      return [
        [i18n._('Amount'), amount(node.amount)],
        [i18n._('Company'), <Body key="company" name={node.companyName} organisation={node.company} />],
        [i18n._('Business'), text(node.business)],
        [i18n._('Co-investors'), bodies(node.coInvestors)],
        [i18n._('Year'), node.year],
        [i18n._('Website'), link(node.website)],
      ];
    case 'KeyLaboratory':
      return [
        [i18n._('Host'), organisations(node.hosts) ?? text(node.hostName)],
        [i18n._('Category'), text(node.category)],
        [i18n._('Established'), node.established],
        [i18n._('Funding'), amount(node.funding)],
        [i18n._('Remarks'), text(node.notes)],
      ];
    case 'Accreditation':
      return [
        [i18n._('Scheme'), scheme(node.scheme)],
        [i18n._('Registration'), node.registrationNumber],
        [i18n._('Holder'), node.holder && <OrganisationLink of={node.holder} />],
        [i18n._('Test categories'), node.testCategories.length > 0 ? <ul className="plain">{node.testCategories.map((category, index) => <li key={index}><Text of={category} /></li>)}</ul> : undefined],
        [i18n._('Fields'), node.fields.join(', ')],
        [i18n._('Address'), text(node.address)],
        [i18n._('Telephone'), node.telephone],
        [i18n._('Website'), link(node.website)],
        [i18n._('As of'), node.asOf?.label],
        [i18n._('Remarks'), node.remarks],
      ];
    case 'Tenancy':
      return [
        [i18n._('Organisation'), node.organisation && <OrganisationLink of={node.organisation} />],
        [i18n._('Cluster'), text(node.cluster)],
        [i18n._('About itself'), text(node.introduction)],
        [i18n._('Products'), text(node.products)],
        [i18n._('Address'), text(node.address)],
        [i18n._('Website'), link(node.website)],
      ];
    case 'ResearchDesignation':
      return [
        [i18n._('Organisation'), node.institution && <OrganisationLink of={node.institution} />],
        [i18n._('Designated on'), day(node.designatedOn)],
        [i18n._('Address'), text(node.address)],
        [i18n._('Website'), link(node.website)],
      ];
    case 'JobVacancy':
      return [
        [i18n._('Company'), <Body key="company" name={node.employerName} organisation={node.organisation} />],
        [i18n._('Description'), text(node.jobDescription)],
        [i18n._('Posted on'), day(node.postedOn)],
        [i18n._('Closes on'), day(node.closesOn)],
        [i18n._('Address'), link(node.url)],
      ];
    case 'Event':
      return [
        [i18n._('Begins'), day(node.startsOn)],
        [i18n._('Ends'), day(node.endsOn)],
        [i18n._('Place'), text(node.venue)],
        [i18n._('Organiser'), text(node.organiser)],
        [i18n._('Website'), link(node.url)],
      ];
    case 'Tender':
      return [
        [i18n._('Reference'), node.reference],
        [i18n._('Type'), text(node.noticeType)],
        [i18n._('Issued on'), day(node.issuedOn)],
        [i18n._('Closes'), node.closesAt && time(node.closesAt)],
        [i18n._('Website'), link(node.url)],
      ];
    case 'Restaurant':
      return [
        [i18n._('Cuisine'), text(node.cuisine)],
        [i18n._('Place'), text(node.place)],
        [i18n._('Opening hours'), text(node.openingHours)],
        [i18n._('Telephone'), node.telephone],
        [i18n._('Website'), link(node.website)],
      ];
    case 'TransportRoute':
      return [
        [i18n._('Operator'), node.operator],
        [i18n._('From'), text(node.origin)],
        [i18n._('To'), text(node.destination)],
      ];
    case 'CarParkVacancy':
      return [
        [i18n._('Free spaces'), node.vacant ?? i18n._('Not published')],
        [i18n._('Counted'), node.observedAt && time(node.observedAt)],
      ];
  }
}
