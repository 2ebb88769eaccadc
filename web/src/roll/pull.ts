/** Pulling a bar of a curve up: how far above the phrase before it is to stand. */

import { lastAtOrBefore, type Curve } from './model';

const LEAST_PHRASE = 1;

/** Median of the phrase before the one an event is in; in the first, of what is before it. */
export function usualBefore(curve: Curve, phrases: readonly number[], index: number): number {
  const place = lastAtOrBefore(phrases, index);
  const [from, until] = place > 0 ? [phrases[place - 1] ?? 0, phrases[place] ?? index] : [0, index];
  const bits = curve.bits.slice(from, Math.max(until, from + LEAST_PHRASE)).filter((each) => Number.isFinite(each));
  return median(bits);
}

function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
