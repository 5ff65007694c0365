// The tested folders, and the variables and flags in docs/configuration.md.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');
export const deploy = join(root, 'examples/deploy');

const configuration = readFileSync(join(root, 'docs/configuration.md'), 'utf8');

/** The environment variables that the program reads. */
export const variables = new Set(configuration.match(/\b(LIONROCK|OTEL)_[A-Z_]+\b/g));
/** The flags of the program. */
export const flags = new Set(configuration.match(/(?<=`)--[a-z-]+/g));
