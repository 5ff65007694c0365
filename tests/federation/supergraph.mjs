// Composes the committed subgraphs with two independent composers.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices as byApollo } from '@apollo/composition';
import { composeServices as byGuild } from '@theguild/federation-composition';
import { parse } from 'graphql';

const folder = join(import.meta.dirname, '../../schema/subgraphs');

/** The SDL of a subgraph as it is committed. */
export const committed = name => readFileSync(join(folder, `${name}.graphql`), 'utf8');

/** The names of the subgraphs, in the order of the alphabet. */
export const names = readdirSync(folder).map(file => file.replace(/\.graphql$/, '')).sort();

/** The subgraphs with their SDL, each at the address that `url` gives it. */
export const subgraphs = url =>
  names.map(name => ({ name, url: url(name), typeDefs: parse(committed(name)) }));

/** What Apollo's composer makes of subgraphs: `{ sdl, errors, hints }`, both as texts. */
export function composed(services) {
  const { supergraphSdl, errors = [], hints = [] } = byApollo(services);
  return { sdl: supergraphSdl, errors: errors.map(error => error.message), hints: hints.map(hint => hint.message) };
}

/** The same by the composer of The Guild, which gives no hints. */
export function composedByGuild(services) {
  const { supergraphSdl, errors = [] } = byGuild(services);
  return { sdl: supergraphSdl, errors: errors.map(error => error.message) };
}
