import { expect, it } from 'vitest';

import { nextCell, panned, shade, showing, whole, within, zoomed } from './geometry';

it('keeps what is under the pointer in its place', () => {
  const at = { x: 0.25, y: 0.75 };
  const before = { left: 2, bottom: 3, size: 6 };
  const after = zoomed(before, 0.5, 12, at);
  expect(after.size).toBe(3);
  expect(after.left + at.x * after.size).toBeCloseTo(before.left + at.x * before.size);
  expect(after.bottom + at.y * after.size).toBeCloseTo(before.bottom + at.y * before.size);
});

it('never leaves the map, nor shows less than a few cells', () => {
  expect(zoomed(whole(12), 3, 12)).toEqual(whole(12));
  expect(zoomed(whole(12), 0.001, 12).size).toBe(3);
  expect(panned({ left: 1, bottom: 8, size: 4 }, -1, 1, 12)).toEqual({ left: 0, bottom: 8, size: 4 });
  expect(within({ left: -5, bottom: 99, size: 4 }, 12)).toEqual({ left: 0, bottom: 8, size: 4 });
});

it('brings a cell into sight and moves no further', () => {
  const window = { left: 2, bottom: 2, size: 4 };
  expect(showing(window, { x: 3, y: 5 }, 12)).toEqual(window);
  expect(showing(window, { x: 8, y: 0 }, 12)).toEqual({ left: 5, bottom: 0, size: 4 });
});

it('goes straight ahead before it turns aside', () => {
  const cells = [{ x: 0, y: 0 }, { x: 3, y: 0 }, { x: 1, y: 1 }, { x: 0, y: 4 }];
  expect(nextCell(cells, { x: 0, y: 0 }, 1, 0)).toEqual({ x: 3, y: 0 });
  expect(nextCell(cells, { x: 0, y: 0 }, 0, 1)).toEqual({ x: 0, y: 4 });
  expect(nextCell(cells, { x: 3, y: 0 }, 1, 0)).toBeUndefined();
});

it('darkens with the number of tunes', () => {
  expect([0, 1, 2, 3, 29, 30, 5000].map(shade)).toEqual([0, 1, 1, 2, 3, 4, 5]);
});
