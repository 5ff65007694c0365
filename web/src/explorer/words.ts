// The texts for the codes of the API.
import { i18n } from './i18n.ts';
import type {
  AccreditationScheme, DatasetStatus, Format, Freshness, Frequency, FundingKind, LinkMethod, LinkTier, OrganisationKind, OrganisationNameKind, Origin,
  Role, SearchType, Unit,
} from './gql/graphql.ts';

export const organisationKind = (kind: OrganisationKind): string =>
  ({
    COMPANY: () => i18n._('Company'),
    OTHER: () => i18n._('Other organisation'),
    PUBLIC_BODY: () => i18n._('Public body'),
    RD_CENTRE: () => i18n._('R&D Centre'),
    RESEARCH_INSTITUTE: () => i18n._('Research institute'),
    UNIVERSITY: () => i18n._('University'),
  })[kind]();

export const organisationKinds: OrganisationKind[] = ['UNIVERSITY', 'RESEARCH_INSTITUTE', 'RD_CENTRE', 'COMPANY', 'PUBLIC_BODY', 'OTHER'];

export const fundingKind = (kind: FundingKind): string =>
  ({
    FUNDED_PROJECT: () => i18n._('Funded project'),
    TRIAL_PROJECT: () => i18n._('Public sector trial'),
    BETTER_LIVING_PROJECT: () => i18n._('Better Living project'),
    RAISE_PLUS_PROJECT: () => i18n._('RAISe+ project'),
    BUSINESS_GRANT: () => i18n._('Distance business grant'),
    VENTURE_INVESTMENT: () => i18n._('Venture investment'),
    KEY_LABORATORY: () => i18n._('Key laboratory'),
  })[kind]();

export const fundingKinds: FundingKind[] = [
  'FUNDED_PROJECT', 'TRIAL_PROJECT', 'BETTER_LIVING_PROJECT', 'RAISE_PLUS_PROJECT', 'BUSINESS_GRANT', 'VENTURE_INVESTMENT', 'KEY_LABORATORY',
];

/** The datasets of each kind of funding. */
export const plansOfKind: Record<FundingKind, string[]> = {
  FUNDED_PROJECT: ['D36', 'N2'],
  TRIAL_PROJECT: ['D44', 'D43'],
  BETTER_LIVING_PROJECT: ['D32'],
  RAISE_PLUS_PROJECT: ['N1'],
  BUSINESS_GRANT: ['D1'],
  VENTURE_INVESTMENT: ['D42'],
  KEY_LABORATORY: ['D41'],
};

export const fundingPlans: string[] = Object.values(plansOfKind).flat();

export const searchType = (type: SearchType): string =>
  ({
    ORGANISATION: () => i18n._('Organisation'),
    PROJECT: () => i18n._('Project'),
    TENANT: () => i18n._('Park tenant'),
    LABORATORY: () => i18n._('Laboratory'),
    JOB: () => i18n._('Job vacancy'),
    DATASET: () => i18n._('Dataset'),
    OTHER: () => i18n._('Other record'),
  })[type]();

export const searchTypes: SearchType[] = ['ORGANISATION', 'PROJECT', 'TENANT', 'LABORATORY', 'JOB', 'DATASET', 'OTHER'];

export const nameKind = (kind: OrganisationNameKind): string =>
  ({
    ACRONYM: () => i18n._('Acronym'),
    FORMER: () => i18n._('Former name'),
    REGISTERED: () => i18n._('Name'),
    TRADING: () => i18n._('Trading name'),
    TRANSLATION: () => i18n._('Translation'),
  })[kind]();

export const role = (value: Role): string =>
  ({
    APPLICANT: () => i18n._('applicant'),
    COMPANY_PARTNER: () => i18n._('company partner'),
    CO_APPLICANT: () => i18n._('co-applicant'),
    CO_INVESTOR: () => i18n._('co-investor'),
    DESIGNEE: () => i18n._('designated institution'),
    EMPLOYER: () => i18n._('employer'),
    GRANTEE: () => i18n._('grantee'),
    HOLDER: () => i18n._('accreditation holder'),
    HOST: () => i18n._('host'),
    INVESTEE: () => i18n._('company invested in'),
    LEAD_APPLICANT: () => i18n._('lead applicant'),
    PARTICIPANT: () => i18n._('trial user'),
    RD_CENTRE: () => i18n._('R&D Centre of the project'),
    TENANT: () => i18n._('park tenant'),
  })[value]();

