import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { defineConfig } from 'vite';

// Compiled to WebAssembly, so that every machine writes the same bytes: Node's own compressor changes with Node.
const brotli = createRequire(import.meta.url)('brotli-wasm');

const dist = join(import.meta.dirname, 'dist');
const names = existsSync(dist) ? readdirSync(dist, { recursive: true }).filter(name => name.endsWith('.br')) : [];
const committed = new Map(names.map(name => [name, readFileSync(join(dist, name))]));

/** Compresses a file, unless `web/dist` holds it with the same content: to compress all files takes half a minute. */
function compress(name, source) {
  const bytes = Buffer.from(source);
  const known = committed.get(name);
  return known && brotliDecompressSync(known).equals(bytes) ? known : brotli.compress(bytes);
}

// Vite collects the licences of the packages in the page, but not of those in its workers.
const licences = 'licences.md';
const workerPackages = new Set();
const collectWorkerPackages = {
  name: 'collect-worker-packages',
  generateBundle(_, bundle) {
    const modules = Object.values(bundle).flatMap(file => Object.keys(file.modules ?? {}));
    for (const id of modules) workerPackages.add(id.match(/^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0]);
    workerPackages.delete(undefined);
  },
};
const addWorkerLicences = {
  name: 'add-worker-licences',
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      for (const folder of [...workerPackages].sort()) {
        const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
        const title = `## ${name} - ${version} (${license})\n`;
        if (bundle[licences].source.includes(title)) continue;
        const file = readdirSync(folder).find(file => /^licen[cs]e/i.test(file));
        bundle[licences].source += `\n${title}\n${readFileSync(join(folder, file), 'utf8')}`;
      }
    },
  },
};

/** Writes every file of the build as `NAME.br` and nothing else. */
const brotliOnly = {
  name: 'brotli-only',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      for (const [name, file] of Object.entries(bundle)) {
        const fileName = `${name}.br`;
        this.emitFile({ type: 'asset', fileName, source: compress(fileName, file.type === 'chunk' ? file.code : file.source) });
        delete bundle[name];
      }
    },
  },
};

export default defineConfig({
  base: './', // relative links work behind a path prefix
  publicDir: false,
  build: {
    target: 'es2022',
    assetsInlineLimit: 0, // the Content-Security-Policy allows files only
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 5000,
    license: { fileName: licences },
    rolldownOptions: {
      input: 'graphiql.html',
      // A change of our own modules leaves the large files with the libraries unchanged.
      output: { codeSplitting: { groups: [{ name: 'libraries', tags: ['$initial'], test: /node_modules/ }] } },
      // The libraries' "use client" has no effect here, and to compress is meant to take most of the time.
      checks: { moduleLevelDirective: false, pluginTimings: false },
    },
  },
  worker: { format: 'es', plugins: () => [collectWorkerPackages] },
  plugins: [addWorkerLicences, brotliOnly],
});
