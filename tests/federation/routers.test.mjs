// Eight subgraphs behind Hive Gateway and Apollo Gateway return the same responses as the single process, for every query
// in examples/ and for random queries.
//
//   LIONROCK_BIN          the binary, see ../web/server.mjs
//   QUESTIONS, SEED       number and seed of the random queries (default 300, 1)

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { buildSchema, isInputObjectType } from 'graphql';
import { sendQuery, startFleet } from './fleet.mjs';
import { knownArguments } from './known-arguments.mjs';
import { excluded, randomQueries } from './random-queries.mjs';
import { startApollo, startHive } from './routers.mjs';
import { committedSdl, composeSubgraphs, names, subgraphs } from './supergraph.mjs';

const count = Number(process.env.QUESTIONS || 300);
const seed = Number(process.env.SEED || 1);
const root = join(import.meta.dirname, '../..');

let fleet; // { single, of, stop, end }
let routers; // the routers by their names, { send, stop }

before(async () => {
  fleet = await startFleet();
  const { sdl } = composeSubgraphs(subgraphs(name => fleet.of[name]));
  routers = {};
  routers['Hive Gateway'] = await startHive(sdl);
  routers['Apollo Gateway'] = await startApollo(sdl);
});

after(async () => {
  for (const router of Object.values(routers ?? {})) await router.stop();
  await fleet?.stop();
});

/**
 * The parts of a response that must be equal: the data, and the path, code and message of each error. Routers omit list
 * indices from paths, report an error of one entity once, reorder errors, and add the name of the subgraph.
 */
const comparable = ({ data, errors = [] }) => {
  const messages = errors.map(({ path, message, extensions: { code } }) =>
    [path?.filter(step => typeof step === 'string').join('.'), code, message].join(' '));
  return { data, errors: [...new Set(messages)].sort() };
};

const assertSameResponses = async (single, request) => {
  for (const [name, router] of Object.entries(routers)) assertSameResponse(name, await router.send(request), single, request);
};

const assertSameResponse = (name, response, single, request) =>
  assert.deepEqual(comparable(response), comparable(single), `${name}: ${JSON.stringify(request)}`);

const isTooComplex = ({ errors = [] }) => errors.some(({ extensions: { code } }) => code === 'QUERY_TOO_COMPLEX');

test('each subgraph returns the committed SDL', async () => {
  for (const name of names) {
    const { data } = await sendQuery(fleet.of[name], { query: '{ _service { sdl } }' });
    assert.equal(data._service.sdl, committedSdl(name), name);
  }
});

test('every query of examples/ has the same response as from the single process', async () => {
  const files = readdirSync(join(root, 'examples')).filter(file => file.endsWith('.graphql'));
  assert.ok(files.length >= 7);
  for (const file of files) {
    const request = { query: readFileSync(join(root, 'examples', file), 'utf8') };
    const single = await sendQuery(fleet.single, request);
    assert.equal(single.errors, undefined, file);
    await assertSameResponses(single, request);
  }
});

