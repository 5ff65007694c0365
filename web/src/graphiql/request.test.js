import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { matchToDocument, curlCommand, requestBody, sharedQuery, shareLink } from './request.js';

const endpoint = 'http://127.0.0.1:4000/graphql';
const awkward = '# it\'s a "test" of $(quotes), `ticks`, \\ and 香港\nquery A($b: Int!) { a(b: $b) }\n';

test('a shell passes the request to curl unchanged', () => {
  const tab = { query: awkward, variables: '{"b": 1}', headers: '{"X-Who": "it\'s me"}', operationName: 'A' };
  const command = curlCommand(endpoint, tab);
  const said = execFileSync('sh', ['-c', command.replace('curl', 'printf "%s\\0"')], { encoding: 'utf8' }).split('\0');
  assert.deepEqual(said.slice(0, 3), ['--header', "X-Who: it's me", '--json']);
  assert.deepEqual(JSON.parse(said[3]), { query: awkward, variables: { b: 1 }, operationName: 'A' });
  assert.equal(said[4], endpoint);
});

test('the name of an operation that is not in the document is not sent', () => {
  const [request, { documentAST, headers }] = matchToDocument({ query: '{ a }', operationName: 'Old' }, { headers: 1, documentAST: 'old' });
  assert.deepEqual([request, documentAST.kind, headers], [{ query: '{ a }' }, 'Document', 1]);
  const named = { query: 'query A { a } query B { b }', operationName: 'B' };
  assert.equal(matchToDocument(named, {})[0], named);
  const broken = { query: '{', operationName: 'Old' };
  assert.equal(matchToDocument(broken, {})[0], broken);
});

test('a subscription is requested as an event stream', () => {
  const stream = command => command.includes(`--no-buffer --header 'accept: text/event-stream' --json`);
  const query = 'query A { a } subscription B { b }';
  assert.ok(stream(curlCommand(endpoint, { query, operationName: 'B' })));
  assert.ok(!stream(curlCommand(endpoint, { query, operationName: 'A' })));
  assert.ok(!stream(curlCommand(endpoint, { query: '{' })));
});

test('a shared link holds the query and the variables', () => {
  const link = shareLink('http://127.0.0.1:4000/below/graphiql#old', { query: awkward, variables: '{"b": 1}' });
  assert.ok(link.startsWith('http://127.0.0.1:4000/below/graphiql#query='), link);
  assert.deepEqual(sharedQuery(link), { query: awkward, variables: '{"b": 1}' });
  assert.equal(sharedQuery('http://127.0.0.1:4000/'), undefined);
  assert.equal(sharedQuery('http://127.0.0.1:4000/#part'), undefined);
  assert.deepEqual(sharedQuery(shareLink('http://h/', { query: '{a}', variables: ' ' })), { query: '{a}', variables: undefined });
});

test('variables that are not a JSON object are an error', () => {
  assert.deepEqual(requestBody({ query: '{a}', variables: '  ' }), { query: '{a}' });
  for (const variables of ['{', '[]', 'null', '1']) {
    assert.throws(() => requestBody({ query: '{a}', variables }), /Variables: expected a JSON object/, variables);
  }
  assert.throws(() => curlCommand(endpoint, { query: '{a}', headers: '[]' }), /Headers: expected a JSON object/);
});
