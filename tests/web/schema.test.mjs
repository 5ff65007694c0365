// graphql-eslint on the committed schema. The exceptions and their reasons are in eslint.config.js.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ESLint } from 'eslint';
import configuration, { rulesFor } from './eslint.config.js';

// Otherwise the plugin caches the first schema.
process.env.NODE_ENV = 'test';

const root = join(import.meta.dirname, '../..');

/** Runs ESLint on a schema and returns its findings: `line rule: message`. */
async function findings(cwd, file, config) {
  const [{ messages }] = await new ESLint({ cwd, overrideConfigFile: true, overrideConfig: config }).lintFiles([file]);
  return messages.map(({ line, ruleId, message }) => `${line} ${ruleId}: ${message}`);
}

test('the schema follows the rules of graphql-eslint', async () => {
  assert.deepEqual(await findings(root, 'schema/graph.graphql', configuration), []);
});

test('each rule reports its violation', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'lionrock-eslint-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const invalid = [
    ['type Query { "A." a: Int } type Mutation { "B." b: Int }', 'no-root-type'],
    ['type Query { a: Int }', 'require-description'],
    ['type Query { "The thing." thing: Thing } "A thing." type Thing { name: String }', 'strict-id-in-types'],
    ['type Query { "The thing." thing: thing } "A thing." type thing { id: ID! }', 'naming-convention'],
    ['type Query { "Things." things: ThingConnection } "Things." type ThingConnection { edges: [Int] }', 'relay-connection-types'],
    ['type Query { "A." a: Int! }', 'require-nullable-result-in-root'],
    ['type Query { "A." a: Int @deprecated }', 'require-deprecation-reason'],
  ];
  for (const [index, [text, rule]] of invalid.entries()) {
    const file = join(folder, `${index}.graphql`);
    await writeFile(file, text);
    const found = await findings(folder, `${index}.graphql`, [rulesFor(file)]);
    assert.ok(found.some(line => line.includes(`@graphql-eslint/${rule}:`)), `${rule} in ${text}: ${found.join('\n')}`);
  }
});
