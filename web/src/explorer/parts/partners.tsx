// The organisations that take part in an organisation's projects, each with the shared records.
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { toPath } from '../address.ts';
import { i18n } from '../i18n.ts';
import { mostProjects, usePartners, type Partner, type PartnerRecord } from '../partners.ts';
import { role as roleWords } from '../words.ts';
import { Fan } from './fan.tsx';
import { RowSourceButton } from './figure.tsx';
import { Ready } from './notices.tsx';
import { Body, Text } from './words.tsx';

/** The initial number of partners. More would make the page of a university too long. */
const shownAtFirst = 24;

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
            {partners.length > 0 && <p><Link to="/organisations/$id/network" params={{ id: toPath(id) }}>{i18n._('Walk through the network')}</Link></p>}
            {isCut && <p className="notice">{i18n._('Only the first {count} projects were read.', { count: mostProjects })}</p>}
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
      <PartnerRecords records={records} />
    </li>
  );
}

/** The records that name both organisations, each with its source. */
export function PartnerRecords({ records }: { records: readonly PartnerRecord[] }) {
  return (
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
  );
}
