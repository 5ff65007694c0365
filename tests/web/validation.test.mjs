// The server and graphql-js agree on the validity of documents and variables.
//
//   LIONROCK_BIN          the server's binary, see server.mjs
//   LIONROCK_SEED         the seed of the random documents (default 1)

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { GraphQLError, buildSchema, getVariableValues, parse, specifiedRules, typeFromAST, validate } from 'graphql';
import { mutated, randomFrom, validDocument, variable } from './documents.mjs';
import { binary, serve } from './server.mjs';

const SEED = Number(process.env.LIONROCK_SEED ?? 1);
const DOCUMENTS = 2_400;
// The server limits introspection in a different way.
const rules = specifiedRules.filter(rule => rule.name !== 'MaxIntrospectionDepthRule');
const INVALID = ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED'];
const LIMITS = ['QUERY_TOO_COMPLEX', 'QUERY_TOO_DEEP', 'TOO_MANY_ALIASES', 'TOO_MANY_DIRECTIVES', 'TOO_MANY_TOKENS', 'TOO_MANY_VALUES', 'ARGUMENTS_TOO_LARGE', 'NAME_TOO_LONG'];
// The specification of September 2025 forbids both, but graphql-js 16 does not. The server also counts a repeated root field.
const STRICTER = /@skip.*@include|one root field/;

let state; // the server's state
let server; // { url, stop() }
let schema; // as graphql-js reads the public SDL

before(async () => {
  schema = buildSchema(execFileSync(binary, ['schema'], { encoding: 'utf8', maxBuffer: 1 << 24 }));
  state = await mkdtemp(join(tmpdir(), 'lionrock-validation-'));
  server = await serve(state);
});

after(async () => {
  await server?.stop();
  if (state) await rm(state, { recursive: true, force: true, maxRetries: 5 });
});

/** The verdict of the server on a document, without executing it: 'valid', 'invalid', 'variables' or the code of a limit. */
async function verdict(query, variables) {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', 'lionrock-cost': 'only' },
    body: JSON.stringify({ query, variables }),
  });
  const { errors } = await response.json();
  assert.equal(response.status, errors ? 400 : 200, JSON.stringify({ query, errors }));
  if (!errors) return { outcome: 'valid' };
  const codes = errors.map(error => error.extensions.code);
  const message = errors.map(error => error.message).join('; ');
  if (codes.every(code => INVALID.includes(code))) return { outcome: 'invalid', message };
  if (codes.every(code => code === 'BAD_USER_INPUT')) return { outcome: 'variables', message };
  return { outcome: codes[0], message };
}

/** The rules of graphql-js that a document violates. `['parse']` if it cannot be parsed. */
function violatedRules(text) {
  let document;
  try {
    document = parse(text);
  } catch (error) {
    assert.ok(error instanceof GraphQLError);
    return { names: ['parse'] };
  }
  const isViolated = rule => {
    try {
      return validate(schema, document, [rule]).length > 0;
    } catch {
      return true; // `@skip` at the root of a subscription, which graphql-js evaluates without variables
    }
  };
  return { document, names: rules.filter(isViolated).map(rule => rule.name) };
}

/** Calls a function for every item, a few at a time. */
async function each(items, call) {
  const waiting = items.entries();
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (const [at, item] of waiting) await call(item, at);
  }));
}

test('random documents get the same verdict as from graphql-js, for every rule', async t => {
  const random = randomFrom(SEED);
  const texts = Array.from({ length: DOCUMENTS }, (_, at) => {
    const text = validDocument(random, schema);
    return at % 8 ? mutated(random, text, schema) : text;
  });
  const tally = {};
  const notCompared = {};
  const wrong = [];
  await each(texts, async text => {
    const { names } = violatedRules(text);
    const { outcome, message } = await verdict(text, {});
    // Variables are checked only in valid documents.
    const found = outcome === 'variables' ? 'valid' : outcome;
    const expected = names.length ? 'invalid' : 'valid';
    const isStricter = expected === 'valid' && found === 'invalid' && STRICTER.test(message);
    if (LIMITS.includes(found) || isStricter) {
      notCompared[isStricter ? 'subscription' : found] = (notCompared[isStricter ? 'subscription' : found] ?? 0) + 1;
      return;
    }
    for (const name of names.length ? names : ['valid']) tally[name] = (tally[name] ?? 0) + 1;
    if (found !== expected) wrong.push({ text, names, found, message });
  });
  t.diagnostic(`by rule: ${JSON.stringify(tally)}`);
  t.diagnostic(`product rules: ${JSON.stringify(notCompared)}`);
  assert.deepEqual(wrong.slice(0, 5), [], `${wrong.length} verdicts differ`);
  const compared = DOCUMENTS - Object.values(notCompared).reduce((sum, count) => sum + count, 0);
  assert.ok(compared >= 2_000, `${compared} documents were compared`);
  const missing = rules.map(rule => rule.name).filter(name => !tally[name] && name !== 'ExecutableDefinitionsRule' && name !== 'VariablesAreInputTypesRule');
  assert.deepEqual(missing, [], 'every rule is violated by a document');
});

