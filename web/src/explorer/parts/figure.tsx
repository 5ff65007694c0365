// A figure with its source. The source opens with one click, and the open source is in the address.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { createPortal } from 'react-dom';
import type { ReactNode } from 'react';
import { i18n } from '../i18n.ts';
import { count as grouped, dollars, notPublished } from '../format.ts';
import type { SourceFragment } from '../gql/graphql.ts';
import { SourcePanel } from './source-panel.tsx';

/** The row that contains a figure. */
export interface RowSource {
  kind: 'row';
  provenance: SourceFragment;
  /** The figure as a decimal, by which the panel finds its cell. */
  decimal?: string | undefined;
}

/** The rows from which a figure was counted or added up. */
export interface SumSource {
  kind: 'sum' | 'count';
  /** The datasets of the rows behind it, as plan numbers. */
  plans: string[];
  count: number;
  without?: number;
  /** A link to exactly the rows behind it. */
  rows?: ReactNode;
}

export type Origin = RowSource | SumSource;

/** The short name of a source: `D36 row 5`. */
export function sourceName(source: Origin): string {
  if (source.kind !== 'row') return source.plans.slice(0, 2).join(', ') + (source.plans.length > 2 ? '…' : '');
  return i18n._('{plan} row {row}', { plan: source.provenance.dataset?.plan ?? '?', row: source.provenance.row });
}

const keyOf = (source: Origin, name: string): string =>
  source.kind === 'row'
    ? `${source.provenance.dataset?.plan}-${source.provenance.row}-${source.provenance.sha256?.slice(0, 6) ?? ''}-${name}`
    : `${source.kind}-${name}`;

interface Figure {
  /** The figure as shown. */
  value: string;
  source: Origin;
  /** Distinguishes this figure from others of the same source in the address: `amount`. */
  name: string;
  /** The description of the figure for the panel: `Amount approved`. */
  label: string;
  /** Also shows the name of the source. */
  isNamed?: boolean;
}

export function Figure({ value, source, name, label, isNamed = false }: Figure) {
  const navigate = useNavigate();
  const open = useSearch({ strict: false }).source;
  const key = keyOf(source, name);
  const isOpen = open === key;
  const turn = (to: string | undefined) =>
    void navigate({ to: '.', search: previous => ({ ...previous, source: to }), resetScroll: false, hash: true });
  return (
    <>
      <button
        type="button" className="figure" aria-expanded={isOpen} data-source={key} data-from={value === sourceName(source) ? undefined : sourceName(source)}
        aria-label={i18n._('{value}. Source: {source}', { value, source: sourceName(source) })}
        onClick={() => turn(isOpen ? undefined : key)}
      >
        <span className="value">{value}</span>
        {isNamed && <span className="source-name">{sourceName(source)}</span>}
      </button>
      {isOpen && createPortal(<SourcePanel title={label} value={value} source={source} onClose={() => turn(undefined)} openerKey={key} />, document.body)}
    </>
  );
}

/** The exact amount in a row, or a note that it is not published. Both have the row as their source. */
export function Amount({ of, provenance, name = 'amount' }: { of: { amount: string } | null | undefined; provenance: SourceFragment; name?: string }) {
  return (
    <span className={of ? 'amount' : 'amount unknown'}>
      <Figure value={of ? dollars(of.amount) : notPublished()} source={{ kind: 'row', provenance, decimal: of?.amount }} name={name} label={i18n._('Amount')} />
    </span>
  );
}

/** Only the source of a row, for rows without a figure. */
export function RowSourceButton({ provenance }: { provenance: SourceFragment }) {
  const source: Origin = { kind: 'row', provenance };
  return <Figure value={sourceName(source)} source={source} name="row" label={i18n._('Record')} />;
}

interface Total {
  total: { amount: string } | null | undefined;
  count: number;
  countWithoutAmount: number;
}

/** The note beside a sum: the number of its known amounts. */
export const knownAmounts = ({ count, countWithoutAmount }: Total): string =>
  i18n._('{known} of {count} amounts are published', { known: grouped(count - countWithoutAmount), count: grouped(count) });

/** A shorter note for a table whose header names the counted items. */
export const knownOf = ({ count, countWithoutAmount }: Total): string =>
  i18n._('{known} of {count}', { known: grouped(count - countWithoutAmount), count: grouped(count) });

/** A sum of amounts. A sum with unknown parts is marked as a lower bound. */
export function Sum({ of, plans, name, label, format = dollars, rows }: { of: Total; plans: string[]; name: string; label: string; format?: (amount: string) => string; rows?: ReactNode }) {
  const value = !of.total ? notPublished() : of.countWithoutAmount > 0 ? i18n._('At least {amount}', { amount: format(of.total.amount) }) : format(of.total.amount);
  const source: Origin = { kind: 'sum', plans, count: of.count, without: of.countWithoutAmount, rows };
  return (
    <span className={of.total ? 'amount' : 'amount unknown'}>
      <Figure value={value} source={source} name={name} label={label} />
    </span>
  );
}

/** A number of rows. */
export function Count({ value, plans, name, label, text, rows }: { value: number; plans: string[]; name: string; label: string; text: string; rows?: ReactNode }) {
  return <Figure value={text} source={{ kind: 'count', plans, count: value, rows }} name={name} label={label} />;
}
