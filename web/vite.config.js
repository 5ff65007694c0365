import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { defineConfig } from 'vite';

/** Puts a `.br` and a `.gz` beside every file: the binary holds these two, and serves them as they are. */
const compressed = {
  name: 'compressed',
  async closeBundle() {
    const folder = join(import.meta.dirname, 'dist');
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter(entry => entry.isFile() && entry.name !== '.gitkeep');
    await Promise.all(files.map(async ({ parentPath, name }) => {
      const file = join(parentPath, name);
      const bytes = await readFile(file);
      await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes));
      await writeFile(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }));
    }));
  },
};

export default defineConfig({
  base: './', // works behind a path prefix
  build: {
    target: 'es2022',
    assetsInlineLimit: 0, // the page's Content-Security-Policy knows files only
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 5000,
    license: { fileName: 'licences.md' },
    rolldownOptions: { checks: { moduleLevelDirective: false } }, // "use client" means nothing here
  },
  worker: { format: 'es' },
  plugins: [compressed],
});
