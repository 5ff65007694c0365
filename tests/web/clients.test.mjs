// Runs the clients of examples/clients against the real server, and compares their output with the server's responses.
//
//   LIONROCK_BIN          the server's binary, see server.mjs
//   LIONROCK_CLIENT_BIN   the Rust client's binary (default ../../target/debug/lionrock-client)

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { here, start } from './browser.mjs';

const binary = resolve(process.env.LIONROCK_BIN || join(here, '../../target/debug/lionrock'));
const clients = join(here, '../../examples/clients');
const attribution = /^Contains information from DATA\.GOV\.HK/;
const name = 'The Hong Kong Polytechnic University';

let server;

before(async () => {
  server = await start();
});
after(() => server?.stop());

test('TypeScript: the funded projects of an organisation', async () => {
  const { organisation } = await queryData(`{ organisation(by: { name: "${name}" }) { fundedProjects { totalCount } funding { byScheme { kind total { amount } } } } }`);
  const lines = await run('node', [join(clients, 'typescript/dist/funded-projects.js'), name]);
  const total = lines.findIndex(line => / projects, HKD \d+$/.test(line));
  assert.equal(total, organisation.fundedProjects.totalCount, lines.join('\n'));
  assert.ok(total > 20, 'more than two pages');
  assert.ok(lines[total].startsWith(`${total} projects, HKD `), lines[total]);
  assert.match(lines[0], /^GHP\/022\/12\tHKD 13335000\tMechanical Refurbishment of Aviation Parts\tN2 row 3926$/);
  assert.match(lines[total + 1], attribution);
  const failure = await runFailing('node', [join(clients, 'typescript/dist/funded-projects.js'), 'Nobody at all']);
  assert.match(failure, /^no organisation is called `Nobody at all`/);
});

test('Python: the laboratories of a field', async () => {
  const { hkas } = await queryData('{ hkas { accreditations(filter: { schemes: [HOKLAS], fieldCodes: ["MED"] }) { totalCount } } }');
  const lines = await run('python3', [join(clients, 'python/laboratories.py'), 'MED']);
  const total = lines.findIndex(line => / laboratories, \d+ organisations$/.test(line));
  assert.equal(total, hkas.accreditations.totalCount, lines.join('\n'));
  assert.ok(total > 40, 'more than two pages');
  for (const line of lines.slice(0, total)) assert.match(line, /^HOKLAS \S+\t[^\t]+\t[^\t]+\tD3 row \d+$/);
  assert.match(lines[total + 1], attribution);
  const failure = await runFailing('python3', [join(clients, 'python/laboratories.py')], { LIONROCK_URL: `${server.url}/nowhere` });
  assert.match(failure, /404/);
});

test('Rust: the tenants with public money or a laboratory', async () => {
  const { organisations } = await queryData('{ organisations(filter: { publishers: [HKSTPC] }) { totalCount } }');
  assert.ok(organisations.totalCount > 200, 'more than two pages');
  const client = resolve(process.env.LIONROCK_CLIENT_BIN || join(here, '../../target/debug/lionrock-client'));
  const lines = await run(client, []);
  const total = lines.findIndex(line => line.endsWith(` of ${organisations.totalCount} tenants`));
  assert.equal(lines[total], `${total} of ${organisations.totalCount} tenants`);
  const one = lines.find(line => line.startsWith(`${name}\t`));
  assert.match(one, /\tHKD 702964000\t\d+ accreditations\tScience Park company directory row 990, Science Park company directory row 1037$/);
  assert.match(lines[total + 1], attribution);
  assert.match(await runFailing(client, [], { LIONROCK_URL: 'http://127.0.0.1:9/graphql' }), /127\.0\.0\.1:9/);
});

test('curl: the trials in public bodies', async () => {
  const trials = [];
  for (let page = { endCursor: null, hasNextPage: true }; page.hasNextPage; ) {
    const after = page.endCursor === null ? '' : `, after: "${page.endCursor}"`;
    const { itf } = await queryData(`{ itf { trialProjects(first: 100${after}) { nodes { reference provenance { row dataset { plan } } } pageInfo { endCursor hasNextPage } } } }`);
    trials.push(...itf.trialProjects.nodes);
    page = itf.trialProjects.pageInfo;
  }
  const lines = await run(join(clients, 'curl/trials.sh'), []);
  const expected = trials.map(({ reference, provenance }) => [reference ?? '-', `${provenance.dataset.plan} row ${provenance.row}`]);
  assert.ok(expected.length > 10, 'more than two pages');
  assert.deepEqual(lines.map(line => [line.split('\t')[0], line.split('\t')[3]]), expected);
});

