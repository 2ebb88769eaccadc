/** Texts in three languages, from flat files; English is complete and stands in for gaps. */

import en from '../texts/en.json';
import ja from '../texts/ja.json';
import vi from '../texts/vi.json';

export type Key = keyof typeof en;
export const LANGUAGES = { en: 'English', vi: 'Tiếng Việt', ja: '日本語' } as const;
export type Language = keyof typeof LANGUAGES;

const TEXTS: Record<Language, Partial<Record<Key, string>>> = { en, vi, ja };
const KEPT_AS = 'clinamen.language';

const isLanguage = (word: string): word is Language => Object.hasOwn(LANGUAGES, word);

function preferred(): Language {
  const kept = localStorage.getItem(KEPT_AS) ?? '';
  if (isLanguage(kept)) return kept;
  return navigator.languages.map((each) => each.slice(0, 2)).find(isLanguage) ?? 'en';
}

let current = $state<Language>(preferred());

export const language = {
  get now(): Language {
    return current;
  },
  set now(chosen: Language) {
    current = chosen;
    localStorage.setItem(KEPT_AS, chosen);
  },
};

/** A text, with `{name}` filled in. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const text = TEXTS[current][key] ?? en[key];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** A place as this language names it; the pickup is bar 0. */
export const position = (bar: number, beat: number): string => {
  const told = beat.toLocaleString(current, { maximumFractionDigits: 2 });
  return bar > 0 ? t('position', { bar, beat: told }) : t('position_pickup', { beat: told });
};

/** A clause as a sentence. */
export const sentence = (clause: string): string =>
  t('sentence', { text: clause.charAt(0).toUpperCase() + clause.slice(1) });

/** A number as this language writes it. */
export const decimal = (value: number, digits = 1): string =>
  value.toLocaleString(current, { minimumFractionDigits: digits, maximumFractionDigits: digits });

export const percent = (share: number): string => {
  if (share > 0 && share < 0.01) return t('under_percent');
  return share.toLocaleString(current, { style: 'percent', maximumFractionDigits: 0 });
};
