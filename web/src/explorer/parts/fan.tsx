// An organisation and its partners as a diagram. Each partner that is an organisation of the graph is a link.
import { Link } from '@tanstack/react-router';
import { toPath } from '../address.ts';
import { pick, words, type Words } from '../format.ts';
import type { NamedFragment, Role } from '../gql/graphql.ts';
import { i18n } from '../i18n.ts';
import { role as roleWords } from '../words.ts';

export interface Neighbour {
  key: string;
  name: Words;
  organisation: NamedFragment | null | undefined;
  role: Role;
  records: readonly unknown[];
}

const [width, rowHeight, labelWidth] = [1080, 34, 360];

/** The dash pattern of an edge identifies the role, even without colours. */
export const dashes: Partial<Record<Role, string>> = { PARTICIPANT: '6 5', LEAD_APPLICANT: '1 5', APPLICANT: '1 5' };

export function Fan({ centre, neighbours }: { centre: string; neighbours: readonly Neighbour[] }) {
  const perSide = Math.ceil(neighbours.length / 2);
  const height = Math.max(3, perSide) * rowHeight;
  const middle = { x: width / 2, y: height / 2 };
  const placed = neighbours.map((neighbour, index) => {
    const isLeft = index % 2 === 0;
    const onSide = isLeft ? perSide : neighbours.length - perSide;
    return { neighbour, isLeft, x: isLeft ? labelWidth : width - labelWidth, y: middle.y + (Math.floor(index / 2) - (onSide - 1) / 2) * rowHeight };
  });
  const roles = [...new Set(neighbours.map(({ role }) => role))];
  return (
    <figure className="fan">
      <svg viewBox={`0 0 ${width} ${height}`} role="group" aria-label={i18n._('Partners of {name}', { name: centre })}>
        {placed.map(({ neighbour: { key, role, records }, isLeft, x, y }) => (
          <path
            key={key} className="edge" strokeDasharray={dashes[role]} strokeWidth={Math.min(6, 1 + records.length * 0.75)}
            d={`M${middle.x},${middle.y} C${middle.x + (isLeft ? -70 : 70)},${y} ${x + (isLeft ? 70 : -70)},${y} ${x + (isLeft ? 6 : -6)},${y}`}
          />
        ))}
        <circle className="centre" cx={middle.x} cy={middle.y} r="9" />
        {placed.map(({ neighbour: { key, name, organisation }, isLeft, x, y }) => {
          const text = <text lang={pick(name)?.lang} x={x} y={y} dy="0.35em" textAnchor={isLeft ? 'end' : 'start'}>{short(words(name))}</text>;
          return organisation ? <Link key={key} to="/organisations/$id" params={{ id: toPath(organisation.id) }} hash="network">{text}</Link> : <g key={key}>{text}</g>;
        })}
      </svg>
      <figcaption className="muted">
        <RoleKey roles={roles} />
      </figcaption>
    </figure>
  );
}

/** The legend of the lines. */
export function RoleKey({ roles }: { roles: readonly Role[] }) {
  return (
    <>
      {roles.map(role => (
        <span key={role} className="key">
          <svg viewBox="0 0 40 8" width="40" height="8" aria-hidden="true"><path className="edge" d="M0,4 H40" strokeWidth="2" strokeDasharray={dashes[role]} /></svg> {roleWords(role)}
        </span>
      ))}
      <span>{i18n._('A thicker line stands for more records.')}</span>
    </>
  );
}

/** Shortens a label to fit. A Chinese character is as wide as two Latin letters. */
export function short(name: string, letters = 42): string {
  let room = letters;
  for (const [index, character] of [...name].entries()) {
    room -= /\p{Script=Han}/u.test(character) ? 2 : 1;
    if (room < 0) return `${[...name].slice(0, index - 1).join('')}…`;
  }
  return name;
}
