/** What is played again and again: the bars of the chosen notes, or the whole song. */

import { endOf, lastAtOrBefore, type Song } from '../roll/model';
import type { Span } from '../sound/player';

export function loopOf(song: Song, selection: readonly number[]): Span {
  const first = song.notes[Math.min(...selection)];
  const last = song.notes[Math.max(...selection)];
  if (!first || !last) return { start: 0, end: song.end };
  const start = song.bars[Math.max(lastAtOrBefore(song.bars, first.onset), 0)] ?? 0;
  const end = song.bars.find((bar) => bar >= endOf(last)) ?? song.end;
  return { start, end };
}
