/** Bars of a song as a target curve counts them: full bars from 1, also beyond its end. */

import { lastAtOrBefore, type Curves, type Song } from '../roll/model';
import type { TargetCell } from '../roll/target';
import type { Mode } from './api';

export const MOST_TARGET = 10;
export const MOST_BARS = 64;
const USUAL_BITS = 3;

/** Words for bits a note, and what each means (`CURVE_WORDS` of the Python package). */
const LEVELS = { home: 1.5, calm: 2.25, open: 3, restless: 4, break: 5.5, shock: 8 } as const;
export type Level = keyof typeof LEVELS;
export const LEVEL_BITS: Readonly<Record<Level, number>> = LEVELS;

/** The word that is nearest to some bits. */
export const levelWord = (bits: number): Level =>
  (Object.keys(LEVELS) as Level[]).reduce((best, each) =>
    Math.abs(LEVELS[each] - bits) < Math.abs(LEVELS[best] - bits) ? each : best,
  );

/** Bar lines of full bars: a pickup is none. */
export const linesOf = (song: Song): number[] => (song.pickup > 0 && song.bars.length > 1 ? song.bars.slice(1) : song.bars);

export const barCount = (song: Song): number => linesOf(song).length;

function barTicks(song: Song): number {
  const [beats, unit] = (song.meters.at(-1)?.name ?? '4/4').split('/').map(Number);
  return Math.round(((beats || 4) * 4 * song.ticksPerQuarter) / (unit || 4));
}

/** Where a bar begins and ends. */
export function barSpan(song: Song, bar: number): { start: number; end: number } {
  const lines = linesOf(song);
  const [n, length] = [lines.length, barTicks(song)];
  const lineOf = (index: number): number =>
    index < n ? (lines[index] as number) : (lines[n - 1] ?? 0) + (index - n + 1) * length;
  return { start: lineOf(bar - 1), end: lineOf(bar) };
}

/** Bits a note, of melody and rhythm together, in each full bar; null where no note begins. */
export function heardByBar(song: Song, curves: Curves): (number | null)[] {
  const lines = linesOf(song);
  const [sums, counts] = [lines.map(() => 0), lines.map(() => 0)];
  song.notes.forEach((note, index) => {
    const bar = lastAtOrBefore(lines, note.onset);
    const bits = (curves.melody?.bits[index] ?? 0) + (curves.rhythm?.bits[index] ?? 0);
    if (bar < 0 || !Number.isFinite(bits)) return;
    sums[bar] = (sums[bar] ?? 0) + bits;
    counts[bar] = (counts[bar] ?? 0) + 1;
  });
  return sums.map((sum, bar) => (counts[bar] ? sum / (counts[bar] as number) : null));
}

/** First and last bar that are written. */
export function writtenBars(song: Song, mode: Mode, first: number, last: number, n: number): [number, number] {
  const count = barCount(song);
  if (mode === 'new') return [1, n];
  if (mode === 'continue') return [count + 1, count + n];
  const start = Math.min(Math.max(first, 1), count);
  return [start, Math.min(Math.max(last, start), count)];
}

/** What is asked where nothing was drawn: what the song costs there, or does on average. */
export function usualLevel(heard: readonly (number | null)[], bar: number): number {
  const known = heard.filter((each) => each !== null);
  const mean = known.length ? known.reduce((a, b) => a + b, 0) / known.length : USUAL_BITS;
  const bits = heard[bar - 1] ?? mean;
  return Math.min(Math.round(bits * 4) / 4, MOST_TARGET);
}

/** What is asked of a song that is made from nothing: at home, a break, and home. */
export const arcLevel = (bar: number, n: number): number =>
  bar > n / 2 && bar <= Math.ceil((3 * n) / 4) ? LEVELS.break : LEVELS.home;

export const cellsOf = (song: Song, first: number, last: number, levelOf: (bar: number) => number): TargetCell[] =>
  Array.from({ length: Math.max(last - first + 1, 0) }, (_, index) => {
    const bar = first + index;
    return { bar, ...barSpan(song, bar), bits: levelOf(bar) };
  });
