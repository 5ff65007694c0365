import { Link } from '@tanstack/react-router';
import { base } from '../base.ts';
import { i18n } from '../i18n.ts';
import { useDatasets } from '../parts/datasets.ts';
import { Page } from '../parts/page.tsx';
import { Text } from '../parts/words.tsx';

export function About() {
  const { data } = useDatasets();
  const publishers = [...new Map(data?.datasets.map(({ publisher }) => [publisher.code, publisher])).values()];
  return (
    <Page title={i18n._('About the data')}>
      <section className="prose">
        <h2>{i18n._('Sources')}</h2>
        <p>{i18n._('Lionrock reads the open data that these publishers release on data.gov.hk, and shows each figure with the row that states it.')}</p>
        <ul>{publishers.map(publisher => <li key={publisher.code}><Link to="/datasets" search={{ publisher: publisher.code }}><Text of={publisher.name} /></Link></li>)}</ul>
        <h2>{i18n._('Method')}</h2>
        <ul>
          <li>{i18n._('Files are read as published. A cell that cannot be read costs its value, never a guess in its place: see “Rejects” of each dataset.')}</li>
          <li>{i18n._('Amounts are exact decimal numbers in Hong Kong dollars. Sums are made by the server; this site adds nothing up.')}</li>
          <li>{i18n._('Names of organisations are linked by rules with a reason: see “Names and links” of each organisation. Possible matches are shown and not merged.')}</li>
          <li>{i18n._('Where a publisher gives only one Chinese script, the other is converted. English is never translated.')}</li>
        </ul>
        <h2>{i18n._('Limits')}</h2>
        <ul>
          <li>{i18n._('An amount that is not published is not zero. A sum with such amounts is a lower bound and says “at least”.')}</li>
          <li>{i18n._('The year of an award is the year of the list that names it, not a financial year. Many awards have no year.')}</li>
          <li>{i18n._('Listed awards and the statistics of the fund count the same money. They must not be added.')}</li>
          <li>{i18n._('A project with joint applicants counts for each of them.')}</li>
          <li>{i18n._('A bundled sample comes from public sources and is not the full list of its publisher. It is used until the publisher has been reached.')}</li>
        </ul>
        <h2>{i18n._('For programs')}</h2>
        <p>
          {i18n._('This site uses nothing but the public GraphQL API. “Show the query” at the end of each page opens its query in GraphiQL, where it can be changed and run.')}{' '}
          <a href={`${base}graphiql`}>GraphiQL</a>
        </p>
      </section>
    </Page>
  );
}
