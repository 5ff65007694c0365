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
import { ask, startFleet } from './fleet.mjs';
import { knownOf } from './known.mjs';
import { excluded, questions } from './questions.mjs';
import { startApollo, startHive } from './routers.mjs';
import { committed, composed, names, subgraphs } from './supergraph.mjs';

const count = Number(process.env.QUESTIONS || 300);
const seed = Number(process.env.SEED || 1);
const root = join(import.meta.dirname, '../..');

let fleet; // { single, of, stop, end }
let routers; // the routers by their names, { ask, stop }

before(async () => {
  fleet = await startFleet();
  const { sdl } = composed(subgraphs(name => fleet.of[name]));
  routers = {};
  routers['Hive Gateway'] = await startHive(sdl);
  routers['Apollo Gateway'] = await startApollo(sdl);
});

after(async () => {
  for (const router of Object.values(routers ?? {})) await router.stop();
  await fleet?.stop();
});

/**
 * What must be equal: all data, and of each error its place, code and words. Routers leave out positions in lists, name an
 * error of one thing once, put errors in an order of their own, and add the subgraph.
 */
const comparable = ({ data, errors = [] }) => {
  const told = errors.map(({ path, message, extensions: { code } }) =>
    [path?.filter(step => typeof step === 'string').join('.'), code, message].join(' '));
  return { data, errors: [...new Set(told)].sort() };
};

const assertAlike = async (single, question) => {
  for (const [name, router] of Object.entries(routers)) assertEqual(name, await router.ask(question), single, question);
};

const assertEqual = (name, answer, single, question) =>
  assert.deepEqual(comparable(answer), comparable(single), `${name}: ${JSON.stringify(question)}`);

const isTooComplex = ({ errors = [] }) => errors.some(({ extensions: { code } }) => code === 'QUERY_TOO_COMPLEX');

test('each subgraph says what is committed', async () => {
  for (const name of names) {
    const { data } = await ask(fleet.of[name], { query: '{ _service { sdl } }' });
    assert.equal(data._service.sdl, committed(name), name);
  }
});

test('every question of examples/ has the answer of the single process', async () => {
  const files = readdirSync(join(root, 'examples')).filter(file => file.endsWith('.graphql'));
  assert.ok(files.length >= 7);
  for (const file of files) {
    const question = { query: readFileSync(join(root, 'examples', file), 'utf8') };
    const single = await ask(fleet.single, question);
    assert.equal(single.errors, undefined, file);
    await assertAlike(single, question);
  }
});

test(`${count} questions made from the schema have the answers of the single process`, async t => {
  const schema = buildSchema(readFileSync(join(root, 'schema/graph.graphql'), 'utf8'));
  const known = await knownOf(fleet.single);
  const asked = new Set();
  let compared = 0;
  let tooLarge = 0;
  let tooManyEntities = 0;
  let withErrors = 0;
  for (const { query, variables, asked: fields } of questions(schema, known, seed)) {
    const question = { query, variables };
    const single = await ask(fleet.single, question);
    if (!('data' in single)) {
      // The single process rejects queries that cost too much. Any other error is a fault of the query generator.
      assert.equal(single.errors[0].extensions.code, 'QUERY_TOO_COMPLEX', `${single.errors[0].message}: ${query}`);
      tooLarge += 1;
      continue;
    }
    // A subgraph counts the representations that a router sends. The single process counts a list without pages as if it
    // had a usual length.
    const answers = await Promise.all(Object.entries(routers).map(async ([name, router]) => [name, await router.ask(question)]));
    if (answers.every(([, answer]) => isTooComplex(answer))) {
      tooManyEntities += 1;
      continue;
    }
    for (const [name, answer] of answers) assertEqual(name, answer, single, question);
    for (const field of fields) asked.add(field);
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
  const missing = all.filter(field => !asked.has(field));
  t.diagnostic(`${compared} compared, ${withErrors} of them with errors in both, ${tooLarge} left out as too complex, `
    + `${tooManyEntities} more as too complex for a subgraph; `
    + `${all.length - missing.length} of ${all.length} fields asked for, not ${missing.join(', ') || 'one is missing'}`);
  assert.ok(missing.length < all.length / 5, `too few fields are asked for: ${missing.join(', ')}`);
});

test('a thousand things of one answer come from another subgraph', async () => {
  const page = after => `organisations(first: 100${after ? `, after: "${after}"` : ''})`;
  const pages = [];
  let cursor;
  for (let number = 0; number < 10; number += 1) {
    pages.push(`p${number}: ${page(cursor)} { nodes { name { en } fundedProjects(first: 1) { totalCount } tenancies: tenanciesConnection(first: 1) { nodes { name { en } } } } }`);
    const { data } = await ask(fleet.single, { query: `{ ${page(cursor)} { pageInfo { endCursor } } }` });
    cursor = data.organisations.pageInfo.endCursor;
  }
  const question = { query: `{ ${pages.join(' ')} }` };
  const single = await ask(fleet.single, question);
  assert.equal(Object.values(single.data).flatMap(({ nodes }) => nodes).length, 1000);
  await assertAlike(single, question);
});

test('what changes comes through Hive Gateway, put together from two subgraphs', async () => {
  const subscription = 'subscription { carParkVacancies { name { en } provenance { dataset { plan } } } }';
  const controller = new AbortController();
  const response = await fetch(`${routers['Hive Gateway'].url}?query=${encodeURIComponent(subscription)}`, {
    headers: { accept: 'text/event-stream' },
    signal: controller.signal,
  });
  let said = '';
  for await (const chunk of response.body) {
    said += Buffer.from(chunk).toString();
    if (/^data: \{.*\n/m.test(said)) break;
  }
  controller.abort();
  const { data } = JSON.parse(said.match(/^data: (\{.*)\n/m)[1]);
  assert.ok(data.carParkVacancies.length > 0);
  for (const { provenance } of data.carParkVacancies) assert.match(provenance.dataset.plan, /^C[12]$/);
});

// This must be the last test, because a subgraph is stopped.
test('a subgraph that ends takes its own fields with it, and nothing else', async () => {
  await fleet.end('hkas');
  const query = '{ hkas { accreditations { totalCount } } organisation(by: { name: "PolyU" }) { name { en } fundedProjects { totalCount } accreditations { totalCount } } }';
  const { data: { organisation: expected } } = await ask(fleet.single, { query });
  for (const [name, router] of Object.entries(routers)) {
    const { data, errors } = await router.ask({ query });
    assert.deepEqual(data, { hkas: null, organisation: { ...expected, accreditations: null } }, name);
    assert.ok(errors.length > 0, name);
  }
});
