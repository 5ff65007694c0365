// Measures response times of the single process and of each router, and the memory of the processes, for
// examples/deploy/README.md.
//
//   LIONROCK_BIN          the binary; use a release build

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sendQuery, startFleet } from './fleet.mjs';
import { startApollo, startHive } from './routers.mjs';
import { composeSubgraphs, subgraphs } from './supergraph.mjs';

const rounds = 60;
const folder = join(import.meta.dirname, '../../examples');
const began = performance.now();
const fleet = await startFleet();
const started = performance.now() - began;
try {
  const { sdl } = composeSubgraphs(subgraphs(name => fleet.of[name]));
  const routers = { 'Hive Gateway': await startHive(sdl), 'Apollo Gateway': await startApollo(sdl) };
  const servers = { 'one process': { send: request => sendQuery(fleet.single, request) }, ...routers };
  console.log(`nine processes started in ${(started / 1000).toFixed(1)} s; one has ${Math.round(fleet.megabytes('single'))} MB in memory`);
  for (const file of readdirSync(folder).filter(file => file.endsWith('.graphql'))) {
    const request = { query: readFileSync(join(folder, file), 'utf8') };
    const medians = [];
    for (const [name, server] of Object.entries(servers)) {
      const times = [];
      for (let round = 0; round < rounds; round += 1) {
        const begun = performance.now();
        await server.send(request);
        times.push(performance.now() - begun);
      }
      medians.push(`${name} ${times.sort((a, b) => a - b)[rounds / 2].toFixed(1)} ms`);
    }
    console.log(`${file}: ${medians.join(', ')}`);
  }
  for (const router of Object.values(routers)) await router.stop();
} finally {
  await fleet.stop();
}
