// Controls that write the page's state into the address. A changed filter returns to the first page of the list.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { Key } from '../address.ts';
import { i18n } from '../i18n.ts';

export function useFilter(key: Key): [string, (value: string) => void] {
  const value = useSearch({ strict: false })[key] ?? '';
  const navigate = useNavigate();
  const set = (to: string) =>
    void navigate({ to: '.', search: previous => ({ ...previous, [key]: to || undefined, after: undefined, source: undefined }), resetScroll: false, hash: true });
  return [value, set];
}

export function Choice({ label, of, options, all = i18n._('All') }: { label: string; of: Key; options: [value: string, text: string][]; all?: string | null }) {
  const [value, set] = useFilter(of);
  const isKnown = value === '' || options.some(([option]) => option === value);
  return (
    <label className="control">
      <span>{label}</span>
      <select value={value} onChange={event => set(event.target.value)}>
        {all !== null && <option value="">{all}</option>}
        {!isKnown && <option value={value}>{value}</option>}
        {options.map(([option, text]) => <option key={option} value={option}>{text}</option>)}
      </select>
    </label>
  );
}

/** A text filter that takes effect on Enter or on blur. */
export function TextFilter({ label, of, placeholder, size = 16 }: { label: string; of: Key; placeholder?: string; size?: number }) {
  const [value, set] = useFilter(of);
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const commit = () => { if (text.trim() !== value) set(text.trim()); };
  return (
    <label className="control">
      <span>{label}</span>
      <input
        type="text" value={text} size={size} placeholder={placeholder}
        onChange={event => setText(event.target.value)} onBlur={commit}
        onKeyDown={event => { if (event.key === 'Enter' && !event.nativeEvent.isComposing) commit(); }}
      />
    </label>
  );
}

/** The active filters, each with a button that removes it. A code is shown as a text. */
export function Chips({ of }: { of: [key: Key, label: string, text?: string][] }) {
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const set = of.filter(([key]) => search[key]);
  if (set.length === 0) return null;
  const remove = (keys: Key[]) =>
    void navigate({ to: '.', search: previous => ({ ...previous, ...Object.fromEntries(keys.map(key => [key, undefined])), after: undefined }), resetScroll: false });
  return (
    <p className="chips">
      {set.map(([key, label, text]) => (
        <button key={key} type="button" className="chip" onClick={() => remove([key])} aria-label={i18n._('Remove the filter {label}: {value}', { label, value: text ?? search[key] })}>
          {label}: {text ?? search[key]} <span className="screen-only">×</span>
        </button>
      ))}
      {set.length > 1 && <button type="button" className="chip screen-only" onClick={() => remove(set.map(([key]) => key))}>{i18n._('Remove all filters')}</button>}
    </p>
  );
}

/** The names of filters with an invalid value. */
export function BadFilters({ of }: { of: [label: string, value: string][] }) {
  return of.map(([label, value]) => (
    <p key={label} className="error" role="alert">{i18n._('“{value}” is no value of the filter {label}. It is ignored.', { value, label })}</p>
  ));
}
