// A network as a diagram. Each organisation is a link that selects it, so it can be reached with the keyboard.
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { pick, words } from '../format.ts';
import { placesOf, type Network, type NetworkNode } from '../network.ts';
import { dashes, RoleKey, short } from './fan.tsx';

const [width, height, margin] = [1000, 620, { x: 90, y: 30 }];

export function NetworkGraph({ network, centre, focus, title }: { network: Network; centre: string; focus: string | undefined; title: string }) {
  const places = useMemo(() => placesOf(network, width - 2 * margin.x, height - 2 * margin.y), [network]);
  const at = (id: string) => {
    const { x, y } = places.get(id) ?? { x: 0, y: 0 };
    return { x: x + margin.x, y: y + margin.y };
  };
  const touches = ({ from, to }: { from: string; to: string }) => focus === from || focus === to;
  const roles = [...new Set(network.edges.map(({ role }) => role))];
  return (
    <figure className="network">
      <svg viewBox={`0 0 ${width} ${height}`} role="group" aria-label={title}>
        {network.edges.map(edge => {
          const [a, b] = [at(edge.from), at(edge.to)];
          return <path key={edge.key} className={touches(edge) ? 'edge selected' : 'edge'} strokeDasharray={dashes[edge.role]} strokeWidth={Math.min(6, 1 + edge.records.length * 0.75)} d={`M${a.x},${a.y} L${b.x},${b.y}`} />;
        })}
        {[...network.nodes.values()].map(node => (
          <g key={node.id} className={node.id === focus ? 'node selected' : 'node'} transform={`translate(${at(node.id).x} ${at(node.id).y})`}>
            <Node node={node} isCentre={node.id === centre} isFocus={node.id === focus} />
          </g>
        ))}
      </svg>
      <figcaption className="muted"><RoleKey roles={roles} /></figcaption>
    </figure>
  );
}

function Node({ node, isCentre, isFocus }: { node: NetworkNode; isCentre: boolean; isFocus: boolean }) {
  // The title is the accessible name: the visible label may be shortened.
  const mark = (
    <>
      <title>{words(node.name)}</title>
      <circle r={isCentre ? 10 : node.isOpen ? 8 : 6} className={node.isOpen ? 'open' : undefined} />
      <text lang={pick(node.name)?.lang} y={isCentre ? 25 : 20} textAnchor="middle">{short(words(node.name), 24)}</text>
    </>
  );
  if (!node.organisation) return mark;
  return (
    <Link to="." search={previous => ({ ...previous, focus: node.id, source: undefined })} resetScroll={false} aria-current={isFocus ? 'true' : undefined}>
      {mark}
    </Link>
  );
}
