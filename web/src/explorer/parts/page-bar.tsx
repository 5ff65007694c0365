// The bar at the end of a page: Show the query, Download CSV or JSON, Cite, Copy link.
import { useState } from 'react';
import type { AnyVariables, TypedDocumentNode } from 'urql';
import { bibtex, plainCitation } from '../citation.ts';
import { csv, type CsvRow } from '../csv.ts';
import { graphiqlLink, textOf } from '../data.ts';
import { json, save } from '../files.ts';
import { currentLocale, i18n } from '../i18n.ts';
import { useDatasets } from './datasets.ts';

export interface Download {
  /** The name of the file without its ending. */
  name: string;
  /** The number of rows, if known. */
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
      {download && <DownloadButtons of={download} query={query} say={setStatus} />}
      {plans.length > 0 && <Cite plans={plans} say={setStatus} />}
      <button type="button" onClick={() => void copy(permanentLink(), setStatus)}>{i18n._('Copy link')}</button>
      <span role="status" className="muted">{status}</span>
    </footer>
  );
}

/** The address of the current state, with the current language. */
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

type FileKind = 'CSV' | 'JSON';

function DownloadButtons({ of, query, say }: { of: Download; query: PageBarProps['query']; say: (status: string) => void }) {
  const [stop, setStop] = useState<AbortController>();
  const start = async (kind: FileKind) => {
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
    const name = `${of.name}${isComplete ? '' : '-incomplete'}`;
    const about = { address: permanentLink(), retrieved: new Date().toISOString(), query: query && textOf(query[0]), variables: query?.[1], isComplete };
    if (kind === 'CSV') save(`${name}.csv`, 'text/csv;charset=utf-8', csv(of.columns, rows));
    else save(`${name}.json`, 'application/json', json(of.columns, rows, about));
    say(isComplete ? i18n._('{count, plural, one {# row} other {# rows}} saved', { count: rows.length }) : i18n._('Incomplete: {count, plural, one {# row} other {# rows}} saved', { count: rows.length }));
  };
  if (stop) return <button type="button" onClick={() => stop.abort()}>{i18n._('Stop')}</button>;
  return (
    <>
      <button type="button" onClick={() => void start('CSV')} disabled={of.count === 0}>
        {of.count === undefined ? i18n._('Download CSV') : i18n._('Download CSV ({count, plural, one {# row} other {# rows}})', { count: of.count })}
      </button>
      <button type="button" onClick={() => void start('JSON')} disabled={of.count === 0}>{i18n._('Download JSON')}</button>
    </>
  );
}

function Cite({ plans, say }: { plans: string[]; say: (status: string) => void }) {
  const { data } = useDatasets();
  const [isBibtex, setBibtex] = useState(false);
  const datasets = data?.datasets.filter(({ plan, recordCount }) => plans.includes(plan) && recordCount > 0) ?? [];
  if (datasets.length === 0) return null;
  const [address, seen] = [permanentLink(), new Date()];
  const citations = datasets.map(dataset => (isBibtex ? bibtex : plainCitation)(dataset, address, seen));
  return (
    <details className="cite">
      <summary className="button">{i18n._('Cite')}</summary>
      <div className="cite-text">
        {citations.map(citation => (isBibtex ? <pre key={citation}>{citation}</pre> : <p key={citation}>{citation}</p>))}
      </div>
      <p className="actions">
        <button type="button" aria-pressed={isBibtex} onClick={() => setBibtex(!isBibtex)}>BibTeX</button>
        <button type="button" onClick={() => void copy(citations.join('\n\n'), say)}>{i18n._('Copy the citation')}</button>
      </p>
    </details>
  );
}
