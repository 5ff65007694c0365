import { Link, useParams, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { client, errorsOf, useData } from '../data.ts';
import { bytes, count, time, words } from '../format.ts';
import { DatasetDocument, DatasetRowsDocument, type DatasetQuery } from '../gql/graphql.ts';
import { htmlLanguage, i18n } from '../i18n.ts';
import { Choice } from '../parts/filters.tsx';
import { ErrorNotice, Loading, Ready } from '../parts/notices.tsx';
import { Page } from '../parts/page.tsx';
import { Pager, useKnownCursor } from '../parts/pager.tsx';
import { pagesOf } from '../parts/project-table.tsx';
import { BothLanguages, Text } from '../parts/words.tsx';
import { statisticPlans } from '../statistics.ts';
import { format, freshness, frequency, origin, status } from '../words.ts';
import { NoSuch } from './not-found.tsx';

type Known = NonNullable<DatasetQuery['dataset']>;

export function Dataset() {
  const id = useParams({ strict: false }).plan ?? '';
  const result = useData(DatasetDocument, { id });
  const dataset = result.data?.dataset;
  const isUnknown = errorsOf(result.error).some(({ code }) => code === 'UNKNOWN_DATASET');
  if ((result.data && !dataset && !result.error) || isUnknown) {
    return <NoSuch title={i18n._('No such dataset')} text={i18n._('There is no dataset at this address. Search for its name:')} />;
  }
  if (!dataset) {
    return (
      <Page title={i18n._('Dataset')}>
        {result.error ? <ErrorNotice error={result.error} retry={result.retry} /> : <Loading lines={16} />}
      </Page>
    );
  }
  return <Shown dataset={dataset} />;
}

const tabs = (): [string, string][] => [
  ['', i18n._('Rows')], ['files', i18n._('Files')], ['columns', i18n._('Columns')], ['rejects', i18n._('Rejects')], ['checks', i18n._('Checks')], ['licence', i18n._('Licence')],
];

function Shown({ dataset }: { dataset: Known }) {
  const { tab = '', file } = useSearch({ strict: false });
  const current = tabs().some(([key]) => key === tab) ? tab : '';
  const chosen = dataset.distributions.find(({ url }) => url === file) ?? dataset.distributions[0];
  const contents: Record<string, () => ReactNode> = {
    '': () => <Rows dataset={dataset} url={chosen?.url} />,
    files: () => <Files dataset={dataset} />,
    columns: () => <Columns dataset={dataset} />,
    rejects: () => <Rejects dataset={dataset} />,
    checks: () => <Checks dataset={dataset} />,
    licence: () => <Terms dataset={dataset} />,
  };
  const counts: Record<string, number> = { files: dataset.distributions.length, rejects: dataset.rejects.totalCount, checks: dataset.checks.length };
  return (
    <Page
      title={`${dataset.plan} ${words(dataset.title)}`}
      heading={<>{dataset.plan} <BothLanguages of={dataset.title} /></>}
      lead={
        <p>
          <Text of={dataset.publisher.name} /> · {frequency(dataset.frequency)}
          {dataset.page && <> · <a href={dataset.page} rel="noreferrer">data.gov.hk ↗</a></>}
          {statisticPlans.includes(dataset.plan) && <> · <Link to="/statistics/$plan" params={{ plan: dataset.plan }}>{i18n._('Table and chart')}</Link></>}
        </p>
      }
      bar={{
        query: [DatasetDocument, { id: dataset.plan }],
        plans: [dataset.plan],
        download: current === '' && chosen ? {
          name: `lionrock-${dataset.plan}`, count: undefined, columns: [],
          pages: async function* () {
            const read = async (after: string | null) => (await client.query(DatasetRowsDocument, { id: dataset.id, distribution: chosen.url, first: 100, after }).toPromise()).data?.dataset?.table;
            let isFirst = true;
            for await (const { columns, rows } of pagesOf(async after => {
              const table = await read(after);
              return table && { ...table, pageInfo: table.rows.pageInfo };
            })) {
              yield [...(isFirst ? [['row', ...columns]] : []), ...rows.nodes.map(({ row, cells }) => [row, ...cells])];
              isFirst = false;
            }
          },
        } : undefined,
      }}
    >
      <State dataset={dataset} />
      <nav className="tabs" aria-label={i18n._('Parts of the dataset')}>
        {tabs().map(([key, name]) => (
          <Link key={key} to="." search={previous => ({ ...(previous.lang ? { lang: previous.lang } : {}), ...(key ? { tab: key } : {}) })} resetScroll={false} aria-current={key === current ? 'page' : undefined} activeOptions={{ exact: true, includeSearch: true }} activeProps={{}}>
            {name}{counts[key] !== undefined && ` ${count(counts[key])}`}
          </Link>
        ))}
      </nav>
      {contents[current]?.()}
    </Page>
  );
}

function State({ dataset }: { dataset: Known }) {
  const missing = !dataset.origin;
  return (
    <div className={dataset.origin === 'LIVE' && dataset.status === 'OK' ? 'state' : 'state notice'}>
      <p>
        <strong>{dataset.origin ? origin(dataset.origin) : status(dataset.status)}</strong>
        {dataset.origin && <> · {status(dataset.status)} · {i18n._('{count, plural, one {# record} other {# records}}', { count: dataset.recordCount })}</>}
        {dataset.origin && ` · ${freshness(dataset.freshness)}`}
      </p>
      {dataset.origin === 'BUNDLED' && <p>{i18n._("Bundled sample from public sources, not the publisher's full list. The publisher's file has not been fetched yet.")}</p>}
      {missing && <p>{i18n._('We do not have this list yet. It does not mean that there are none.')}</p>}
      {dataset.confirmedAt && <p>{i18n._('Confirmed by the publisher: {time}.', { time: time(dataset.confirmedAt) })}</p>}
      {dataset.lastError && <p>{i18n._('Last refresh incomplete since {time}:', { time: time(dataset.lastError.since) })} <code>{dataset.lastError.code}</code> <span lang="en-HK">{dataset.lastError.message}</span></p>}
      {dataset.storageError && <p><code>{dataset.storageError.code}</code> <span lang="en-HK">{dataset.storageError.message}</span></p>}
      {dataset.nextDue && <p>{i18n._('Next try: {time}.', { time: time(dataset.nextDue) })}</p>}
    </div>
  );
}

function Rows({ dataset, url }: { dataset: Known; url: string | undefined }) {
  const { after } = useSearch({ strict: false });
  const result = useData(DatasetRowsDocument, { id: dataset.id, distribution: url ?? null, first: 50, after: after ?? null }, !url);
  const isGone = useKnownCursor(result.error);
  if (!url) return <p>{i18n._('There are no rows yet.')}</p>;
  return (
    <section>
      <h2 className="visually-hidden">{i18n._('Rows')}</h2>
      {dataset.distributions.length > 1 && (
        <div className="controls"><Choice label={i18n._('File')} of="file" all={null} options={dataset.distributions.map(({ url: of }, index) => [index === 0 ? '' : of, of])} /></div>
      )}
      {isGone && <p className="notice">{i18n._('The list changed since this link was made. This is its first page.')}</p>}
      <Ready result={result} lines={24}>
        {({ dataset: found }) => found?.table && (
          <>
            <p className="muted">{i18n._('The rows of the file as published, {count} in all.', { count: count(found.table.rowCount) })}</p>
            <div className="scroll" role="region" aria-label={i18n._('Rows')} tabIndex={0}>
              <table className="raw">
                <caption className="visually-hidden">{found.table.distribution}</caption>
                <thead><tr><th scope="col">{i18n._('Row')}</th>{found.table.columns.map((column, index) => <th key={index} scope="col">{column || <span className="muted">{i18n._('(no heading)')}</span>}</th>)}</tr></thead>
                <tbody>
                  {found.table.rows.nodes.map(({ row, cells }) => (
                    <tr key={row} id={`row-${row}`}><th scope="row">{row}</th>{cells.map((cell, index) => <td key={index}>{cell}</td>)}</tr>
                  ))}
                </tbody>
              </table>
            </div>
            <Pager ends={found.table.rows.pageInfo} shown={found.table.rows.nodes.length} total={found.table.rowCount} />
          </>
        )}
      </Ready>
    </section>
  );
}

const languageOf: Record<string, () => string> = { EN: () => i18n._('English'), ZH_HANT: () => i18n._('Traditional Chinese'), ZH_HANS: () => i18n._('Simplified Chinese') };

function Files({ dataset }: { dataset: Known }) {
  return (
    <section>
      <h2 className="visually-hidden">{i18n._('Files')}</h2>
      {dataset.distributions.length === 0 && <p>{i18n._('No file has been read yet.')}</p>}
      {dataset.distributions.map(file => (
        <section key={file.url} className="file">
          <h3 className="path">{file.url}</h3>
          <dl className="facts">
            <dt>{i18n._('Format')}</dt><dd>{format(file.format)} · {bytes(file.byteSize)} · {file.charset}{file.language && ` · ${languageOf[file.language]?.()}`}</dd>
            <dt>{i18n._('Origin')}</dt><dd>{origin(file.origin)}{file.retrievedAt && `, ${time(file.retrievedAt)}`}</dd>
            {file.period && <><dt>{i18n._('Period')}</dt><dd>{file.period}</dd></>}
            {file.publishedAt && <><dt>{i18n._('Changed by the publisher')}</dt><dd>{time(file.publishedAt)}</dd></>}
            <dt>SHA-256</dt><dd className="path">{file.sha256}</dd>
          </dl>
          {file.notes.length > 0 && <><h4>{i18n._('Notes in the file')}</h4><ul>{file.notes.map((note, index) => <li key={index}>{note}</li>)}</ul></>}
          <p className="actions">
            <Link to="." search={{ file: file.url }}>{i18n._('Show the rows')}</Link>
            {file.download && <a href={file.download} rel="noreferrer">{i18n._('Original file')} ↗</a>}
          </p>
        </section>
      ))}
    </section>
  );
}

function Columns({ dataset: { drift, id, distributions } }: { dataset: Known }) {
  const result = useData(DatasetRowsDocument, { id, distribution: null, first: 1, after: null }, distributions.length === 0);
  const columns = result.data?.dataset?.table?.columns.filter(Boolean) ?? [];
  if (distributions.length === 0) return <p>{i18n._('No file has been read yet.')}</p>;
  return (
    <section>
      <h2 className="visually-hidden">{i18n._('Columns')}</h2>
      <p>{drift ? i18n._('Some columns are not those that were expected.') : i18n._('Every column is understood.')}</p>
      {drift && drift.missing.length > 0 && <><h3>{i18n._('Expected and missing')}</h3><ul>{drift.missing.map(name => <li key={name}>{name}</li>)}</ul></>}
      {drift && drift.unmapped.length > 0 && <><h3>{i18n._('Not understood')}</h3><ul>{drift.unmapped.map(name => <li key={name}>{name}</li>)}</ul></>}
      {columns.length > 0 && <><h3>{i18n._('Columns of the first file')}</h3><ul>{columns.map((name, index) => <li key={index}>{name}{drift?.unmapped.includes(name) && <span className="muted"> · {i18n._('not understood')}</span>}</li>)}</ul></>}
    </section>
  );
}

function Rejects({ dataset: { rejects, origin: from } }: { dataset: Known }) {
  if (rejects.totalCount === 0) return <p>{from ? i18n._('Every row of the files was read.') : i18n._('There are no rows yet.')}</p>;
  return (
    <section>
      <h2 className="visually-hidden">{i18n._('Rejects')}</h2>
      <p>{i18n._('Rows and cells that could not be read as records. They are not in any figure.')}</p>
      <div className="scroll" role="region" aria-label={i18n._('Rejects')} tabIndex={0}>
        <table className="raw">
          <caption className="visually-hidden">{i18n._('Rejects')}</caption>
          <thead><tr><th scope="col">{i18n._('Row')}</th><th scope="col">{i18n._('Column')}</th><th scope="col">{i18n._('Reason')}</th><th scope="col">{i18n._('Text')}</th></tr></thead>
          <tbody>{rejects.nodes.map((reject, index) => <tr key={index}><th scope="row">{reject.row}</th><td>{reject.column ?? '–'}</td><td lang={htmlLanguage.en}>{reject.reason}</td><td>{reject.text}</td></tr>)}</tbody>
        </table>
      </div>
      {rejects.totalCount > rejects.nodes.length && <p className="muted">{i18n._('The first {shown} of {total} are shown.', { shown: rejects.nodes.length, total: rejects.totalCount })}</p>}
    </section>
  );
}

export function Checks({ dataset: { checks } }: { dataset: Pick<Known, 'checks'> }) {
  if (checks.length === 0) return <p>{i18n._('No check applies to this dataset.')}</p>;
  const failed = checks.filter(({ passed }) => !passed);
  return (
    <section>
      <h2 className="visually-hidden">{i18n._('Checks')}</h2>
      <p>{failed.length === 0 ? i18n._('All checks of the figures passed.') : i18n._('{failed} of {all} checks of the figures failed. The figures are shown as published.', { failed: failed.length, all: checks.length })}</p>
      <ul className="checks">
        {[...failed, ...checks.filter(({ passed }) => passed)].map(({ rule, passed, detail }) => (
          <li key={rule}><strong className={passed ? 'good' : 'bad'}>{passed ? i18n._('passed') : i18n._('failed')}</strong> <span lang={htmlLanguage.en}>{rule.replaceAll('`', '')}{detail && <><br /><span className="muted">{detail.replaceAll('`', '')}</span></>}</span></li>
        ))}
      </ul>
    </section>
  );
}

function Terms({ dataset: { licence } }: { dataset: Known }) {
  return (
    <section>
      <h2 className="visually-hidden">{i18n._('Licence')}</h2>
      <p>{licence.url ? <a href={licence.url} rel="noreferrer">{licence.name} ↗</a> : licence.name}</p>
      <p lang={htmlLanguage.en}>{licence.attribution}</p>
    </section>
  );
}
