import { expect, it } from 'vitest';

import { withSignsIn } from './model';

it('names notes with real signs and keeps a unit with its number', () => {
  expect(withSignsIn('F#4 was awaited (56 %), not Bb or 100 % of A')).toBe('F♯4 was awaited (56\u00a0%), not B♭ or 100\u00a0% of A');
});
