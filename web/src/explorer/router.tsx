// The routes. Each page is a separate module, loaded on demand.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { parse, stringify, type Search } from './address.ts';
import { base } from './base.ts';
import { NotFound, PageError } from './pages/not-found.tsx';
import { Shell } from './parts/shell.tsx';

const rootRoute = createRootRoute({
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: PageError,
  validateSearch: (search: Record<string, unknown>): Search => search,
});
const getParentRoute = () => rootRoute;

const routes = [
  createRoute({ getParentRoute, path: '/', component: lazyRouteComponent(() => import('./pages/home.tsx'), 'Home') }),
  createRoute({ getParentRoute, path: '/organisations', component: lazyRouteComponent(() => import('./pages/organisations.tsx'), 'Organisations') }),
  createRoute({ getParentRoute, path: '/organisations/$id', component: lazyRouteComponent(() => import('./pages/organisation.tsx'), 'Organisation') }),
  createRoute({ getParentRoute, path: '/organisations/$id/network', component: lazyRouteComponent(() => import('./pages/network.tsx'), 'NetworkPage') }),
  createRoute({ getParentRoute, path: '/projects', component: lazyRouteComponent(() => import('./pages/projects.tsx'), 'Projects') }),
  createRoute({ getParentRoute, path: '/projects/$id', component: lazyRouteComponent(() => import('./pages/record.tsx'), 'Record') }),
  createRoute({ getParentRoute, path: '/records/$id', component: lazyRouteComponent(() => import('./pages/record.tsx'), 'Record') }),
  createRoute({ getParentRoute, path: '/funding', component: lazyRouteComponent(() => import('./pages/funding.tsx'), 'Funding') }),
  createRoute({ getParentRoute, path: '/laboratories', component: lazyRouteComponent(() => import('./pages/laboratories.tsx'), 'Laboratories') }),
  createRoute({ getParentRoute, path: '/park', component: lazyRouteComponent(() => import('./pages/park.tsx'), 'Park') }),
  createRoute({ getParentRoute, path: '/statistics', component: lazyRouteComponent(() => import('./pages/statistics.tsx'), 'Statistics') }),
  createRoute({ getParentRoute, path: '/statistics/$plan', component: lazyRouteComponent(() => import('./pages/statistic.tsx'), 'Statistic') }),
  createRoute({ getParentRoute, path: '/datasets', component: lazyRouteComponent(() => import('./pages/datasets.tsx'), 'Datasets') }),
  createRoute({ getParentRoute, path: '/datasets/$plan', component: lazyRouteComponent(() => import('./pages/dataset.tsx'), 'Dataset') }),
  createRoute({ getParentRoute, path: '/about', component: lazyRouteComponent(() => import('./pages/about.tsx'), 'About') }),
] as const;

export const router = createRouter({
  routeTree: rootRoute.addChildren([...routes]),
  basepath: base,
  parseSearch: parse,
  stringifySearch: stringify,
  pathParamsAllowedCharacters: [':'],
  defaultPreload: 'intent',
  scrollRestoration: true,
  trailingSlash: 'never',
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
