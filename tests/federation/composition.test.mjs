// The committed subgraphs compose to the complete graph: two composers agree, and the supergraph has the same client schema
// as the single process.
//
//   LIONROCK_BIN          the binary

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { Supergraph } from '@apollo/federation-internals';
import { transformSupergraphToPublicSchema } from '@theguild/federation-composition';
import { buildASTSchema, buildSchema, findBreakingChanges, lexicographicSortSchema, parse, printSchema } from 'graphql';
import { committedSdl, composeSubgraphs, composeWithGuild, names, subgraphs } from './supergraph.mjs';

const binary = resolve(process.env.LIONROCK_BIN || join(import.meta.dirname, '../../target/debug/lionrock'));
const read = file => readFileSync(join(import.meta.dirname, '../../schema', file), 'utf8');
const print = (...flags) => execFileSync(binary, ['schema', ...flags], { encoding: 'utf8', maxBuffer: 16 << 20 });
const services = subgraphs(name => `http://${name}:4000/graphql`);

/** A schema as sorted text, without descriptions of directives and without `@specifiedBy`, which composition drops. */
const plain = schema => printSchema(lexicographicSortSchema(schema)).replaceAll(/ @specifiedBy\(url: "[^"]*"\)| @oneOf/g, '');

test('there are eight committed subgraphs, and the binary prints the same SDL', () => {
  assert.deepEqual(names, ['graph', 'hkas', 'hkctc', 'hkpc', 'hkstpc', 'itc', 'itf', 'rdc']);
  for (const name of names) assert.equal(print('--subgraph', name), committedSdl(name), name);
});

test("Apollo's composer gives the committed supergraph, without errors or hints", () => {
  const { sdl, errors, hints } = composeSubgraphs(services);
  assert.deepEqual({ errors, hints }, { errors: [], hints: [] });
  assert.equal(read('supergraph.graphql').trim(), sdl.trim(), 'run `make supergraph`');
});

test("The Guild's composer has no errors", () => {
  assert.deepEqual(composeWithGuild(services).errors, []);
});

test('the supergraph and the single process have the same client schema', () => {
  const single = plain(buildSchema(read('graph.graphql')));
  const byApollo = Supergraph.build(composeSubgraphs(services).sdl).apiSchema().toGraphQLJSSchema();
  const byGuild = buildASTSchema(transformSupergraphToPublicSchema(parse(composeWithGuild(services).sdl)));
  assert.equal(plain(byApollo), single);
  assert.equal(plain(byGuild), single);
});

test('the complete graph composes with a subgraph that extends its organisations', () => {
  const own = parse(`
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])
    type Query { notes: [Note!]! }
    type Note { text: String!  about: Organisation }
    type Organisation @key(fields: "id") { id: ID!  notes: [Note!]! }
  `);
  const both = [
    { name: 'lionrock', url: 'http://lionrock:4000/graphql', typeDefs: parse(print('--subgraph', 'whole')) },
    { name: 'notes', url: 'http://notes:4000/graphql', typeDefs: own },
  ];
  const { sdl, errors, hints } = composeSubgraphs(both);
  assert.deepEqual({ errors, hints }, { errors: [], hints: [] });
  assert.deepEqual(composeWithGuild(both).errors, []);
  const api = Supergraph.build(sdl).apiSchema().toGraphQLJSSchema();
  assert.ok(api.getType('Organisation').getFields().notes);
  assert.deepEqual(findBreakingChanges(buildSchema(read('graph.graphql')), api), []);
});
