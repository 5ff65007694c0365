// Subscriptions with the npm clients of both protocols: graphql-ws (graphql-transport-ws) and graphql-sse.
//
//   LIONROCK_BIN          the server's binary, see server.mjs

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createClient as createEvents } from 'graphql-sse';
import { CloseCode, createClient as createSocket } from 'graphql-ws';
import WebSocket from 'ws';
import { serve } from './server.mjs';

const parks = 'subscription { ...Parks } fragment Parks on Subscription { carParkVacancies { name { en } } }';
let state;
let server;

before(async () => {
  state = await mkdtemp(join(tmpdir(), 'lionrock-live-'));
  server = await serve(state);
});

after(async () => {
  await server?.stop();
  if (state) await rm(state, { recursive: true, force: true, maxRetries: 5 });
});

function socket(options = {}) {
  return createSocket({ url: `${server.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0, ...options });
}

async function nextClose(client) {
  return new Promise(resolve => client.on('closed', resolve));
}

test('graphql-ws: results, the end of a query, and a normal close', async () => {
  const client = socket({ lazy: false, onNonLazyError: () => {} });
  const close = nextClose(client);
  const events = client.iterate({ query: parks });
  const { value } = await events.next();
  assert.ok(value.data.carParkVacancies.length > 0);
  await events.return();
  const responses = [];
  for await (const response of client.iterate({ query: '{ publishers { code } }' })) responses.push(response);
  assert.equal(responses.length, 1);
  assert.equal(responses[0].data.publishers[0].code, 'ITF');
  await client.dispose();
  assert.equal((await close).code, 1000);
});

test('graphql-ws: an operation that fails before it runs is an error, and the socket stays open', async () => {
  const client = socket({ lazy: false, onNonLazyError: () => {} });
  let closes = 0;
  client.on('closed', () => (closes += 1));
  const failures = [
    [{ query: '{ nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
    [{ query: '{ nothing' }, 'GRAPHQL_PARSE_FAILED'],
    [{ query: 'query($id: ID!) { node(id: $id) { id } }' }, 'BAD_USER_INPUT'],
    [{ query: 'subscription { a: carParkVacancies { vacant } b: carParkVacancies { vacant } }' }, 'GRAPHQL_VALIDATION_FAILED'],
  ];
  for (const [payload, code] of failures) {
    const error = await client.iterate(payload).next().then(() => null, error => error);
    assert.equal(error?.[0]?.extensions?.code, code, JSON.stringify(payload));
  }
  const { value } = await client.iterate({ query: '{ publishers { code } }' }).next();
  assert.equal(value.data.publishers[0].code, 'ITF');
  assert.equal(closes, 0);
  await client.dispose();
});

test('graphql-ws: the client understands the close codes of the server', async () => {
  for (const [message, code] of [
    [{ type: 'subscribe', id: '1', payload: { query: parks } }, CloseCode.Unauthorized],
    [{ type: 'nothing' }, CloseCode.BadRequest],
  ]) {
    const raw = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const close = new Promise(resolve => raw.on('close', resolve));
    raw.on('open', () => raw.send(JSON.stringify(message)));
    assert.equal(await close, code);
  }
});

test('graphql-sse: results, the end of a query, and errors', async () => {
  const client = createEvents({ url: `${server.url}/graphql`, retryAttempts: 0 });
  const events = client.iterate({ query: parks });
  const { value } = await events.next();
  assert.ok(value.data.carParkVacancies.length > 0);
  await events.return();
  const invalid = await client.iterate({ query: 'subscription { nothing }' }).next();
  assert.equal(invalid.value.errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
  client.dispose();
});

test('a shutdown closes sockets with 1001', async t => {
  const own = await mkdtemp(join(tmpdir(), 'lionrock-live-'));
  t.after(() => rm(own, { recursive: true, force: true, maxRetries: 5 }));
  const other = await serve(own);
  const client = socket({ url: `${other.url.replace('http', 'ws')}/graphql` });
  const close = nextClose(client);
  const events = client.iterate({ query: parks });
  await events.next();
  const ended = events.next().catch(error => error);
  await other.stop();
  assert.equal((await close).code, 1001);
  await ended;
});
