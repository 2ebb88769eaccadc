import { expect, it } from 'vitest';

import { usualBefore } from './pull';

const curve = { onsets: [], durations: [], entropy: [], bits: [1, 5, 3, 2, 9, 4, 6, 8] };

it('takes the median of the phrase before', () => {
  expect(usualBefore(curve, [0, 3, 6], 4)).toBe(3);
  expect(usualBefore(curve, [0, 3, 6], 7)).toBe(4);
  expect(usualBefore(curve, [0, 3, 6], 3)).toBe(3);
});

it('takes what is before a note where there is no phrase before', () => {
  expect(usualBefore(curve, [0, 6], 2)).toBe(3);
  expect(usualBefore(curve, [], 4)).toBe(2.5);
  expect(usualBefore({ ...curve, bits: [Infinity, 2] }, [0], 1)).toBe(0);
});