test('random variables get the same verdict as from graphql-js', async t => {
  const random = randomFrom(SEED + 1);
  const wrong = [];
  const tally = {};
  const cases = Array.from({ length: 600 }, () => {
    const text = validDocument(random, schema);
    const definitions = parse(text).definitions[0].variableDefinitions;
    const given = definitions.filter(() => random.often(0.9)).map(definition => [definition.variable.name.value, variable(random, typeFromAST(schema, definition.type))]);
    return { text, definitions, variables: JSON.parse(JSON.stringify(Object.fromEntries(given))) };
  });
  await each(cases, async ({ text, definitions, variables }) => {
    const { errors } = getVariableValues(schema, definitions, variables);
    const { outcome, message } = await verdict(text, variables);
    if (LIMITS.includes(outcome)) return;
    const expected = errors ? 'variables' : 'valid';
    tally[expected] = (tally[expected] ?? 0) + 1;
    if (outcome !== expected) wrong.push({ text, variables, outcome, message, errors: errors?.map(String) });
  });
  t.diagnostic(JSON.stringify(tally));
  assert.deepEqual(wrong.slice(0, 5), [], `${wrong.length} verdicts differ`);
  assert.ok(tally.valid > 50 && tally.variables > 50);
});

test('documents that violate commonly missed rules get the same verdict', async () => {
  const documents = [
    'query($x: String!) { organisation(by: { id: $x }) { id } }',
    'query($x: ID!) { organisation(by: { id: $x }) { id } }',
    'query($x: OrganisationBy! = {}) { organisation(by: $x) { id } }',
    '{ organisation(by: {}) { id } }',
    '{ organisation(by: { id: null }) { id } }',
    '{ organisation(by: { id: "a", name: "b" }) { id } }',
    'query($x: ID) { node(id: $x) { id } }',
    'query($x: ID = null) { node(id: $x) { id } }',
    'query($x: ID) { nodes(ids: [$x]) { id } }',
    'query($x: [ID]) { nodes(ids: $x) { id } }',
    'query($x: ID!) { nodes(ids: [$x]) { id } }',
    'query($x: Boolean) { __typename @include(if: $x) }',
    'query($x: Boolean!) { __typename @include(if: $x) }',
    '{ organisation(by: { name: "a" }) { id } ...F } fragment F on Query { organisation(by: { name: "b" }) { id } }',
    '{ organisation(by: { name: "a" }) { id } ...F } fragment F on Query { organisation(by: { name: "a" }) { id } }',
    '{ nodes(ids: ["a"]) { id } nodes(ids: ["a", "b"]) { id } }',
    '{ organisations(filter: { name: "a", name: "b" }) { totalCount } }',
    '{ organisations(filter: "a") { totalCount } }',
    '{ organisations(filter: []) { totalCount } }',
    '{ organisations(orderBy: { field: "NAME" }) { totalCount } }',
    '{ organisations(first: -0) { totalCount } }',
    '{ organisations(first: "1") { totalCount } }',
    '{ node(id: 99999999999999999999) { id } }',
    '{ node(id: null) { id } }',
    '{ node(id: "\\u{1F600}") { id } }',
    '{ node(id: "\\uD83D\\uDE00") { id } }',
    '{ node(id: "\\uD83D") { id } }',
    '{ node(id: "\\u{110000}") { id } }',
    '{ __typename(a: 1) }',
    '{ __typename { a } }',
    '{ __typename @deprecated }',
    '{ __typename @skip(if: true, if: true) }',
    '{ __typename @skip(if: "true") }',
    'query A() { __typename }',
    'query A { }',
    '{ ...on } fragment on on Query { __typename }',
    '{ a: __typename() }',
    'query($x: Int = $y, $y: Int) { organisations(first: $x) { totalCount } }',
    'query($x: Query) { __typename }',
    'type A { a: Int } { __typename }',
    'fragment F on Query { __typename }',
    'subscription { ...F } fragment F on Subscription { __typename }',
    '',
    '{ organisations(first: 01) { totalCount } }',
    '{ organisations(first: 1.) { totalCount } }',
    '{ organisations(first: 0xF) { totalCount } }',
  ];
  const wrong = [];
  for (const text of documents) {
    const { names } = violatedRules(text);
    const { outcome, message } = await verdict(text, {});
    const found = outcome === 'variables' ? 'valid' : outcome;
    if (found !== (names.length ? 'invalid' : 'valid')) wrong.push({ text, names, found, message });
  }
  assert.deepEqual(wrong, []);
});
