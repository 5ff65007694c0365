import { Link } from '@tanstack/react-router';
import { i18n } from '../i18n.ts';
import { Page } from '../parts/page.tsx';
import { SearchBox } from '../parts/search-box.tsx';

export function NotFound() {
  return (
    <Page title={i18n._('No page at this address')}>
      <p>{i18n._('The address may be cut off, or the page has moved. Search for what it was about:')}</p>
      <SearchBox isLarge />
    </Page>
  );
}

/** The message for a missing object, with the search. */
export function NoSuch({ title, text }: { title: string; text: string }) {
  return (
    <Page title={title}>
      <p>{text}</p>
      <SearchBox isLarge />
      <p><Link to="/">{i18n._('Home')}</Link></p>
    </Page>
  );
}

/** The message for a page that failed to render or load. */
export function PageError() {
  return (
    <Page title={i18n._('This page could not be shown')}>
      <p>{i18n._('It may be from an older version of Lionrock, or the connection is lost.')}</p>
      <p><button type="button" onClick={() => location.reload()}>{i18n._('Load it again')}</button></p>
    </Page>
  );
}
