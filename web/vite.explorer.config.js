// The build of the explorer. Its page comes in one file for each depth of address, because links to its assets are
// relative (so that it works behind a path prefix) and the Content-Security-Policy forbids a <base> element.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliOnly } from './vite.brotli.js';

const page = 'explorer.html';
const licences = 'explorer-licences.md';

/** `explorer-1.html` is the page at addresses such as `/projects/ID`, `explorer-2.html` one level deeper. */
const pageAtEachDepth = {
  name: 'page-at-each-depth',
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      const { source } = bundle[page];
      for (const depth of [1, 2]) {
        const fileName = `explorer-${depth}.html`;
        this.emitFile({ type: 'asset', fileName, source: String(source).replaceAll('"./', `"${'../'.repeat(depth)}`) });
      }
    },
  },
};

/** The text of each operation by the SHA-256 of the text, which the page sends. The binary trusts these documents. */
const documentsById = {
  name: 'documents-by-id',
  generateBundle() {
    const read = folder => Object.entries(JSON.parse(readFileSync(join(import.meta.dirname, 'src/explorer', folder, 'persisted-documents.json'), 'utf8')));
    const documents = ['gql', 'gql-statistics'].flatMap(read).sort(([a], [b]) => (a < b ? -1 : 1));
    this.emitFile({ type: 'asset', fileName: 'explorer-documents.json', source: `${JSON.stringify(Object.fromEntries(documents), null, 1)}\n` });
  },
};

/** The development server answers every address of the explorer with its page, as the real server does. */
const pageAtEveryAddress = {
  name: 'page-at-every-address',
  configureServer(server) {
    server.middlewares.use((request, _, next) => {
      const isPage = request.headers.accept?.includes('text/html') && !/^\/(graphi?ql|explorer-(licences|documents))/.test(request.url);
      if (isPage) request.url = `/${page}`;
      next();
    });
  },
};

export default {
  base: './',
  publicDir: false,
  build: {
    target: 'es2022',
    emptyOutDir: false, // the GraphiQL page is built before
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    license: { fileName: licences },
    rolldownOptions: {
      input: page,
      output: { codeSplitting: { groups: [{ name: 'explorer-libraries', tags: ['$initial'], test: /node_modules/ }] } },
      checks: { moduleLevelDirective: false, pluginTimings: false },
    },
  },
  plugins: [pageAtEachDepth, documentsById, brotliOnly, pageAtEveryAddress],
  server: {
    proxy: Object.fromEntries(['/graphql', '/graphiql', '/explorer-licences.md', '/explorer-documents.json'].map(path => [path, process.env.LIONROCK_URL ?? 'http://127.0.0.1:4000'])),
  },
};
