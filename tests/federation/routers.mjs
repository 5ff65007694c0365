// Starts routers over a supergraph: Hive Gateway as a process, Apollo Gateway as a library.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApolloGateway } from '@apollo/gateway';
import { parse } from 'graphql';
import { sendQuery } from './fleet.mjs';

// Both routers contain a library that checks whether it runs on Google Cloud.
process.env.METADATA_SERVER_DETECTION = 'none';

/** Hive Gateway: `{ send, url, stop }`. */
export async function startHive(supergraph) {
  const folder = await mkdtemp(join(tmpdir(), 'lionrock-hive-'));
  await writeFile(join(folder, 'supergraph.graphql'), supergraph);
  const port = await freePort();
  const program = join(import.meta.dirname, 'node_modules/.bin/hive-gateway');
  const flags = ['supergraph', join(folder, 'supergraph.graphql'), '--host', '127.0.0.1', '--port', String(port), '--fork', '1'];
  const child = spawn(program, flags, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += chunk));
  let ended;
  const exit = once(child, 'close').then(([code]) => (ended = code ?? 'a signal'));
  const stop = async () => {
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await exit;
    clearTimeout(kill);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const url = `http://127.0.0.1:${port}/graphql`;
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (ended !== undefined) throw new Error(`Hive Gateway ended with ${ended}; its output:\n${output}`);
    const ready = await fetch(`http://127.0.0.1:${port}/readiness`).then(response => response.ok, () => false);
    if (ready) return { send: request => sendQuery(url, request), url, stop };
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error(`Hive Gateway was not ready within a minute; its output:\n${output}`);
}

/** Apollo Gateway: `{ send, stop }`. */
export async function startApollo(supergraph) {
  const logger = { debug() {}, info() {}, warn: console.warn, error: console.error };
  const gateway = new ApolloGateway({ supergraphSdl: supergraph, logger });
  const { schema, executor } = await gateway.load();
  const send = async ({ query, variables = {} }) => {
    const response = await executor({
      document: parse(query),
      request: { query, variables },
      operationName: undefined,
      queryHash: createHash('sha256').update(query).digest('hex'),
      context: {},
      cache: undefined,
      schema,
      logger,
      metrics: {},
      overallCachePolicy: {},
    });
    // Normalises the response as a client receives it: without prototypes and undefined values.
    return JSON.parse(JSON.stringify(response));
  };
  return { send, stop: () => gateway.stop() };
}

/** Returns a free port. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
