/** The studio's texts, in the language of the browser where it is one of them. */

import en from '../texts/en.json';
import ja from '../texts/ja.json';
import vi from '../texts/vi.json';
import type { Key } from './keys';

const TEXTS: Record<string, Partial<Record<Key, string>>> = { en, vi, ja };

const spoken = navigator.languages.map((each) => each.slice(0, 2));
export const LANGUAGE = spoken.find((each) => Object.hasOwn(TEXTS, each)) ?? 'en';

/** A text, with `{name}` filled in. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const text = TEXTS[LANGUAGE]?.[key] ?? en[key];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** A place as this language names it; the pickup is bar 0. */
export const position = (bar: number, beat: number): string => {
  const told = beat.toLocaleString(LANGUAGE, { maximumFractionDigits: 2 });
  return bar > 0 ? t('position', { bar, beat: told }) : t('position_pickup', { beat: told });
};

/** A number as this language writes it. */
export const decimal = (value: number, digits = 1): string =>
  value.toLocaleString(LANGUAGE, { minimumFractionDigits: digits, maximumFractionDigits: digits });

export const percent = (share: number): string =>
  share > 0 && share < 0.01
    ? t('under_percent')
    : share.toLocaleString(LANGUAGE, { style: 'percent', maximumFractionDigits: 0 });
