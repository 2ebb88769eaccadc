import { describe, expect, it } from 'vitest';

import type { Song } from '../roll/model';
import { counterpart, spanned } from './variant';

const songOf = (...onsets: number[]): Song =>
  ({ notes: onsets.map((onset) => ({ onset, duration: 1, pitch: 60, lyric: '' })) }) as unknown as Song;

describe('a variant beside its song', () => {
  it('finds the note that begins at the same time, and else the one that sounds', () => {
    const [song, variant] = [songOf(0, 4, 8), songOf(0, 2, 8)];
    expect([0, 1, 2].map((index) => counterpart(variant, song, index))).toEqual([0, 0, 2]);
    expect([0, 1, 2].map((index) => counterpart(song, variant, index, true))).toEqual([0, -1, 2]);
    expect(counterpart(song, variant, 7)).toBe(-1);
    expect(counterpart(song, songOf(), 0)).toBe(-1);
    expect(counterpart(songOf(1), songOf(2), 0)).toBe(0);
  });

  it('names bars as spans', () => {
    expect(spanned([])).toBe('');
    expect(spanned([3])).toBe('3');
    expect(spanned([0, 1, 2, 5, 7, 8])).toBe('0–2, 5, 7–8');
  });
});
