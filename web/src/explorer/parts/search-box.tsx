// The search box: a combobox (ARIA 1.2) with suggestions from the first letters.
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { toPath } from '../address.ts';
import { client } from '../data.ts';
import { SuggestDocument, type SuggestQuery, type SearchType } from '../gql/graphql.ts';
import { i18n } from '../i18n.ts';
import { searchType } from '../words.ts';

type Suggestion = NonNullable<SuggestQuery['suggest']>[number];

/** The address of a hit. */
export function pathOf(type: SearchType | string, id: string): string {
  const part = encodeURIComponent(toPath(id)).replaceAll('%3A', ':');
  switch (type) {
    case 'ORGANISATION':
    case 'Organisation':
      return `/organisations/${part}`;
    case 'DATASET':
    case 'Dataset':
      return `/datasets/${part}`;
    case 'PROJECT':
    case 'FundedProject':
    case 'TrialProject':
    case 'BetterLivingProject':
    case 'RaisePlusProject':
    case 'TechConnectProject':
      return `/projects/${part}`;
    default:
      return `/records/${part}`;
  }
}

export function SearchBox({ initial = '', isLarge = false }: { initial?: string; isLarge?: boolean }) {
  const navigate = useNavigate();
  const id = useId();
  const [text, setText] = useState(initial);
  const [found, setFound] = useState<Suggestion[]>([]);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const asked = useRef('');
  const isTyped = useRef(false);

  useEffect(() => setText(initial), [initial]);

  useEffect(() => {
    const wanted = text.trim();
    asked.current = wanted;
    if (!wanted || !isTyped.current) {
      setFound([]);
      return undefined;
    }
    const timer = setTimeout(async () => {
      const { data } = await client.query(SuggestDocument, { text: wanted }).toPromise();
      if (asked.current !== wanted || !data) return;
      setFound(data.suggest ?? []);
      setActive(-1);
    }, 80);
    return () => clearTimeout(timer);
  }, [text]);

  const go = (suggestion: Suggestion | undefined) => {
    setOpen(false);
    isTyped.current = false;
    if (suggestion) {
      setText(isLarge ? text : '');
      void navigate({ to: pathOf(suggestion.type, suggestion.id) });
    } else if (text.trim()) {
      void navigate({ to: '/', search: { q: text.trim() } });
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return; // an input method has the key
    const last = found.length - 1;
    switch (event.key) {
      case 'ArrowDown':
        setOpen(true);
        setActive(active >= last ? -1 : active + 1);
        break;
      case 'ArrowUp':
        setOpen(true);
        setActive(active < 0 ? last : active - 1);
        break;
      case 'Enter':
        go(isShown ? found[active] : undefined);
        break;
      case 'Escape':
        if (!isShown) return;
        setOpen(false);
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  const isShown = isOpen && found.length > 0;
  return (
    <form
      className={isLarge ? 'search large' : 'search'} role="search" aria-label={isLarge ? i18n._('Search all data') : i18n._('Search')}
      onSubmit={event => { event.preventDefault(); go(undefined); }}
      onBlur={event => { if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false); }}
    >
      <input
        type="search" role="combobox" aria-label={i18n._('Search')} autoComplete="off" spellCheck={false}
        placeholder={i18n._('A company, project, laboratory…')}
        aria-expanded={isShown} aria-controls={`${id}-list`} aria-autocomplete="list"
        aria-activedescendant={isShown && active >= 0 ? `${id}-${active}` : undefined}
        value={text} data-search={isLarge ? 'large' : 'header'}
        onChange={event => { isTyped.current = true; setText(event.target.value); setOpen(true); }}
        onKeyDown={onKeyDown}
      />
      <button type="submit">{i18n._('Search')}</button>
      <ul role="listbox" id={`${id}-list`} aria-label={i18n._('Suggestions')} hidden={!isShown}>
        {found.map((suggestion, index) => (
          <li
            key={suggestion.id} id={`${id}-${index}`} role="option" aria-selected={index === active}
            onPointerDown={event => event.preventDefault()} onClick={() => go(suggestion)}
          >
            <span>
              {suggestion.snippet.text === suggestion.name ? <Marked pieces={suggestion.snippet.pieces} /> : suggestion.name}
              {suggestion.snippet.text !== suggestion.name && <small className="muted"> <Marked pieces={suggestion.snippet.pieces} /></small>}
            </span>
            <small className="muted">{searchType(suggestion.type)}</small>
          </li>
        ))}
      </ul>
    </form>
  );
}

export function Marked({ pieces }: { pieces: readonly { text: string; isMatch: boolean }[] }) {
  return pieces.map(({ text, isMatch }, index) => (isMatch ? <mark key={index}>{text}</mark> : text));
}
