import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vite';
import { brotliOnly } from './vite.brotli.js';

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
