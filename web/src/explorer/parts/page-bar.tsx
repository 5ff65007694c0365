// The bar at the end of a page: Show the query, Download CSV, Cite, Copy link.
import { useState } from 'react';
import type { AnyVariables, TypedDocumentNode } from 'urql';
import { graphiqlLink } from '../data.ts';
import { csv, save, type CsvRow } from '../csv.ts';
import { date, time, words } from '../format.ts';
import type { DatasetRowFragment } from '../gql/graphql.ts';
import { currentLocale, i18n } from '../i18n.ts';
import { useDatasets } from './datasets.ts';

export interface Download {
  /** The name of the file without its ending. */
  name: string;
  /** How many rows it has, if known. */
  count: number | undefined;
  columns: string[];
  /** The rows in pages. */
  pages: () => AsyncGenerator<CsvRow[]>;
}

export interface PageBarProps {
  // eslint-disable-next-line -- documents of all shapes
  query?: [TypedDocumentNode<any, any>, AnyVariables];
  download?: Download | undefined;
  plans?: string[];
}

export function PageBar({ query, download, plans = [] }: PageBarProps) {
  const [status, setStatus] = useState('');
  return (
    <footer className="page-bar">
      {query && <a className="button" href={graphiqlLink(...query)}>{i18n._('Show the query')}</a>}
      {download && <DownloadButton of={download} say={setStatus} />}
      {plans.length > 0 && <Cite plans={plans} />}
      <button type="button" onClick={() => void copy(permanentLink(), setStatus)}>{i18n._('Copy link')}</button>
      <span role="status" className="muted">{status}</span>
    </footer>
  );
}

/** The address of what is shown, in the language in which it is shown. */
function permanentLink(): string {
  const link = new URL(location.href);
  link.searchParams.set('lang', currentLocale());
  return link.href;
}

async function copy(text: string, say: (status: string) => void): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say(i18n._('Copied.'));
  } catch {
    say(text);
  }
}

function DownloadButton({ of, say }: { of: Download; say: (status: string) => void }) {
  const [stop, setStop] = useState<AbortController>();
  const start = async () => {
    const control = new AbortController();
    setStop(control);
    const rows: CsvRow[] = [];
    let isComplete = true;
    try {
      for await (const page of of.pages()) {
        rows.push(...page);
        say(i18n._('{count, plural, one {# row} other {# rows}} loaded', { count: rows.length }));
        if (control.signal.aborted) {
          isComplete = of.count !== undefined && rows.length >= of.count;
          break;
        }
      }
    } catch {
      isComplete = false;
    }
    setStop(undefined);
    save(`${of.name}${isComplete ? '' : '-incomplete'}.csv`, csv(of.columns, rows));
    say(isComplete ? i18n._('{count, plural, one {# row} other {# rows}} saved', { count: rows.length }) : i18n._('Incomplete: {count, plural, one {# row} other {# rows}} saved', { count: rows.length }));
  };
  if (stop) return <button type="button" onClick={() => stop.abort()}>{i18n._('Stop')}</button>;
  return (
    <button type="button" onClick={() => void start()} disabled={of.count === 0}>
      {of.count === undefined ? i18n._('Download CSV') : i18n._('Download CSV ({count, plural, one {# row} other {# rows}})', { count: of.count })}
    </button>
  );
}

function Cite({ plans }: { plans: string[] }) {
  const { data } = useDatasets();
  const datasets = data?.datasets.filter(({ plan, recordCount }) => plans.includes(plan) && recordCount > 0) ?? [];
  if (datasets.length === 0) return null;
  return (
    <details className="cite">
      <summary className="button">{i18n._('Cite')}</summary>
      <div className="cite-text">
        {datasets.map(dataset => <p key={dataset.id}>{citation(dataset)}</p>)}
      </div>
    </details>
  );
}

/** The publisher first: readers cite what they were shown. */
function citation(dataset: DatasetRowFragment): string {
  const state = dataset.origin === 'BUNDLED' ? i18n._("bundled sample, not the publisher's full list") : dataset.confirmedAt ? i18n._('fetched {time}', { time: time(dataset.confirmedAt) }) : '';
  return [
    `${words(dataset.publisher.name)}, “${words(dataset.title)}” (${dataset.plan})`,
    state,
    i18n._('via Lionrock, {address}, seen {date}', { address: permanentLink(), date: date(new Date().toISOString()) }),
    dataset.licence.name,
  ].filter(Boolean).join('; ') + '.';
}
