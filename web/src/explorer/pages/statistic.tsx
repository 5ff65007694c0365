import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { CombinedError } from 'urql';
import { client } from '../data.ts';
import { decimal, dollars, period as periodWords, shortDollars, words } from '../format.ts';
import type { StatisticD29Query } from '../gql-statistics/graphql.ts';
import { i18n } from '../i18n.ts';
import { BarTable } from '../parts/bars.tsx';
import { Figure } from '../parts/figure.tsx';
import { Choice } from '../parts/filters.tsx';
import { useDatasets } from '../parts/datasets.ts';
import { Ready } from '../parts/notices.tsx';
import { Page } from '../parts/page.tsx';
import { BothLanguages, Text } from '../parts/words.tsx';
import { statisticDocuments, type StatisticDocument } from '../statistic-documents.ts';
import { unit as unitWords } from '../words.ts';
import { Checks } from './dataset.tsx';
import { NoSuch } from './not-found.tsx';

type Table = NonNullable<NonNullable<StatisticD29Query['publisher']>['table']>;
type Observation = NonNullable<Table['observations']>['nodes'][number];

/** The maximum number of figures, more than any table has today. A larger table shows that it is truncated. */
const mostPages = 40;

/** All figures of a table, page after page. */
function useTable(document: StatisticDocument | undefined) {
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<{ data?: { table: Table; observations: Observation[]; isCut: boolean }; error?: CombinedError; isLoading: boolean }>({ isLoading: true });
  useEffect(() => {
    if (!document) return undefined;
    let isCurrent = true;
    setState({ isLoading: true });
    const load = async () => {
      const observations: Observation[] = [];
      let table: Table | null | undefined;
      let after: string | null = null;
      for (let page = 0; page < mostPages; page++) {
        const { data, error } = await client.query(document, { after, filter: null }, { requestPolicy: attempt ? 'network-only' : 'cache-first' }).toPromise();
        if (!isCurrent) return;
        table ??= data?.publisher?.table;
        if (error) {
          setState({ error, isLoading: false });
          return;
        }
        const found: Table['observations'] | undefined = data?.publisher?.table?.observations;
        observations.push(...(found?.nodes ?? []));
        after = found?.pageInfo.hasNextPage ? (found.pageInfo.endCursor ?? null) : null;
        if (!after) break;
      }
      setState(table ? { data: { table, observations, isCut: after !== null }, isLoading: false } : { isLoading: false });
    };
    void load();
    return () => {
      isCurrent = false;
    };
  }, [document, attempt]);
  return { data: state.data, error: state.error, isLoading: state.isLoading, retry: () => setAttempt(value => value + 1) };
}

export function Statistic() {
  const plan = useParams({ strict: false }).plan ?? '';
  const document = statisticDocuments[plan];
  const result = useTable(document);
  const { data: all } = useDatasets();
  const dataset = all?.datasets.find(found => found.plan === plan);
  if (!document) return <NoSuch title={i18n._('No such table')} text={i18n._('There is no statistical table at this address. Search for its name:')} />;
  const observations = result.data?.observations ?? [];
  return (
    <Page
      title={dataset ? `${plan} ${words(dataset.title)}` : plan}
      heading={<>{plan} <BothLanguages of={dataset?.title} /></>}
      lead={dataset && <p><Text of={dataset.publisher.name} /> · <Link to="/datasets/$plan" params={{ plan }}>{i18n._('Rows, files and checks of the dataset')}</Link></p>}
      plans={[plan]}
      bar={{
        query: [document, { filter: null, after: null }],
        download: result.data && {
          name: `lionrock-${plan}`, count: observations.length,
          columns: ['measure', 'period', 'period_end', ...result.data.table.dimensions.map(({ id }) => id), 'value', 'unit', 'flags', 'is_total', 'dataset', 'file_sha256', 'row'],
          pages: async function* () {
            const dimensions = result.data?.table.dimensions ?? [];
            yield observations.map(({ measure, period, dimensions: values, value, unit, flags, isTotal, provenance }) => [
              measure.id, period.label, period.end, ...dimensions.map(({ id }) => words(values.find(({ dimension }) => dimension === id)?.value)), value, unit, flags.join(' '),
              String(isTotal), plan, provenance.sha256, provenance.row,
            ]);
          },
        },
      }}
    >
      <Ready result={result} lines={24}>{({ table, isCut }) => <Shown table={table} observations={observations} isCut={isCut} />}</Ready>
    </Page>
  );
}

const valueOf = (observation: Observation, dimension: string | undefined) => observation.dimensions.find(value => value.dimension === dimension);
const isString = (value: string | undefined): value is string => value !== undefined;

