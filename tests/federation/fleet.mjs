// Starts eight subgraphs, and a single process for comparison, without a network.

import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '../web/server.mjs';
import { names } from './supergraph.mjs';

/** Starts all processes: `{ single, of, end, stop }`. `single` and `of[name]` are addresses, and `end(name)` stops one subgraph. */
export async function startFleet() {
  const state = await mkdtemp(join(tmpdir(), 'lionrock-federation-'));
  const servers = new Map();
  const stop = async () => {
    await Promise.all([...servers.values()].map(server => server.stop()));
    await rm(state, { recursive: true, force: true, maxRetries: 5 });
  };
  // The resident memory of a process, on Linux.
  const megabytes = name => {
    const status = readFileSync(`/proc/${servers.get(name).pid}/status`, 'utf8');
    return Number(status.match(/VmRSS:\s+(\d+)/)[1]) / 1024;
  };
  const start = async (name, flags) => {
    const server = await serve(join(state, name), flags);
    servers.set(name, server);
    return `${server.url}/graphql`;
  };
  try {
    const of = {};
    // Two at a time, because each process reads the whole bundle at startup.
    for (let at = 0; at < names.length; at += 2) {
      const pair = names.slice(at, at + 2);
      const urls = await Promise.all(pair.map(name => start(name, ['--subgraph', name])));
      pair.forEach((name, position) => (of[name] = urls[position]));
    }
    const single = await start('single', []);
    return { single, of, end: name => servers.get(name).stop(), megabytes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Sends a request `{ query, variables }` and returns the response. */
export async function sendQuery(url, request, headers = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(request),
  });
  return response.json();
}
