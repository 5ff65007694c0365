// Addresses: the state of a page in the address bar.

/** The keys that pages read. Lists are separated by commas. Default values are omitted. */
export type Key =
  | 'after' | 'applicant' | 'by' | 'category' | 'cluster' | 'field' | 'file' | 'focus' | 'kind' | 'lang' | 'list' | 'max' | 'measure' | 'min' | 'n' | 'name' | 'open'
  | 'period' | 'programme' | 'publisher' | 'q' | 'roles' | 'row' | 'scheme' | 'sort' | 'source' | 'status' | 'tab' | 'type' | 'view' | 'year';
export type Search = Partial<Record<Key, string>>;

/** The query part of an address as an object. Unknown keys are kept. */
export function parse(text: string): Record<string, string> {
  return Object.fromEntries([...new URLSearchParams(text)].filter(([, value]) => value !== ''));
}

export function stringify(search: Record<string, unknown>): string {
  const given = Object.entries(search).flatMap(([key, value]) => (value === undefined || value === null || value === '' ? [] : [[key, String(value)]]));
  // Readable addresses: `:`, `,` and `/` need no escape in a query.
  const text = new URLSearchParams(given).toString().replace(/%3A/g, ':').replace(/%2C/g, ',').replace(/%2F/g, '/');
  return text && `?${text}`;
}

/** Encodes an id for a path. Proxies may change an escaped slash, so a slash is written as `~`. */
export const toPath = (id: string): string => id.replaceAll('/', '~');
export const fromPath = (part: string): string => part.replaceAll('~', '/');

/** `2019..2021`, `2019..`, `..2021` or `2020` as a range; `undefined` for anything else. */
export function yearRange(text: string | undefined): { from?: number; to?: number } | undefined {
  const [, from, dots, to] = text?.match(/^(\d{4})?(\.\.)?(\d{4})?$/) ?? [];
  if (!from && !to) return undefined;
  if (from && !dots) return to ? undefined : { from: Number(from), to: Number(from) };
  return { ...(from ? { from: Number(from) } : {}), ...(to ? { to: Number(to) } : {}) };
}

/** A whole number of dollars as the API reads it, without separators. */
export function dollarsIn(text: string | undefined): string | undefined {
  const plain = text?.replaceAll(',', '').trim();
  return plain && /^\d{1,15}(\.\d{1,2})?$/.test(plain) ? plain : undefined;
}
