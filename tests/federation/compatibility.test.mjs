// Runs Apollo's subgraph compatibility suite: its tests and its subgraphs `users` and `inventory` with our `products`,
// behind Hive Gateway. The suite's own command needs Docker and Rover, so this test starts the processes itself.
//
//   PRODUCTS_BIN          the example `products` (default ../../target/debug/examples/products)

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { parse } from 'graphql';
import { sendQuery } from './fleet.mjs';
import { freePort, startHive } from './routers.mjs';
import { composeSubgraphs } from './supergraph.mjs';

/** The tests that are expected to fail, with the reasons. */
const expectedToFail = {
  '@link': 'the suite supports the federation specification up to 2.3, and async-graphql prints 2.5',
  ftv1: "Apollo's format for traces in responses is not supported; traces are exported with OpenTelemetry",
};

const require = createRequire(import.meta.url);
const suite = dirname(require.resolve('@apollo/federation-subgraph-compatibility-tests/package.json'));
const binary = resolve(process.env.PRODUCTS_BIN || join(import.meta.dirname, '../../target/debug/examples/products'));
const children = [];
let router; // { url, stop() }
let products; // its address

before(async () => {
  assert.ok(existsSync(binary), `no example at ${binary}: run \`cargo build --example products\` first, or set PRODUCTS_BIN`);
  products = await startProgram(binary, [], {});
  const services = [{ name: 'products', url: products, typeDefs: await sdlOf(products) }];
  for (const name of ['users', 'inventory']) {
    const port = String(await freePort());
    const program = join(suite, 'dist/subgraphs', name, 'index.js');
    await startProgram(process.execPath, [program], { [`${name.toUpperCase()}_PORT`]: port });
    const sdl = readFileSync(join(suite, 'dist/subgraphs', name, `${name}.graphql`), 'utf8');
    services.push({ name, url: `http://127.0.0.1:${port}/`, typeDefs: parse(sdl) });
  }
  const { sdl, errors } = composeSubgraphs(services);
  assert.deepEqual(errors, []);
  router = await startHive(sdl);
});

after(async () => {
  await router?.stop();
  for (const child of children) child.kill('SIGTERM');
});

test("Apollo's compatibility suite passes, except for expected failures", async t => {
  const config = {
    rootDir: join(suite, 'dist'),
    testMatch: ['**/tests/*.test.js'],
    testPathIgnorePatterns: [],
    haste: { retainAllFiles: true },
    testEnvironment: 'node',
    moduleNameMapper: { '^\\.\\./utils/client$': join(import.meta.dirname, 'compatibility-client.cjs') },
  };
  const jest = join(dirname(require.resolve('jest/package.json')), 'bin/jest.js');
  const env = { ...process.env, PRODUCTS_URL: products, ROUTER_URL: router.url, NODE_OPTIONS: '' };
  const flags = [jest, '--config', JSON.stringify(config), '--json', '--ci', '--runInBand'];
  const report = await new Promise(done => {
    execFile(process.execPath, flags, { env, maxBuffer: 16 << 20 }, (_, stdout, stderr) => done({ stdout, stderr }));
  });
  assert.ok(report.stdout.startsWith('{'), report.stderr);
  const { testResults } = JSON.parse(report.stdout);
  const all = testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = all.filter(({ status }) => status !== 'passed');
  t.diagnostic(`${all.length - failed.length} of ${all.length} pass`);
  assert.equal(all.length, 23);
  const unexpected = failed.filter(({ fullName }) => !(fullName in expectedToFail));
  assert.deepEqual(unexpected.map(({ fullName, failureMessages }) => ({ fullName, failureMessages })), []);
  assert.equal(failed.length, Object.keys(expectedToFail).length, 'a test that is expected to fail passes');
});

/** Starts a program and returns the address that it prints. */
async function startProgram(program, flags, env) {
  const child = spawn(program, flags, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let output = '';
  for await (const chunk of child.stdout) {
    output += chunk;
    const found = output.match(/http:\/\/\S+\//);
    if (found) return found[0];
  }
  throw new Error(`${program} ended without printing its address: ${output}`);
}

async function sdlOf(url) {
  const { data } = await sendQuery(url, { query: '{ _service { sdl } }' });
  return parse(data._service.sdl);
}
