// Builds all pages: `node build.js [--outDir DIR]`. The folder is emptied first.
import { parseArgs } from 'node:util';
import { build } from 'vite';

const { values: { outDir } } = parseArgs({ options: { outDir: { type: 'string', default: 'dist' } } });

for (const [configFile, emptyOutDir] of [['vite.config.js', true], ['vite.explorer.config.js', false]]) {
  await build({ configFile, logLevel: 'warn', build: { outDir, emptyOutDir } });
}
