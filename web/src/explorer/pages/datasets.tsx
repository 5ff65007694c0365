import { Link, useSearch } from '@tanstack/react-router';
import { count, time, words } from '../format.ts';
import { AllDatasetsDocument } from '../gql/graphql.ts';
import { i18n } from '../i18n.ts';
import { useDatasets } from '../parts/datasets.ts';
import { Chips, Choice } from '../parts/filters.tsx';
import { Ready } from '../parts/notices.tsx';
import { Page } from '../parts/page.tsx';
import { dataSentence } from '../parts/shell.tsx';
import { Text } from '../parts/words.tsx';
import { freshness, frequency, origin, status } from '../words.ts';

export function Datasets() {
  const { publisher } = useSearch({ strict: false });
  const result = useDatasets();
  const publishers = new Map<string, string>(result.data?.datasets.map(dataset => [dataset.publisher.code, words(dataset.publisher.name)]));
  const head = { publisher: i18n._('Publisher'), rows: i18n._('Rows'), state: i18n._('State'), confirmed: i18n._('Confirmed'), promise: i18n._('Promised') };
  const shown = result.data?.datasets.filter(dataset => !publisher || dataset.publisher.code === publisher) ?? [];
  return (
    <Page
      title={i18n._('Datasets')}
      lead={result.data && <p>{dataSentence(result.data.datasets)}</p>}
      bar={{
        query: [AllDatasetsDocument, {}],
        download: {
          name: 'lionrock-datasets', count: shown.length,
          columns: ['plan', 'id', 'title', 'publisher', 'rows', 'origin', 'status', 'freshness', 'frequency', 'confirmed_at', 'page', 'licence'],
          pages: async function* () {
            yield shown.map(({ plan, id, title, publisher: by, recordCount, origin: from, status: state, freshness: fresh, frequency: often, confirmedAt, page, licence }) =>
              [plan, id, words(title), words(by.name), recordCount, from, state, fresh, often, confirmedAt, page, licence.name]);
          },
        },
      }}
    >
      <div className="controls"><Choice label={head.publisher} of="publisher" options={[...publishers]} /></div>
      <Chips of={[['publisher', head.publisher, publishers.get(publisher ?? '')]]} />
      <Ready result={result} lines={40}>
        {() => (
          <div className="scroll">
            <table className="cards">
              <caption className="visually-hidden">{i18n._('Datasets')}</caption>
              <thead><tr><th scope="col">{i18n._('Dataset')}</th><th scope="col">{head.publisher}</th><th scope="col" className="number">{head.rows}</th><th scope="col">{head.state}</th><th scope="col">{head.confirmed}</th><th scope="col">{head.promise}</th></tr></thead>
              <tbody>
                {shown.map(dataset => (
                  <tr key={dataset.id}>
                    <th scope="row"><Link to="/datasets/$plan" params={{ plan: dataset.plan }}>{dataset.plan} <Text of={dataset.title} /></Link></th>
                    <td data-label={head.publisher}><Text of={dataset.publisher.name} /></td>
                    <td data-label={head.rows} className="number">{dataset.origin ? count(dataset.recordCount) : '–'}</td>
                    <td data-label={head.state}>{dataset.origin ? <>{origin(dataset.origin)}. {status(dataset.status)}</> : status(dataset.status)}</td>
                    <td data-label={head.confirmed}>{dataset.confirmedAt ? `${time(dataset.confirmedAt)} (${freshness(dataset.freshness)})` : i18n._('never')}</td>
                    <td data-label={head.promise}>{frequency(dataset.frequency)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Ready>
    </Page>
  );
}
