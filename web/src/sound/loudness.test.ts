import { expect, it } from 'vitest';

import type { Song } from '../roll/model';
import { loudness, trimFor, voiceEnergy } from './loudness';

const song = (pitches: readonly number[], duration = 10): Song => ({
  composer: '',
  ticksPerQuarter: 10,
  end: 40,
  notes: pitches.map((pitch, index) => ({ onset: index * 10, duration, pitch, lyric: '' })),
  phrases: [0],
  bars: [0],
  pickup: 0,
  keys: [],
  key_source: '',
  meters: [],
  tempos: [[0, 60]],
  sections: [],
  chords: [],
  notices: [],
});

it('sums the envelope as a plain sum does', () => {
  const shape = { peak: 0.5, attack: 0, sustain: 0.45, decay: 0.35, cutoff: 0 };
  const step = 1e-4;
  let sum = 0;
  for (let t = step / 2; t < 2; t += step) sum += (0.5 * (0.45 + 0.55 * Math.exp(-t / 0.35))) ** 2 * step;
  const tail = ((0.5 * (0.45 + 0.55 * Math.exp(-2 / 0.35))) ** 2 * 0.14) / 6;
  expect(voiceEnergy(shape, 2, 1)).toBeCloseTo(sum + tail, 5);
});

it('makes two versions as loud as each other, and leaves the first one alone', () => {
  const [full, thin] = [song([60, 62, 64, 65]), song([60, 62])];
  expect(trimFor(full, full, true)).toBe(1);
  const trim = trimFor(thin, full, true);
  expect(trim).toBeGreaterThan(1.3);
  expect(trim * loudness(thin, true)).toBeCloseTo(loudness(full, true), 10);
  expect(trimFor(full, thin, true) * trim).toBeCloseTo(1, 10);
});

it('does not raise what is hardly there beyond measure', () => {
  expect(trimFor(song([60], 1), song([60, 62, 64, 65]), true)).toBe(2);
  expect(trimFor(song([]), song([60]), true)).toBe(1);
});