function Shown({ table, observations, isCut }: { table: Table; observations: Observation[]; isCut: boolean }) {
  const search = useSearch({ strict: false });
  const measure = table.measures.find(({ id }) => id === search.measure) ?? table.measures[0];
  const ofMeasure = observations.filter(found => found.measure.id === measure?.id);
  // One dimension makes the rows. Of the other one, the table shows one value: its total if there is one.
  const dimensions = table.dimensions.filter(({ id }) => ofMeasure.some(found => valueOf(found, id)));
  const hasTotal = (dimension: string) => ofMeasure.some(found => valueOf(found, dimension)?.isTotal);
  const [main, second] = [...dimensions].sort(
    (a, b) => Number(hasTotal(a.id)) - Number(hasTotal(b.id)) || distinct(ofMeasure, b.id).length - distinct(ofMeasure, a.id).length,
  );
  const seconds = second ? distinct(ofMeasure, second.id) : [];
  const chosen = seconds.find(({ code }) => code === search.by) ?? seconds.find(({ isTotal }) => isTotal) ?? seconds[0];
  const shown = ofMeasure.filter(found => !second || valueOf(found, second.id)?.code === chosen?.code || !valueOf(found, second.id));
  const periods = [...new Map(shown.map(({ period }) => [period.label, period])).values()].sort((a, b) => (b.end ?? b.label).localeCompare(a.end ?? a.label));
  const labels = main ? distinct(shown, main.id) : [];
  const rows: { key: string; label: React.ReactNode; isTotal: boolean; of: Observation[] }[] = main
    ? labels.map(value => ({ key: value.code, label: <Text of={value.value} />, isTotal: value.isTotal, of: shown.filter(found => valueOf(found, main.id)?.code === value.code) }))
    : [{ key: 'all', label: measure && <Text of={measure.title} />, isTotal: false, of: shown }];
  const unit = shown[0]?.unit;
  const [latest] = periods;
  const bars = rows.filter(({ isTotal, of }) => !isTotal && of.some(({ period }) => period.label === latest?.label));
  const isMoney = unit === 'HKD';
  return (
    <>
      {words(table.title) && <p className="printed">{i18n._('Title in the file:')} <Text of={table.title} /></p>}
      <div className="controls">
        {table.measures.length > 1 && <Choice label={i18n._('Measure')} of="measure" all={null} options={table.measures.map(({ id, title }, index) => [index === 0 ? '' : id, words(title)])} />}
        {second && seconds.length > 1 && <Choice label={words(second.title)} of="by" all={null} options={seconds.map(value => [value.code === (seconds.find(({ isTotal }) => isTotal) ?? seconds[0])?.code ? '' : value.code, words(value.value)])} />}
      </div>
      {isCut && <p className="notice">{i18n._('The table is longer than what is shown here.')}</p>}
      {bars.length > 1 && latest && measure && (
        <BarTable
          caption={`${words(measure.title)}, ${periodWords(latest.label)}`}
          head={[main ? words(main.title) : '', unit ? unitWords(unit) : '']}
          bars={bars.flatMap(({ key, label, of }) => {
            const found = of.find(({ period }) => period.label === latest.label);
            return found ? [{ key, label, value: found.value ? Math.max(0, Number(found.value)) : undefined, figure: <Cell of={found} name={`bar-${key}`} label={words(measure.title)} isShort /> }] : [];
          }).sort((a, b) => (b.value ?? -1) - (a.value ?? -1))}
        />
      )}
      {shown.length === 0 && <p>{i18n._('The table has no figure for this choice.')}</p>}
      {shown.length > 0 && measure && (
        <div className="scroll" role="region" aria-label={i18n._('All periods')} tabIndex={0}>
          <table className="matrix">
            <caption>{words(measure.title)}{unit && ` (${unitWords(unit)})`}{chosen && `, ${words(chosen.value)}`}</caption>
            <thead>
              <tr>
                <th scope="col">{main ? <Text of={main.title} /> : i18n._('Measure')}</th>
                {periods.map(({ label }) => <th key={label} scope="col" className="number">{periodWords(label)}</th>)}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ key, label, isTotal, of }) => (
                <tr key={key} className={isTotal ? 'total' : undefined}>
                  <th scope="row">{label}</th>
                  {periods.map(({ label: period }) => {
                    const found = of.find(observation => observation.period.label === period);
                    return <td key={period} className="number">{found ? <Cell of={found} name={`${key}-${period}`} label={words(measure.title)} /> : <span className="muted" title={i18n._('The table has no such figure')}>–</span>}</td>;
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {isMoney && <p className="muted">{i18n._('Amounts are in Hong Kong dollars, whatever scale the file uses.')}</p>}
      {table.notes.length > 0 && <section><h2>{i18n._('Notes of the publisher')}</h2><ul>{table.notes.map((note, index) => <li key={index}><Text of={note} /></li>)}</ul></section>}
      <h2>{i18n._('Checks')}</h2>
      <Checks dataset={table} />
    </>
  );
}

function distinct(observations: Observation[], dimension: string) {
  return [...new Map(observations.flatMap(observation => {
    const value = valueOf(observation, dimension);
    return value && isString(value.code) ? [[value.code, value] as const] : [];
  })).values()];
}

const flagWords: Record<string, () => string> = {
  APPROXIMATE: () => i18n._('approximate'),
  BREAK_IN_SERIES: () => i18n._('break in the series'),
  ESTIMATED: () => i18n._('estimated'),
  LESS_THAN: () => i18n._('less than'),
  MORE_THAN: () => i18n._('more than'),
  NOT_APPLICABLE: () => i18n._('not applicable'),
  NOT_AVAILABLE: () => i18n._('not available'),
  PROVISIONAL: () => i18n._('provisional'),
  REVISED: () => i18n._('revised'),
};

function Cell({ of: { value, unit, flags, provenance }, name, label, isShort = false }: { of: Observation; name: string; label: string; isShort?: boolean }) {
  const flag = flags.flatMap(found => flagWords[found]?.() ?? []);
  const shown = value === null || value === undefined ? (flag[0] ?? i18n._('Not published'))
    : unit === 'HKD' ? (isShort ? shortDollars(value) : dollars(value))
    : unit === 'PERCENT' ? `${decimal(value)}%` : decimal(value);
  return (
    <span className={value ? 'amount' : 'amount unknown'}>
      <Figure value={shown} source={{ kind: 'row', provenance, decimal: value ?? undefined }} name={name} label={label} />
      {value && flag.length > 0 && <small className="muted"> {flag.join(', ')}</small>}
    </span>
  );
}