export const linkMethod = (method: LinkMethod): string =>
  ({
    ALONE: () => i18n._('The only organisation with this name'),
    CHINESE_KEY: () => i18n._('Same Chinese name'),
    CHINESE_NAME_ONLY: () => i18n._('Same Chinese name, no English name'),
    CURATED: () => i18n._('A reviewed decision'),
    CURATED_ALIAS: () => i18n._('A reviewed other name'),
    DECLARED_ACRONYM: () => i18n._('An acronym that a source explains'),
    EXACT_KEY: () => i18n._('Same English name'),
    JOINED_KEY: () => i18n._('Same name with other word breaks'),
    NO_LEGAL_FORM: () => i18n._('Same name without its legal form'),
    OTHER_LEGAL_FORM: () => i18n._('Same name with another legal form'),
    OTHER_QUALIFIER: () => i18n._('Same name with another qualifier'),
    STATED_NAME: () => i18n._('A former name that a source states'),
    TYPO: () => i18n._('Same name with a spelling error'),
    UNIT_OF: () => i18n._('A unit of the organisation'),
    WORD_ORDER: () => i18n._('Same words in another order'),
  })[method]();

export const linkTier = (tier: LinkTier): string =>
  ({ CERTAIN: () => i18n._('certain'), POSSIBLE: () => i18n._('possible'), SUSPECTED: () => i18n._('suspected') })[tier]();

export const status = (value: DatasetStatus): string =>
  ({
    OK: () => i18n._('Understood'),
    PARTIAL: () => i18n._('Partly understood, or a check failed'),
    INFERRED: () => i18n._('Understood, some columns by inference'),
    DRIFTED: () => i18n._('Columns changed: rows as published only'),
    DEGRADED: () => i18n._('Last refresh failed or is incomplete'),
    NOT_YET_LOADED: () => i18n._('Not fetched yet'),
    OFF: () => i18n._('Switched off by the operator'),
    WITHDRAWN: () => i18n._('No longer on the portal'),
  })[value]();

export const freshness = (value: Freshness): string =>
  ({ FRESH: () => i18n._('up to date'), DUE: () => i18n._('due for a check'), STALE: () => i18n._('overdue') })[value]();

export const origin = (value: Origin): string =>
  ({ LIVE: () => i18n._('Fetched'), HELD: () => i18n._('Kept from an earlier fetch'), BUNDLED: () => i18n._('Bundled sample') })[value]();

export const frequency = (value: Frequency): string =>
  ({
    ANNUAL: () => i18n._('every year'),
    AS_NEEDED: () => i18n._('as needed'),
    DAILY: () => i18n._('every day'),
    HALF_YEARLY: () => i18n._('every half year'),
    MONTHLY: () => i18n._('every month'),
    ONE_OFF: () => i18n._('once'),
    QUARTERLY: () => i18n._('every quarter'),
    REAL_TIME: () => i18n._('in real time'),
  })[value]();

export const scheme = (value: AccreditationScheme): string =>
  ({
    HOKLAS: () => i18n._('Laboratories (HOKLAS)'),
    HKCAS: () => i18n._('Certification bodies (HKCAS)'),
    HKIAS: () => i18n._('Inspection bodies (HKIAS)'),
  })[value]();

export const format = (value: Format): string => ({ CSV: 'CSV', JSON: 'JSON', WORKBOOK: 'XLSX', XML: 'XML' })[value];

export const unit = (value: Unit): string =>
  ({
    COUNT: () => i18n._('number'),
    HKD: () => 'HK$',
    PERCENT: () => '%',
    PERSONS: () => i18n._('persons'),
    SCORE: () => i18n._('score'),
    SQUARE_FEET: () => i18n._('square feet'),
    SQUARE_METRES: () => i18n._('square metres'),
    UNSTATED: () => i18n._('unit not stated'),
  })[value]();
