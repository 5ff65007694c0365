// The reader's language: `lang` in the address, else the stored choice, else the browser's languages.
import { i18n, type Messages } from '@lingui/core';

export const locales = ['en', 'zh-Hant', 'zh-Hans'] as const;
export type Locale = (typeof locales)[number];

/** The values of the `lang` attribute. Hong Kong fonts have the glyphs of local names. */
export const htmlLanguage: Record<Locale, string> = { en: 'en-HK', 'zh-Hant': 'zh-Hant-HK', 'zh-Hans': 'zh-Hans' };

const catalogues: Record<Locale, () => Promise<{ messages: Messages }>> = {
  en: () => import('./locales/en.ts'),
  'zh-Hant': () => import('./locales/zh-Hant.ts'),
  'zh-Hans': () => import('./locales/zh-Hans.ts'),
};

const isLocale = (value: unknown): value is Locale => locales.some(locale => locale === value);

export function preferredLocale(): Locale {
  const asked = new URLSearchParams(location.search).get('lang');
  if (isLocale(asked)) return asked;
  const stored = recall('language');
  if (isLocale(stored)) return stored;
  for (const language of navigator.languages) {
    if (/^zh-(hans|cn|sg|my)/i.test(language)) return 'zh-Hans';
    if (/^(zh|yue)/i.test(language)) return 'zh-Hant';
    if (/^en/i.test(language)) return 'en';
  }
  return 'en';
}

export async function activate(locale: Locale): Promise<void> {
  const { messages } = await catalogues[locale]();
  i18n.loadAndActivate({ locale, messages });
  document.documentElement.lang = htmlLanguage[locale];
}

export const currentLocale = (): Locale => (isLocale(i18n.locale) ? i18n.locale : 'en');

/** A stored choice of the reader. If the browser forbids storage, the choice lasts until the page is closed. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(`lionrock.${name}`);
  } catch {
    return null;
  }
}

export function remember(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`lionrock.${name}`);
    else localStorage.setItem(`lionrock.${name}`, value);
  } catch {
    // The choice is not stored.
  }
}

export { i18n };
