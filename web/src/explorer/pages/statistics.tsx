import { Link } from '@tanstack/react-router';
import { count, words } from '../format.ts';
import { AllDatasetsDocument } from '../gql/graphql.ts';
import { i18n } from '../i18n.ts';
import { useDatasets } from '../parts/datasets.ts';
import { Ready } from '../parts/notices.tsx';
import { Page } from '../parts/page.tsx';
import { Text } from '../parts/words.tsx';
import { statisticPlans } from '../statistics.ts';
import { frequency, origin, status } from '../words.ts';

export function Statistics() {
  const result = useDatasets();
  return (
    <Page title={i18n._('Statistics')} lead={<p>{i18n._('Tables that the publishers compile themselves. Each figure leads to its row.')}</p>} bar={{ query: [AllDatasetsDocument, {}] }}>
      <Ready result={result} lines={30}>
        {({ datasets }) => {
          const tables = datasets.filter(({ plan }) => statisticPlans.includes(plan));
          const publishers = [...new Map(tables.map(({ publisher }) => [publisher.code, publisher])).values()];
          return publishers.map(publisher => (
            <section key={publisher.code}>
              <h2><Text of={publisher.name} /></h2>
              <ul className="plain rows">
                {tables.filter(table => table.publisher.code === publisher.code).sort((a, b) => words(a.title).localeCompare(words(b.title))).map(table => (
                  <li key={table.plan}>
                    <span>
                      {table.recordCount > 0
                        ? <Link to="/statistics/$plan" params={{ plan: table.plan }}>{table.plan} <Text of={table.title} /></Link>
                        : <Link to="/datasets/$plan" params={{ plan: table.plan }}>{table.plan} <Text of={table.title} /></Link>}
                      <br />
                      <span className="muted">{frequency(table.frequency)}{table.origin && ` · ${origin(table.origin)}`}</span>
                    </span>
                    <span className="muted">{table.recordCount > 0 ? i18n._('{count, plural, one {# figure} other {# figures}}', { count: table.recordCount }).replace(/^\d+/, count(table.recordCount)) : status(table.status)}</span>
                  </li>
                ))}
              </ul>
            </section>
          ));
        }}
      </Ready>
    </Page>
  );
}