test(`${count} random queries have the same responses as from the single process`, async t => {
  const schema = buildSchema(readFileSync(join(root, 'schema/graph.graphql'), 'utf8'));
  const known = await knownArguments(fleet.single);
  const selected = new Set();
  let compared = 0;
  let tooLarge = 0;
  let tooManyEntities = 0;
  let withErrors = 0;
  for (const { query, variables, fields } of randomQueries(schema, known, seed)) {
    const request = { query, variables };
    const single = await sendQuery(fleet.single, request);
    if (!('data' in single)) {
      // The single process rejects queries that cost too much. Any other error is a fault of the query generator.
      assert.equal(single.errors[0].extensions.code, 'QUERY_TOO_COMPLEX', `${single.errors[0].message}: ${query}`);
      tooLarge += 1;
      continue;
    }
    // A subgraph counts the representations that a router sends. The single process counts a list without pages as if it
    // had a usual length.
    const responses = await Promise.all(Object.entries(routers).map(async ([name, router]) => [name, await router.send(request)]));
    if (responses.every(([, response]) => isTooComplex(response))) {
      tooManyEntities += 1;
      continue;
    }
    for (const [name, response] of responses) assertSameResponse(name, response, single, request);
    for (const field of fields) selected.add(field);
    if (single.errors) withErrors += 1;
    compared += 1;
    if (compared === count) break;
  }
  assert.ok(tooManyEntities < count / 20, `${tooManyEntities} are too complex for a subgraph`);
  const objects = Object.values(schema.getTypeMap()).filter(type => type.getFields && !isInputObjectType(type));
  const all = objects
    .filter(type => !type.name.startsWith('__') && type !== schema.getSubscriptionType())
    .flatMap(type => Object.keys(type.getFields()).map(field => `${type.name}.${field}`))
    .filter(field => !(field in excluded));
  const missing = all.filter(field => !selected.has(field));
  t.diagnostic(`${compared} compared, ${withErrors} of them with errors in both, ${tooLarge} left out as too complex, `
    + `${tooManyEntities} more as too complex for a subgraph; `
    + `${all.length - missing.length} of ${all.length} fields selected, missing: ${missing.join(', ') || 'none'}`);
  assert.ok(missing.length < all.length / 5, `too few fields are selected; missing: ${missing.join(', ')}`);
});

test('a response can contain a thousand entities of another subgraph', async () => {
  const page = after => `organisations(first: 100${after ? `, after: "${after}"` : ''})`;
  const pages = [];
  let cursor;
  for (let number = 0; number < 10; number += 1) {
    pages.push(`p${number}: ${page(cursor)} { nodes { name { en } fundedProjects(first: 1) { totalCount } tenancies: tenanciesConnection(first: 1) { nodes { name { en } } } } }`);
    const { data } = await sendQuery(fleet.single, { query: `{ ${page(cursor)} { pageInfo { endCursor } } }` });
    cursor = data.organisations.pageInfo.endCursor;
  }
  const request = { query: `{ ${pages.join(' ')} }` };
  const single = await sendQuery(fleet.single, request);
  assert.equal(Object.values(single.data).flatMap(({ nodes }) => nodes).length, 1000);
  await assertSameResponses(single, request);
});

test('Hive Gateway forwards a subscription and joins two subgraphs', async () => {
  const subscription = 'subscription { carParkVacancies { name { en } provenance { dataset { plan } } } }';
  const controller = new AbortController();
  const response = await fetch(`${routers['Hive Gateway'].url}?query=${encodeURIComponent(subscription)}`, {
    headers: { accept: 'text/event-stream' },
    signal: controller.signal,
  });
  let output = '';
  for await (const chunk of response.body) {
    output += Buffer.from(chunk).toString();
    if (/^data: \{.*\n/m.test(output)) break;
  }
  controller.abort();
  const { data } = JSON.parse(output.match(/^data: (\{.*)\n/m)[1]);
  assert.ok(data.carParkVacancies.length > 0);
  for (const { provenance } of data.carParkVacancies) assert.match(provenance.dataset.plan, /^C[12]$/);
});

// This must be the last test, because a subgraph is stopped.
test('if a subgraph is down, only its own fields are null', async () => {
  await fleet.end('hkas');
  const query = '{ hkas { accreditations { totalCount } } organisation(by: { name: "PolyU" }) { name { en } fundedProjects { totalCount } accreditations { totalCount } } }';
  const { data: { organisation: expected } } = await sendQuery(fleet.single, { query });
  for (const [name, router] of Object.entries(routers)) {
    const { data, errors } = await router.send({ query });
    assert.deepEqual(data, { hkas: null, organisation: { ...expected, accreditations: null } }, name);
    assert.ok(errors.length > 0, name);
  }
});
