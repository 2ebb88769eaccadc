import { expect, it } from 'vitest';

import { firstChange, withSignsIn, type Note, type Song } from './model';

it('names notes with real signs and keeps a unit with its number', () => {
  expect(withSignsIn('F#4 was awaited (56 %), not Bb or 100 % of A')).toBe('F♯4 was awaited (56\u00a0%), not B♭ or 100\u00a0% of A');
});

const tune = (...notes: [number, number, number][]): Song =>
  ({ notes: notes.map(([onset, duration, pitch]) => ({ onset, duration, pitch }) as Note) }) as Song;

it('knows where two songs begin to differ', () => {
  const song = tune([0, 10, 60], [10, 10, 62], [30, 10, 64]);
  expect(firstChange(song, song)).toBe(-1);
  expect(firstChange(song, tune([0, 10, 60], [10, 10, 62], [30, 10, 65]))).toBe(2);
  expect(firstChange(song, tune([0, 10, 60], [10, 10, 62], [25, 5, 66], [30, 10, 64]))).toBe(1);
  expect(firstChange(song, tune([10, 10, 62], [30, 10, 64]))).toBe(0);
});
