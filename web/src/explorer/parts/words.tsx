// Texts and names with their language, for the right glyphs and screen reader voice.
import { Link } from '@tanstack/react-router';
import { toPath } from '../address.ts';
import { other, pick, type Words } from '../format.ts';
import type { NamedFragment } from '../gql/graphql.ts';

export function Text({ of }: { of: Words | null | undefined }) {
  const shown = pick(of);
  return shown ? <span lang={shown.lang}>{shown.value}</span> : null;
}

/** The text in the reader's language and, smaller, in the other one. */
export function BothLanguages({ of }: { of: Words | null | undefined }) {
  const second = other(of);
  return (
    <>
      <Text of={of} />
      {second && <small className="second" lang={second.lang}>{second.value}</small>}
    </>
  );
}

/** An organisation's name in all languages. */
export const nameOf = ({ name }: NamedFragment): Words => name;

export function OrganisationLink({ of }: { of: NamedFragment }) {
  return <Link to="/organisations/$id" params={{ id: toPath(of.id) }}><Text of={nameOf(of)} /></Link>;
}

/** A named body: a link if it is an organisation of the graph, otherwise the name as published. */
export function Body({ name, organisation }: { name?: Words | null; organisation?: NamedFragment | null }) {
  if (organisation) return <OrganisationLink of={organisation} />;
  return name ? <Text of={name} /> : <span className="muted">–</span>;
}
