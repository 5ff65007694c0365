import { readFileSync, readdirSync } from 'node:fs';
import assert from 'node:assert/strict';
import { startFleet, ask } from './fleet.mjs';
import { startHive, startApollo } from './routers.mjs';
import { composed, subgraphs } from './supergraph.mjs';
let t=Date.now(); const lap=s=>{console.log(s, Date.now()-t); t=Date.now()};
const fleet = await startFleet(); lap('fleet');
try {
  const { sdl } = composed(subgraphs(n => fleet.of[n])); lap('compose');
  const hive = await startHive(sdl); lap('hive');
  const apollo = await startApollo(sdl); lap('apollo');
  for (const f of readdirSync('../../examples').filter(f=>f.endsWith('.graphql'))) {
    const query = readFileSync('../../examples/'+f,'utf8');
    const single = await ask(fleet.single,{query});lap('single '+f);
    for (const [n,r] of [['hive',hive],['apollo',apollo]]) {
      const a = await r.ask({query}); lap(n);
      try { assert.deepStrictEqual(a,single) } catch(e) { console.log(n,f,e.message.slice(0,1500)) }
    }
  }
  await hive.stop(); await apollo.stop();
} finally { await fleet.stop() }
