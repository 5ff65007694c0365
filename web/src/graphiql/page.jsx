import { DOC_EXPLORER_PLUGIN, DocExplorerStore } from '@graphiql/plugin-doc-explorer';
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { HISTORY_PLUGIN, HistoryStore } from '@graphiql/plugin-history';
import { GraphiQLProvider } from '@graphiql/react';
import { createGraphiQLFetcher, createLocalStorage } from '@graphiql/toolkit';
import { GraphiQL, GraphiQLInterface } from 'graphiql';
import { useCallback, useMemo, useState } from 'react';
import { CopyButtons } from './copy-buttons.jsx';
import { matchToDocument } from './request.js';
import { ThemeSwitch } from './theme-switch.jsx';

const plugins = [DOC_EXPLORER_PLUGIN, HISTORY_PLUGIN, explorerPlugin()];
// The browser keeps the tabs. The namespace separates them from those of another GraphiQL on the same host and port.
const storage = createLocalStorage({ namespace: 'lionrock' });

/** The whole page: a header with the attribution, and GraphiQL below it. `shared` is the query of a shared link. */
export function Page({ pageUrl, endpoint, examples, shared }) {
  const fetcher = useMemo(() => {
    const fetch = createGraphiQLFetcher({ url: endpoint, subscriptionUrl: endpoint.replace(/^http/, 'ws') });
    return (request, options) => fetch(...matchToDocument(request, options));
  }, [endpoint]);
  const [status, setStatus] = useState('');
  const announce = useCallback(text => {
    setStatus(text);
    setTimeout(() => setStatus(current => (current === text ? '' : current)), 6000);
  }, []);

  return (
    <GraphiQLProvider
      fetcher={fetcher}
      plugins={plugins}
      referencePlugin={DOC_EXPLORER_PLUGIN}
      storage={storage}
      defaultTabs={[...(shared ? [shared] : []), ...examples.map(query => ({ query }))]}
      initialQuery={shared?.query}
      initialVariables={shared?.variables}
    >
      <HistoryStore>
        <DocExplorerStore>
          <header className="page-header">
            <h1>Lionrock</h1>
            <p>
              Contains information from <a href="https://data.gov.hk/en/">DATA.GOV.HK</a>, owned by the Government of the Hong Kong SAR and
              the publishing organisations, under its <a href="https://data.gov.hk/en/terms-and-conditions">terms and conditions</a>.
            </p>
            <a className="page-licences" href="./licences.md">Software licences</a>
            <ThemeSwitch />
            <p role="status" className="page-status">{status}</p>
          </header>
          <main className="page-main">
            <GraphiQLInterface>
              <GraphiQL.Toolbar>
                {({ prettify, merge, copy }) => (
                  <>
                    {prettify}
                    {merge}
                    {copy}
                    <CopyButtons pageUrl={pageUrl} endpoint={endpoint} announce={announce} />
                  </>
                )}
              </GraphiQL.Toolbar>
            </GraphiQLInterface>
          </main>
        </DocExplorerStore>
      </HistoryStore>
    </GraphiQLProvider>
  );
}
