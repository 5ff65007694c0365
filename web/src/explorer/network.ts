// The network of an organisation: nodes and edges with positions.
import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY, type SimulationLinkDatum, type SimulationNodeDatum } from 'd3-force';
import { words, type Words } from './format.ts';
import type { NamedFragment, Role } from './gql/graphql.ts';
import type { Partner, PartnerRecord, Partners } from './partners.ts';

export interface NetworkNode {
  /** The id of the organisation, or the name of a body that is not an organisation of the graph. */
  id: string;
  name: Words;
  organisation: NamedFragment | undefined;
  /** Whether its own partners are shown too. */
  isOpen: boolean;
}

/** Records in which `to` has the role beside `from`. */
export interface NetworkEdge {
  key: string;
  from: string;
  to: string;
  role: Role;
  records: PartnerRecord[];
}

export interface Network {
  nodes: Map<string, NetworkNode>;
  edges: NetworkEdge[];
  /** The number of partners of the centre that are not shown. */
  more: number;
}

const idOf = ({ organisation, name }: Partner): string => organisation?.id ?? words(name);

/**
 * Joins the partners of the opened organisations. The first is the centre and shows `most` partners, the others
 * `mostOfOthers`, those with most records first.
 */
export function networkOf(opened: readonly NamedFragment[], partners: ReadonlyMap<string, Partners>, roles: ReadonlySet<Role>, most: number, mostOfOthers: number): Network {
  const nodes = new Map<string, NetworkNode>(opened.map(organisation => [organisation.id, { id: organisation.id, name: organisation.name, organisation, isOpen: true }]));
  const edges: NetworkEdge[] = [];
  let more = 0;
  opened.forEach(({ id: from }, index) => {
    const before = new Set(opened.slice(0, index).map(({ id }) => id));
    const wanted = (partners.get(from)?.partners ?? []).filter(partner => roles.has(partner.role));
    const ids = [...new Set(wanted.map(idOf))];
    const shown = new Set(ids.slice(0, index === 0 ? most : mostOfOthers));
    if (index === 0) more = ids.length - shown.size;
    for (const partner of wanted) {
      const to = idOf(partner);
      // The edge between two opened organisations is in the lists of both. An opened organisation is always shown.
      if (before.has(to) || (!shown.has(to) && !nodes.get(to)?.isOpen)) continue;
      if (!nodes.has(to)) nodes.set(to, { id: to, name: partner.name, organisation: partner.organisation ?? undefined, isOpen: false });
      edges.push({ key: `${from} ${partner.key}`, from, to, role: partner.role, records: partner.records });
    }
  });
  return { nodes, edges, more };
}

interface Body extends SimulationNodeDatum {
  id: string;
}

const [ticks, linkLength, nodeRoom, repulsion] = [300, 90, 46, -260];

/** Positions the nodes in a box. The layout is deterministic and static. */
export function placesOf({ nodes, edges }: Network, width: number, height: number): Map<string, { x: number; y: number }> {
  const bodies: Body[] = [...nodes.keys()].map(id => ({ id }));
  const links: SimulationLinkDatum<Body>[] = edges.map(({ from, to }) => ({ source: from, target: to }));
  forceSimulation(bodies)
    .force('link', forceLink<Body, SimulationLinkDatum<Body>>(links).id(({ id }) => id).distance(linkLength))
    .force('charge', forceManyBody().strength(repulsion))
    .force('collide', forceCollide(nodeRoom))
    .force('x', forceX().strength(0.05))
    .force('y', forceY().strength(0.08))
    .stop()
    .tick(ticks);
  const fit = (values: number[], size: number) => {
    const [least, greatest] = [Math.min(...values), Math.max(...values)];
    const span = greatest - least || 1;
    return (value: number) => (values.length === 1 ? size / 2 : ((value - least) / span) * size);
  };
  const x = fit(bodies.map(body => body.x ?? 0), width);
  const y = fit(bodies.map(body => body.y ?? 0), height);
  const places = bodies.map(body => ({ id: body.id, x: x(body.x ?? 0), y: y(body.y ?? 0) }));
  separate(places, height);
  return new Map(places.map(({ id, ...place }) => [id, place]));
}

/** The box of a node with its label below. */
const [labelWidth, labelHeight, rounds] = [165, 36, 120];

/** Moves nodes up or down until no label covers another, as far as the height allows. */
function separate(places: { x: number; y: number }[], height: number): void {
  const inside = (y: number) => Math.min(height, Math.max(0, y));
  for (let round = 0; round < rounds; round++) {
    let isMoved = false;
    for (const [index, a] of places.entries()) {
      for (const b of places.slice(index + 1)) {
        const room = labelHeight - Math.abs(a.y - b.y);
        if (Math.abs(a.x - b.x) >= labelWidth || room <= 0) continue;
        const [upper, lower] = a.y <= b.y ? [a, b] : [b, a];
        upper.y = inside(upper.y - room / 2);
        lower.y = inside(lower.y + room / 2);
        isMoved = true;
      }
    }
    if (!isMoved) return;
  }
}
