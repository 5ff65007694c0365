// Pages through a list, fifty rows at a time. The position in the list is in the address.
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { CombinedError } from 'urql';
import { errorsOf } from '../data.ts';
import { count } from '../format.ts';
import type { PageEndsFragment } from '../gql/graphql.ts';
import { i18n } from '../i18n.ts';

export const pageSize = 50;

export function Pager({ ends, shown, total }: { ends: PageEndsFragment; shown: number; total: number }) {
  const { after } = useSearch({ strict: false });
  if (!after && !ends.hasNextPage) return null;
  return (
    <nav className="pager" aria-label={i18n._('Pages of the list')}>
      {after ? <Link to="." search={previous => ({ ...previous, after: undefined, source: undefined })}>‹ {i18n._('First page')}</Link> : <span />}
      <span className="muted">{i18n._('{shown} of {total}', { shown: count(shown), total: count(total) })}</span>
      {ends.hasNextPage && ends.endCursor
        ? <Link to="." search={previous => ({ ...previous, after: ends.endCursor ?? undefined, source: undefined })}>{i18n._('Next page')} ›</Link>
        : <span />}
    </nav>
  );
}

/** Goes to the first page if the position in the address has expired. Returns whether it did. */
export function useKnownCursor(error: CombinedError | undefined): boolean {
  const { after } = useSearch({ strict: false });
  const navigate = useNavigate();
  const isGone = useRef(false);
  const isUnknown = Boolean(after) && errorsOf(error).some(({ code }) => /CURSOR|BAD_USER_INPUT|INVALID/.test(code));
  useEffect(() => {
    if (!isUnknown) return;
    isGone.current = true;
    void navigate({ to: '.', search: previous => ({ ...previous, after: undefined }), replace: true });
  }, [isUnknown, navigate]);
  return isGone.current;
}
