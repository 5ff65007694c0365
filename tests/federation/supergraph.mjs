// Composes the committed subgraphs with two independent composers.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices as composeApollo } from '@apollo/composition';
import { composeServices as composeGuild } from '@theguild/federation-composition';
import { parse } from 'graphql';

const folder = join(import.meta.dirname, '../../schema/subgraphs');

/** Returns the committed SDL of a subgraph. */
export const committedSdl = name => readFileSync(join(folder, `${name}.graphql`), 'utf8');

/** The names of the subgraphs, in alphabetical order. */
export const names = readdirSync(folder).map(file => file.replace(/\.graphql$/, '')).sort();

/** Returns the subgraphs with their SDL. `url` gives the address for a name. */
export const subgraphs = url =>
  names.map(name => ({ name, url: url(name), typeDefs: parse(committedSdl(name)) }));

/** Composes subgraphs with Apollo's composer: `{ sdl, errors, hints }`. Errors and hints are messages. */
export function composeSubgraphs(services) {
  const { supergraphSdl, errors = [], hints = [] } = composeApollo(services);
  return { sdl: supergraphSdl, errors: errors.map(error => error.message), hints: hints.map(hint => hint.message) };
}

/** Composes subgraphs with the composer of The Guild, which gives no hints. */
export function composeWithGuild(services) {
  const { supergraphSdl, errors = [] } = composeGuild(services);
  return { sdl: supergraphSdl, errors: errors.map(error => error.message) };
}