test('analysis: a table of sums', async () => {
  const { funding } = await queryData('{ funding(filter: { kinds: [FUNDED_PROJECT], year: { from: 2019 } }, groupBy: [PROGRAMME, YEAR]) { programme year total { amount } countWithoutAmount } }');
  const lines = await run('python3', [join(clients, 'analysis/sums.py'), '--offline']);
  const [header, ...rows] = lines.map(line => line.split(','));
  assert.deepEqual([header[0], header.at(-2), header.at(-1)], ['programme', 'total', 'projects without amount']);
  assert.ok(funding.length > 2, 'several years');
  for (const { programme, year, total } of funding.filter(({ total }) => total)) {
    const row = rows.find(([code]) => code === (programme ?? '-'));
    assert.equal(Number(row?.[header.indexOf(String(year))]), Number(total.amount), `${programme} ${year}`);
  }
  const unknown = funding.reduce((sum, { countWithoutAmount }) => sum + countWithoutAmount, 0);
  assert.equal(rows.reduce((sum, row) => sum + Number(row.at(-1)), 0), unknown);
});

// Two components select different fields of the same parents, some of which have no id. A third component selects fields of
// both, so a cache with both responses needs no further request. Two tables have dimensions with the same codes.
for (const client of ['apollo', 'urql', 'relay']) {
  test(`React with ${client}: components that select the same parents share the cache`, async () => {
    const { stdout, stderr } = await promisify(execFile)('node', [join(clients, 'react/dist', `${client}.js`), name], { env: environment() });
    assert.equal(stderr, '', 'the client prints no warning');
    const [sideBySide, third, tables] = stdout.trimEnd().split('\n').map(line => JSON.parse(line));
    const organisation = `organisation(by: { name: "${name}" })`;
    const projects = await queryData(`{ itf { projects(first: 2) { totalCount nodes { id title { en } } } } ${organisation} { id name { en } funding { count } } }`);
    const trials = await queryData(`{ itf { trialProjects(first: 2) { totalCount nodes { id title { zhHant } } } } ${organisation} { id name { zhHant } funding { countWithoutAmount total { amount } } } }`);
    const summary = await queryData(`{ itf { projects(first: 2) { totalCount } trialProjects(first: 2) { totalCount } } ${organisation} { id name { en zhHant } funding { count countWithoutAmount total { amount } } } }`);
    const dimensions = await queryData('{ itf { byTechnology { dimensions { code values { en } } } annualByTechnology { dimensions { code values { en } } } } }');
    assert.ok(Number(summary.organisation.funding.total.amount) > 0);
    assert.deepEqual(dimensions.itf.byTechnology.dimensions.map(({ code }) => code), dimensions.itf.annualByTechnology.dimensions.map(({ code }) => code));
    assert.notDeepEqual(dimensions.itf.byTechnology, dimensions.itf.annualByTechnology);

    assert.deepEqual(sideBySide, { components: ['Projects', 'Trials'], requests: 2, shown: [projects, trials] });
    assert.deepEqual(third, { components: ['Projects', 'Trials', 'Summary'], requests: 0, shown: [projects, trials, summary] });
    assert.deepEqual(tables, { components: ['Projects', 'Trials', 'Summary', 'Tables'], requests: 1, shown: [projects, trials, summary, dimensions] });
  });
}

/** Sends a query to the server and returns its data. */
async function queryData(query) {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined);
  return data;
}

const environment = () => ({ ...process.env, LIONROCK_URL: `${server.url}/graphql`, LIONROCK_BIN: binary });

/** Runs a client and returns the lines that it prints. */
async function run(command, args) {
  const { stdout } = await promisify(execFile)(command, args, { env: environment() });
  return stdout.trimEnd().split('\n');
}

/** Runs a client that must fail, and returns its standard error. */
async function runFailing(command, args, more = {}) {
  const failure = await promisify(execFile)(command, args, { env: { ...environment(), ...more } }).then(() => undefined, error => error);
  assert.ok(failure?.code, `${command} fails`);
  return failure.stderr;
}
