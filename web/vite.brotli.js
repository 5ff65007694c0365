// Writes the files of a build compressed.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

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

/** Writes every file of the build as `NAME.br` and nothing else. */
export const brotliOnly = {
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
