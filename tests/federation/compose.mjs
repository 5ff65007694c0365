// Composes the subgraphs in schema/subgraphs and prints the supergraph: `npm run --silent compose > ../../schema/supergraph.graphql`.
//
//   SUBGRAPH_URL          the address of a subgraph, with `{name}` (default http://{name}:4000/graphql)

import { composeSubgraphs, subgraphs } from './supergraph.mjs';

const address = process.env.SUBGRAPH_URL || 'http://{name}:4000/graphql';
const { sdl, errors, hints } = composeSubgraphs(subgraphs(name => address.replace('{name}', name)));
for (const problem of [...errors, ...hints]) console.error(problem);
if (errors.length > 0 || hints.length > 0) process.exit(1);
process.stdout.write(sdl.endsWith('\n') ? sdl : `${sdl}\n`);
