// Placeholders for data: a loading state of the same size, an error, an empty list.
import { Link } from '@tanstack/react-router';
import type { CombinedError } from 'urql';
import type { ReactNode } from 'react';
import { errorsOf } from '../data.ts';
import { time } from '../format.ts';
import type { DatasetRowFragment } from '../gql/graphql.ts';
import { i18n } from '../i18n.ts';
import { useDatasets } from './datasets.ts';
import { Text } from './words.tsx';

/** Placeholder lines of the expected size. They appear after 300 ms, so that a fast response does not flicker. */
export function Loading({ lines = 3 }: { lines?: number }) {
  return (
    <div className="loading" role="status" aria-label={i18n._('Loading')}>
      {Array.from({ length: lines }, (_, line) => <span key={line} />)}
    </div>
  );
}

export function ErrorNotice({ error, retry }: { error: CombinedError; retry: () => void }) {
  const { data } = useDatasets();
  const errors = errorsOf(error);
  const unavailable = errors.filter(({ code }) => code === 'DATASET_UNAVAILABLE');
  if (errors.length > 0 && unavailable.length === errors.length) {
    const ids = new Set(unavailable.map(({ dataset }) => dataset));
    return data?.datasets.filter(({ id }) => ids.has(id)).map(dataset => <Unavailable key={dataset.id} dataset={dataset} />);
  }
  return (
    <div className="error" role="alert">
      <p>{sentence(error, errors[0]?.code)}</p>
      <button type="button" onClick={retry}>{i18n._('Try again')}</button>
    </div>
  );
}

function sentence(error: CombinedError, code: string | undefined): string {
  const status = (error.response as Response | undefined)?.status;
  if (status === 429) return i18n._('Too many requests. Wait a moment, then try again.');
  if (status === 503 || code === 'DEADLINE_EXCEEDED') return i18n._('The server is busy. Wait a moment, then try again.');
  if (error.networkError) return i18n._('Lionrock cannot be reached.');
  return i18n._('This part could not be loaded ({code}). The rest of the page is complete.', { code: code ?? 'UNKNOWN' });
}

/** A notice that a list is missing because its publisher has not been reached. */
export function Unavailable({ dataset }: { dataset: DatasetRowFragment }) {
  return (
    <p className="notice">
      <Link to="/datasets/$plan" params={{ plan: dataset.plan }}>{dataset.plan} <Text of={dataset.title} /></Link>
      {': '}
      {i18n._('we do not have this list yet. It does not mean that there are none.')}
      {dataset.lastError && ` ${i18n._('No complete answer since {time}.', { time: time(dataset.lastError.since) })}`}
      {dataset.nextDue && ` ${i18n._('Next try: {time}.', { time: time(dataset.nextDue) })}`}
    </p>
  );
}

/** The content of a result: its data (also with an error), or a placeholder. */
export function Ready<Data>({ result, lines, children }: {
  result: { data: Data | undefined; error: CombinedError | undefined; isLoading: boolean; retry: () => void };
  lines?: number;
  children: (data: Data) => ReactNode;
}) {
  const { data, error, isLoading, retry } = result;
  return (
    <div aria-busy={isLoading} className={isLoading && data ? 'dimmed' : undefined}>
      {error && <ErrorNotice error={error} retry={retry} />}
      {data ? children(data) : !error && <Loading lines={lines} />}
    </div>
  );
}

/** One line for the data of a page that are not live and up to date, the worst first. */
export function FreshnessLine({ plans }: { plans: string[] }) {
  const { data } = useDatasets();
  if (!data) return <p className="freshness-place" />;
  const datasets = data.datasets.filter(({ plan }) => plans.includes(plan));
  const list = (found: DatasetRowFragment[]) => found.map(({ plan }, index) => (
    <span key={plan}>{index > 0 && ', '}<Link to="/datasets/$plan" params={{ plan }}>{plan}</Link></span>
  ));
  const missing = datasets.filter(({ origin }) => !origin);
  const bundled = datasets.filter(({ origin }) => origin === 'BUNDLED');
  const partial = datasets.filter(({ status, origin }) => status === 'DEGRADED' && origin && origin !== 'BUNDLED');
  const held = datasets.filter(({ origin, status }) => origin === 'HELD' && status !== 'DEGRADED');
  const stale = datasets.filter(({ origin, freshness, status }) => origin === 'LIVE' && freshness === 'STALE' && status !== 'DEGRADED');
  const parts: [string, DatasetRowFragment[]][] = [
    [i18n._('Not fetched yet'), missing],
    [i18n._("Bundled sample, not the publisher's full list"), bundled],
    [i18n._('Last refresh incomplete'), partial],
    [i18n._('Kept from an earlier fetch'), held],
    [i18n._('Overdue'), stale],
  ];
  const shown = parts.filter(([, found]) => found.length > 0);
  if (shown.length === 0) return null;
  return (
    <p className="notice freshness">
      {shown.map(([what, found], index) => <span key={what}>{index > 0 && ' · '}{what}: {list(found)}</span>)}
    </p>
  );
}
