import './workers.js';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import '@graphiql/plugin-explorer/style.css';
import './page.css';

import { createRoot } from 'react-dom/client';
import { Page } from './page.jsx';
import { sharedQuery } from './request.js';

// Relative, so that the page works behind a path prefix.
const address = path => new URL(path, location.href).href;

async function fetchExamples() {
  try {
    const response = await fetch(address('graphiql/examples.json'));
    return response.ok ? await response.json() : [];
  } catch {
    return []; // the page works without them
  }
}

const shared = sharedQuery(location.href);
// Removed from the address: a reload must not replace what the user has typed since.
if (shared) history.replaceState(null, '', location.pathname + location.search);
// A link pasted into the address bar of this page changes only the fragment.
addEventListener('hashchange', () => sharedQuery(location.href) && location.reload());

fetchExamples().then(examples => createRoot(document.getElementById('root')).render(
  <Page pageUrl={address('graphiql')} endpoint={address('graphql')} examples={examples} shared={shared} />,
));
