import { expect, it } from 'vitest';

import { TempoMap } from './clock';

it('goes from ticks to seconds and back, over changes', () => {
  const map = new TempoMap([[0, 60], [40, 120], [80, 30]], 10);
  expect([0, 10, 40, 60, 80, 90].map((tick) => map.secondsAt(tick))).toEqual([0, 1, 4, 5, 6, 8]);
  for (const tick of [0, 3, 40, 55.5, 80, 1000]) expect(map.tickAt(map.secondsAt(tick))).toBeCloseTo(tick);
});

it('has a tempo where the song has none, and goes as fast as it is told', () => {
  expect(new TempoMap([], 10).secondsAt(10)).toBeCloseTo(0.6);
  expect(new TempoMap([[0, 60]], 10, 2).secondsAt(10)).toBeCloseTo(0.5);
  expect(new TempoMap([[20, 120]], 10).secondsAt(10)).toBeCloseTo(0.5);
});
