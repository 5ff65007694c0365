import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { Provider } from 'urql';
import { client } from './data.ts';
import { activate, preferredLocale, recall } from './i18n.ts';
import { applyTheme } from './parts/shell.tsx';
import { router } from './router.tsx';
import './page.css';

// A browser resolves the icon's relative address again at each new address of the page, which may have another depth.
const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
if (icon) icon.href = new URL(icon.href).pathname;

applyTheme(recall('theme'));
// The page's module loads in parallel with the catalogue.
await Promise.all([activate(preferredLocale()), router.load()]);
const root = document.getElementById('root');
if (root) createRoot(root).render(<Provider value={client}><RouterProvider router={router} /></Provider>);
