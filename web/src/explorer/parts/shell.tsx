// The layout around every page: skip link, header, sections, footer.
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { base } from '../base.ts';
import { activate, currentLocale, i18n, recall, remember, type Locale } from '../i18n.ts';
import { useDatasets } from './datasets.ts';
import { SearchBox } from './search-box.tsx';

const languages: [Locale, string, string][] = [['en', 'EN', 'en'], ['zh-Hant', '繁', 'zh-Hant'], ['zh-Hans', '简', 'zh-Hans']];

export function Shell() {
  const [locale, setLocale] = useState(currentLocale());
  // A new key rerenders the page, because all its texts depend on the language.
  return <Frame key={locale} onLocale={setLocale} />;
}

function Frame({ onLocale }: { onLocale: (locale: Locale) => void }) {
  const { pathname, isHome } = useRouterState({ select: ({ location }) => ({ pathname: location.pathname, isHome: location.pathname === '/' }) });
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);

  // A new page receives the focus, so that a screen reader reads its title and Tab continues from there.
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    main.current?.focus({ preventScroll: true });
  }, [pathname]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLElement && event.target.closest('input, textarea, select, [contenteditable]');
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      const boxes = document.querySelectorAll<HTMLInputElement>('input[data-search]');
      boxes[boxes.length - 1]?.focus();
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);

  return (
    <>
      <a className="skip" href="#content" onClick={event => { event.preventDefault(); main.current?.focus(); }}>{i18n._('Skip to the content')}</a>
      <header className="site">
        <div className="site-line">
          <Link to="/" className="brand">Lionrock</Link>
          {!isHome && <SearchBox />}
          <div className="settings">
            <Languages onLocale={onLocale} />
            <Theme />
          </div>
        </div>
        <nav aria-label={i18n._('Sections')} className="sections">
          <Link to="/organisations">{i18n._('Organisations')}</Link>
          <Link to="/projects" activeOptions={{ includeSearch: false }}>{i18n._('Projects')}</Link>
          <Link to="/funding">{i18n._('Funding')}</Link>
          <Link to="/laboratories">{i18n._('Laboratories')}</Link>
          <Link to="/park">{i18n._('Science Park')}</Link>
          <Link to="/statistics">{i18n._('Statistics')}</Link>
          <Link to="/datasets">{i18n._('Datasets')}</Link>
        </nav>
      </header>
      <main id="content" tabIndex={-1} ref={main}>
        <Outlet />
      </main>
      <footer className="site-end">
        <DataState />
        <p>
          <Link to="/about">{i18n._('About the data')}</Link>
          <a href={`${base}graphiql`}>GraphiQL</a>
          <a href={`${base}explorer-licences.md`}>{i18n._('Software licences')}</a>
        </p>
        <p className="muted">
          {i18n._('Contains information from DATA.GOV.HK, owned by the Government of the Hong Kong SAR and the publishing organisations, under its terms and conditions.')}{' '}
          <a href="https://data.gov.hk/en/terms-and-conditions" rel="noreferrer">{i18n._('Terms and conditions')} ↗</a>
        </p>
      </footer>
    </>
  );
}

/** The share of the data that was fetched from the publishers. */
function DataState() {
  const { data } = useDatasets();
  if (!data) return <p className="freshness-place" />;
  return <p><Link to="/datasets">{dataSentence(data.datasets)}</Link></p>;
}

export function dataSentence(datasets: readonly { origin?: string | null }[]): string {
  const number = (origin: string | undefined) => datasets.filter(dataset => (dataset.origin ?? undefined) === origin).length;
  const [live, held, bundled, none] = [number('LIVE'), number('HELD'), number('BUNDLED'), number(undefined)];
  if (live + held === 0) return i18n._('No publisher reached yet: {bundled} of {total} datasets are bundled samples, {none} are empty.', { bundled, total: datasets.length, none });
  return i18n._('{live} of {total} datasets fetched, {held} kept from an earlier fetch, {bundled} bundled samples, {none} empty.', { live, total: datasets.length, held, bundled, none });
}

function Languages({ onLocale }: { onLocale: (locale: Locale) => void }) {
  const navigate = useNavigate();
  const choose = async (locale: Locale) => {
    remember('language', locale);
    await activate(locale);
    if (new URLSearchParams(location.search).has('lang')) {
      await navigate({ to: '.', search: previous => ({ ...previous, lang: locale }), replace: true, resetScroll: false, hash: true });
    }
    onLocale(locale);
  };
  return (
    <div role="group" aria-label={i18n._('Language')} className="languages">
      {languages.map(([locale, name, lang]) => (
        <button key={locale} type="button" lang={lang} aria-pressed={locale === currentLocale()} onClick={() => void choose(locale)}>{name}</button>
      ))}
    </div>
  );
}

const themes = ['auto', 'light', 'dark'] as const;

export function applyTheme(theme: string | null): void {
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

function Theme() {
  const [theme, setTheme] = useState(recall('theme') ?? 'auto');
  const names: Record<string, string> = { auto: i18n._('Auto'), light: i18n._('Light'), dark: i18n._('Dark') };
  const choose = (to: string) => {
    remember('theme', to === 'auto' ? null : to);
    applyTheme(to);
    setTheme(to);
  };
  return (
    <select className="theme" aria-label={i18n._('Colours')} value={theme} onChange={event => choose(event.target.value)}>
      {themes.map(name => <option key={name} value={name}>{names[name]}</option>)}
    </select>
  );
}
