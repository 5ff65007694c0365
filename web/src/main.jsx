import './workers.js';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import '@graphiql/plugin-explorer/style.css';
import './page.css';

import { createRoot } from 'react-dom/client';
import { Page } from './page.jsx';
import { sharedIn } from './request.js';

const shared = sharedIn(location.href);
// Taken once: a reload must not bring it back over what was typed since.
if (shared) history.replaceState(null, '', location.pathname + location.search);
// A link pasted into this very window changes the fragment only.
addEventListener('hashchange', () => sharedIn(location.href) && location.reload());

const endpoint = new URL(location.pathname.replace(/\/*$/, '/graphql'), location.origin).href;
createRoot(document.getElementById('root')).render(<Page endpoint={endpoint} shared={shared} />);
