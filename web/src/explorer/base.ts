/**
 * The path of the site, with a slash at its end: `/`, or `/innovation/` behind a path prefix. The build lies in its
 * `assets/`; the development server serves the source at `/src/`.
 */
export const base: string = import.meta.env.DEV ? '/' : new URL(/* @vite-ignore */ '../', import.meta.url).pathname;
