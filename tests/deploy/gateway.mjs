// Starts a gateway that writes all its metrics. Its mirror has the files of one dataset only, its Redis server is down, and
// its configuration is reloaded.
//
//   LIONROCK_BIN          its binary (default ../../target/debug/lionrock)

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './files.mjs';

export const binary = resolve(process.env.LIONROCK_BIN || join(root, 'target/debug/lionrock'));

const fixtures = join(root, 'tests/fixtures');

/** Serves the fixtures of D36 and of the portal at `/host/path`, as a mirror of their official addresses. */
async function mirror() {
  const served = JSON.parse(readFileSync(join(fixtures, 'upstream.json'), 'utf8'));
  const files = Object.entries(served).filter(([, { file }]) => /^(D36|portal)\//.test(file));
  const byPath = new Map(files.map(([url, file]) => [url.replace(/^https?:\//, ''), file]));
  const server = createServer((request, response) => {
    const found = byPath.get(request.url) ?? byPath.get(decodeURI(request.url));
    if (!found) return response.writeHead(404).end();
    const headers = { 'content-type': found.contentType, ...(found.etag && { etag: found.etag }) };
    if (found.status !== 200) return response.writeHead(found.status, headers).end();
    response.writeHead(200, headers).end(readFileSync(join(fixtures, found.file)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** Waits until `condition` returns a value. */
async function until(condition, what) {
  const end = Date.now() + 120_000;
  for (;;) {
    const value = await condition();
    if (value) return value;
    assert.ok(Date.now() < end, `not within 120 s: ${what}`);
    await sleep(200);
  }
}

/** Runs a gateway and passes `{ metrics, query }` to `use`: the text of `/metrics`, and a function that sends a query. */
export async function withGateway(use) {
  assert.ok(existsSync(binary), `no server at ${binary}: run \`cargo build\` first, or set LIONROCK_BIN`);
  const folder = mkdtempSync(join(tmpdir(), 'lionrock-deploy-'));
  const config = join(folder, 'lionrock.toml');
  writeFileSync(config, '');
  const upstream = await mirror();
  const child = spawn(
    binary,
    ['serve', '--listen=127.0.0.1:0', `--mirror=http://127.0.0.1:${upstream.address().port}`, `--config=${config}`,
      '--redis-url=redis://127.0.0.1:9', `--state-dir=${join(folder, 'state')}`],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const closed = once(child, 'close');
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (log += chunk));
  try {
    const url = await until(() => {
      assert.equal(child.exitCode, null, log);
      return log.match(/http:\/\/127\.0\.0\.1:\d+(?=\D)/)?.[0];
    }, 'the address of the gateway');
    const query = async text => {
      const body = JSON.stringify({ query: text });
      const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      const { data, errors } = await response.json();
      assert.deepEqual([errors, response.status], [undefined, 200], text);
      return data;
    };
    const firstEvent = async text => {
      const response = await fetch(`${url}/graphql?${new URLSearchParams({ query: text })}`, { headers: { accept: 'text/event-stream' } });
      for await (const _ of response.body) break;
    };
    const metrics = async () => (await fetch(`${url}/metrics`)).text();
    writeFileSync(config, '[datasets.C1]\nrefresh = "1m"\n');
    const expected = [
      /^lionrock_refreshes_total\{.*outcome="changed"/m,
      /^lionrock_shared_cache_requests_total\{outcome="unavailable"/m,
      /^lionrock_config_reloads_total\{outcome="applied"/m,
      /^lionrock_dataset_confirmation_age_seconds\{dataset="D36"/m,
      /^lionrock_response_cache_requests_total\{/m,
      /^lionrock_subscription_events_total\{outcome="computed"/m,
    ];
    await firstEvent('subscription { carParkVacancies { id } }');
    const text = await until(async () => {
      await query('{ organisations(first: 1) { totalCount } }');
      const text = await metrics();
      return expected.every(pattern => pattern.test(text)) && text;
    }, `metrics like ${expected}`);
    await use({ metrics: text, query });
  } finally {
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await closed;
    clearTimeout(kill);
    upstream.closeAllConnections();
    upstream.close();
    rmSync(folder, { recursive: true });
  }
}
