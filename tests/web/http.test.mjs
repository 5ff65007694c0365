// Tests GraphQL over HTTP with the audit of graphql-http, and introspection with graphql-js.
//
//   LIONROCK_BIN          the server's binary, see server.mjs

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { buildClientSchema, getIntrospectionQuery } from 'graphql';
import { auditServer } from 'graphql-http';
import { serve } from './server.mjs';

let state; // the server's state
let server; // { url, stop() }

before(async () => {
  state = await mkdtemp(join(tmpdir(), 'lionrock-http-'));
  server = await serve(state);
});

after(async () => {
  await server?.stop();
  if (state) await rm(state, { recursive: true, force: true, maxRetries: 5 });
});

test('all audits of GraphQL over HTTP pass', async () => {
  const audits = await auditServer({ url: `${server.url}/graphql`, fetchFn: fetch });
  const failed = audits.filter(audit => audit.status !== 'ok').map(({ id, name, status, reason }) => ({ id, name, status, reason }));
  assert.deepEqual(failed, []);
  assert.equal(audits.length, 61);
});

test('the most complete introspection query of graphql-js is within the limits', async () => {
  const query = getIntrospectionQuery({
    descriptions: true, specifiedByUrl: true, directiveIsRepeatable: true, inputValueDeprecation: true, oneOf: true,
  });
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = await response.json();
  assert.deepEqual(errors, undefined);
  assert.ok(buildClientSchema(data).getQueryType().getFields().organisations);
});
