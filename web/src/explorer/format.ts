// Amounts, counts, dates and texts in the reader's language. Amounts stay decimal strings, because a double cannot hold them.
import { currentLocale, htmlLanguage, i18n, type Locale } from './i18n.ts';

const isChinese = (): boolean => currentLocale() !== 'en';

/** A whole number with separators. */
export const count = (value: number): string => new Intl.NumberFormat('en-HK').format(value);

/** A decimal text with separators, exact. */
export function decimal(value: string): string {
  const [, sign = '', whole = '', fraction] = value.match(/^(-?)(\d+)(?:\.(\d+))?$/) ?? [];
  if (!whole) return value;
  return `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${fraction ? `.${fraction}` : ''}`;
}

/** An amount of Hong Kong dollars, exact: HK$59,968,481. */
export const dollars = (amount: string): string => `HK$${decimal(amount)}`;

/** An amount in four significant digits: HK$59.97 million, 5,997 萬港元. Amounts below a million (or 萬) are exact. */
export function shortDollars(amount: string): string {
  const value = Number(amount);
  const [unit, name] = scale(Math.abs(value));
  if (!unit) return dollars(amount);
  const figures = new Intl.NumberFormat('en-HK', { maximumSignificantDigits: 4 }).format(value / unit);
  return isChinese() ? `${figures} ${name}` : `HK$${figures} ${name}`;
}

function scale(value: number): [number, string] {
  switch (currentLocale()) {
    case 'en':
      return value >= 1e9 ? [1e9, 'billion'] : value >= 1e6 ? [1e6, 'million'] : [0, ''];
    case 'zh-Hant':
      return value >= 1e8 ? [1e8, '億港元'] : value >= 1e4 ? [1e4, '萬港元'] : [0, ''];
    case 'zh-Hans':
      return value >= 1e8 ? [1e8, '亿港元'] : value >= 1e4 ? [1e4, '万港元'] : [0, ''];
  }
}

/** A date: 31 Mar 2026, 2026年3月31日. */
export function date(iso: string): string {
  const [year, month, day] = iso.slice(0, 10).split('-').map(Number);
  if (!year || !month || !day) return iso;
  if (isChinese()) return `${year}年${month}月${day}日`;
  const name = new Intl.DateTimeFormat('en-GB', { month: 'short', timeZone: 'UTC' }).format(Date.UTC(year, month - 1, 1));
  return `${day} ${name} ${year}`;
}

/** A point in time in Hong Kong: 31 Mar 2026, 14:05 HKT. */
export function time(iso: string): string {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Hong_Kong', dateStyle: 'short', timeStyle: 'short' }).format(new Date(iso));
  const [day = iso, clock = ''] = parts.split(' ');
  return isChinese() ? `${date(day)} ${clock}` : `${date(day)}, ${clock} HKT`;
}

/** A period as the API labels it, with its date in the reader's language: `as at 2025-12-31`, `2021-22`. */
export function period(label: string): string {
  const [, day] = label.match(/^as at (\d{4}-\d{2}-\d{2})$/) ?? [];
  return day ? i18n._('as at {date}', { date: date(day) }) : label;
}

export const bytes = (size: number): string =>
  size < 1000 ? `${size} B` : size < 1e6 ? `${(size / 1e3).toFixed(1)} kB` : `${(size / 1e6).toFixed(1)} MB`;

/** A text in several languages, as the API gives it. */
export interface Words {
  en?: string | null;
  zhHant?: string | null;
  zhHans?: string | null;
}

/** A text in the nearest language to the reader's, and that language as a `lang` attribute. */
export function pick(words: Words | null | undefined, locale: Locale = currentLocale()): { value: string; lang: string } | undefined {
  if (!words) return undefined;
  const order: Record<Locale, (keyof Words)[]> = {
    en: ['en', 'zhHant', 'zhHans'],
    'zh-Hant': ['zhHant', 'zhHans', 'en'],
    'zh-Hans': ['zhHans', 'zhHant', 'en'],
  };
  const script: Record<keyof Words, Locale> = { en: 'en', zhHant: 'zh-Hant', zhHans: 'zh-Hans' };
  for (const key of order[locale]) {
    const value = words[key];
    if (value) return { value, lang: htmlLanguage[scriptOf(value, script[key])] };
  }
  return undefined;
}

/** The actual language of a text: a fallback for a missing translation is not in the requested language. */
function scriptOf(value: string, asked: Locale): Locale {
  const hasHan = /\p{Script=Han}/u.test(value);
  if (!hasHan) return 'en';
  return asked === 'en' ? 'zh-Hant' : asked;
}

export const words = (text: Words | null | undefined): string => pick(text)?.value ?? '';

/** The same text in the other language, if there is one. */
export function other(text: Words | null | undefined): { value: string; lang: string } | undefined {
  const shown = pick(text);
  const found = pick(text, isChinese() ? 'en' : 'zh-Hant');
  return found && found.value !== shown?.value ? found : undefined;
}

export const notPublished = (): string => i18n._('Not published');
