// The panel with the source of a figure: the row with all its columns, the file, the dataset and its state.
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { client, useData } from '../data.ts';
import { date, time } from '../format.ts';
import { SourceFilesDocument, type DatasetRowFragment, type SourceFilesQuery, type SourceFragment } from '../gql/graphql.ts';
import { i18n } from '../i18n.ts';
import { findRow, type FoundRow } from '../rows.ts';
import { frequency, origin } from '../words.ts';
import { useDatasets } from './datasets.ts';
import type { Origin } from './figure.tsx';
import { ErrorNotice, Loading } from './notices.tsx';
import { Text } from './words.tsx';

/** The minimum width at which the panel is beside the page. On narrower screens it covers the page. */
const wide = '(min-width: 900px)';

interface Panel {
  title: string;
  value: string;
  source: Origin;
  onClose: () => void;
  /** The key of the figure's button, which receives the focus when the panel closes. */
  openerKey: string;
}

export function SourcePanel({ title, value, source, onClose, openerKey }: Panel) {
  const dialog = useRef<HTMLDialogElement>(null);
  const close = useRef(onClose);
  close.current = onClose;

  useEffect(() => {
    const element = dialog.current;
    if (!element) return undefined;
    if (matchMedia(wide).matches) element.show();
    else element.showModal();
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      event.preventDefault();
      close.current();
    };
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('keydown', onKey);
      element.close();
      document.querySelector<HTMLElement>(`[data-source="${CSS.escape(openerKey)}"]`)?.focus({ preventScroll: true });
    };
  }, [openerKey]);

  return (
    <dialog ref={dialog} className="source" aria-labelledby="source-title" onCancel={event => event.preventDefault()}>
      <div className="source-head">
        <p className="muted" id="source-title">{i18n._('Source')} · {title}</p>
        <button type="button" onClick={onClose}>{i18n._('Close')}</button>
      </div>
      <p className="source-value">{value}</p>
      {source.kind === 'row' ? <RowDetails provenance={source.provenance} decimal={source.decimal} /> : <SumDetails source={source} />}
    </dialog>
  );
}

function RowDetails({ provenance, decimal }: { provenance: SourceFragment; decimal: string | undefined }) {
  const id = provenance.dataset?.id;
  const { data, error, retry } = useData(SourceFilesDocument, { id: id ?? '' }, !id);
  const dataset = data?.dataset;
  if (!id) return <p>{i18n._('The source names no dataset.')}</p>;
  if (error && !dataset) return <ErrorNotice error={error} retry={retry} />;
  if (!dataset) return <Loading lines={8} />;
  const file = dataset.distributions.find(({ sha256 }) => sha256 === provenance.sha256);
  return (
    <>
      <dl className="facts">
        <dt>{i18n._('Dataset')}</dt>
        <dd><Link to="/datasets/$plan" params={{ plan: dataset.plan }}>{dataset.plan} <Text of={dataset.title} /></Link></dd>
        <dt>{i18n._('Publisher')}</dt>
        <dd><Text of={dataset.publisher.name} /></dd>
        <dt>{i18n._('File')}</dt>
        <dd className="path">{file?.url ?? provenance.distribution ?? i18n._('not stated')}</dd>
        <dt>{i18n._('Row')}</dt>
        <dd>{provenance.row}</dd>
        {provenance.asOf && <><dt>{i18n._('As of')}</dt><dd>{date(provenance.asOf)}</dd></>}
        {provenance.publishedAt && <><dt>{i18n._('Changed by the publisher')}</dt><dd>{time(provenance.publishedAt)}</dd></>}
        {provenance.source && <><dt>{i18n._('Found in')}</dt><dd><Linked text={provenance.source} /></dd></>}
      </dl>
      <p className={provenance.origin === 'LIVE' ? 'state' : 'state notice'}>{originSentence(provenance, dataset)}</p>
      {file && <Row datasetId={dataset.id} file={file} row={provenance.row} plan={dataset.plan} decimal={decimal} />}
      <Terms dataset={dataset} />
      {provenance.sha256 && <p className="path muted">SHA-256 {provenance.sha256}</p>}
    </>
  );
}

function originSentence(provenance: SourceFragment, dataset: Pick<DatasetRowFragment, 'frequency' | 'freshness' | 'confirmedAt'>): string {
  const mirror = provenance.byMirror ? ` ${i18n._('It came through a mirror.')}` : '';
  switch (provenance.origin) {
    case 'BUNDLED':
      return i18n._("Bundled sample from public sources, not the publisher's full list. The publisher's file has not been fetched yet.");
    case 'HELD':
      return i18n._('Kept from an earlier fetch, {time}; the publisher has not confirmed it since.', { time: provenance.retrievedAt ? time(provenance.retrievedAt) : '–' }) + mirror;
    case 'LIVE': {
      const fetched = i18n._('Fetched from the publisher, {time}.', { time: provenance.retrievedAt ? time(provenance.retrievedAt) : '–' });
      const overdue = dataset.freshness === 'STALE' && dataset.confirmedAt
        ? ` ${i18n._('Overdue: a new version is promised {frequency}; this one was confirmed {date}.', { frequency: frequency(dataset.frequency), date: time(dataset.confirmedAt) })}`
        : '';
      return fetched + overdue + mirror;
    }
  }
}

