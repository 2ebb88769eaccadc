/** A variant beside the song it was made from: which note answers to which, which bars differ. */

import { lastAtOrBefore, type Song } from '../roll/model';

/**
 * The note of another song that begins where this one does; -1 where none does. Loosely, it is
 * the one that sounds there, or sounded last.
 */
export function counterpart(song: Song, other: Song, index: number, isExact = false): number {
  const onset = song.notes[index]?.onset;
  if (onset === undefined) return -1;
  const found = lastAtOrBefore(other.notes.map((note) => note.onset), onset);
  return isExact && other.notes[found]?.onset !== onset ? -1 : Math.max(found, other.notes.length ? 0 : -1);
}

/** Numbers in order, neighbours as a span: `2, 4–6`. */
export function spanned(numbers: readonly number[]): string {
  const spans: [number, number][] = [];
  for (const each of numbers) {
    const last = spans.at(-1);
    if (last && last[1] + 1 === each) last[1] = each;
    else spans.push([each, each]);
  }
  return spans.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ');
}
