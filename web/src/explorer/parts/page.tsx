// The frame of a page: title, state of the data, content, and the bar at its end.
import { useEffect, type ReactNode } from 'react';
import type { PageBarProps } from './page-bar.tsx';
import { PageBar } from './page-bar.tsx';
import { FreshnessLine } from './notices.tsx';

interface Page {
  /** The text of the browser's tab. */
  title: string;
  heading?: ReactNode;
  /** A line below the heading. */
  lead?: ReactNode;
  /** The datasets of the page, as plan numbers. */
  plans?: string[];
  bar?: PageBarProps;
  children: ReactNode;
}

export function Page({ title, heading = title, lead, plans = [], bar, children }: Page) {
  useTitle(title);
  return (
    <article className="page">
      <header className="page-heading">
        <h1 tabIndex={-1}>{heading}</h1>
        {lead && <div className="lead">{lead}</div>}
        {plans.length > 0 && <FreshnessLine plans={plans} />}
      </header>
      {children}
      {bar && <PageBar plans={plans} {...bar} />}
    </article>
  );
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === 'Lionrock' ? title : `${title} · Lionrock`;
  }, [title]);
}