type File = NonNullable<SourceFilesQuery['dataset']>['distributions'][number];

/** The row as published: the name of each column with its cell. */
function Row({ datasetId, file, row, plan, decimal }: { datasetId: string; file: File; row: number; plan: string; decimal: string | undefined }) {
  const [found, setFound] = useState<FoundRow | 'loading' | 'missing'>('loading');
  useEffect(() => {
    let isCurrent = true;
    setFound('loading');
    findRow(client, datasetId, file.url, row).then(
      result => isCurrent && setFound(result ?? 'missing'),
      () => isCurrent && setFound('missing'),
    );
    return () => {
      isCurrent = false;
    };
  }, [datasetId, file.url, row]);
  return (
    <section className="row-source">
      <h3>{i18n._('The row as published')}</h3>
      {found === 'loading' && <Loading lines={6} />}
      {found === 'missing' && <p>{i18n._('This row could not be shown. The file has it at row {row}.', { row })}</p>}
      {typeof found === 'object' && (
        <dl className="cells">
          {found.columns.map((column, index) => (
            <div key={index} hidden={!column && !found.cells[index]} className={decimal && states(found.cells[index], decimal) ? 'used' : undefined}>
              <dt>{column || i18n._('(no heading)')}</dt>
              <dd>{found.cells[index] || <span className="muted">{i18n._('(empty)')}</span>}</dd>
            </div>
          ))}
        </dl>
      )}
      <p className="actions">
        <Link to="/datasets/$plan" params={{ plan }} search={{ file: file.url }}>{i18n._('Open in the dataset')}</Link>
        {file.download && <a href={file.download} rel="noreferrer">{i18n._('Original file')} ↗</a>}
      </p>
    </section>
  );
}

/** Whether a cell states a figure, in units, thousands, millions or billions. Marks the cell; no figure depends on it. */
function states(cell: string | undefined, decimal: string): boolean {
  const number = cell?.replace(/^(HK)?\$|[,\s%]/g, '');
  if (!number || !/^-?\d+(\.\d+)?$/.test(number)) return false;
  const value = Number(decimal);
  return [1, 1e3, 1e6, 1e9].some(scale => Math.abs(Number(number) * scale - value) < 1e-6 * Math.max(1, Math.abs(value)));
}

function SumDetails({ source }: { source: Extract<Origin, { count: number }> }) {
  const { data } = useDatasets();
  const datasets = data?.datasets.filter(({ plan, recordCount }) => source.plans.includes(plan) && recordCount > 0) ?? [];
  const without = source.without ?? 0;
  return (
    <>
      <p>
        {source.kind === 'sum'
          ? i18n._('Sum of {known, plural, one {# published amount} other {# published amounts}}.', { known: source.count - without })
          : i18n._('Number of rows: {count}.', { count: source.count })}
        {without > 0 && ` ${i18n._('{without, plural, one {# more is} other {# more are}} not published and not in the sum.', { without })}`}
      </p>
      {source.rows && <p className="actions">{source.rows}</p>}
      <h3>{i18n._('Datasets')}</h3>
      <ul className="plain">
        {datasets.map(dataset => (
          <li key={dataset.id}>
            <Link to="/datasets/$plan" params={{ plan: dataset.plan }}>{dataset.plan} <Text of={dataset.title} /></Link>
            <br />
            <span className="muted"><Text of={dataset.publisher.name} /> · {dataset.origin && origin(dataset.origin)}{dataset.confirmedAt && ` · ${time(dataset.confirmedAt)}`}</span>
          </li>
        ))}
      </ul>
      {datasets[0] && <Terms dataset={datasets[0]} />}
    </>
  );
}

function Terms({ dataset }: { dataset: Pick<DatasetRowFragment, 'licence' | 'page'> }) {
  return (
    <p className="muted">
      {i18n._('Licence')}: {dataset.licence.url ? <a href={dataset.licence.url} rel="noreferrer">{dataset.licence.name} ↗</a> : dataset.licence.name}
      {dataset.page && <> · <a href={dataset.page} rel="noreferrer">{i18n._('Dataset on data.gov.hk')} ↗</a></>}
    </p>
  );
}

/** A text with its URLs as links. */
function Linked({ text }: { text: string }) {
  return text.split(/(https?:\/\/[^\s,;)]+)/).map((part, index) => (index % 2 ? <a key={index} href={part} rel="noreferrer">{part}</a> : part));
}
