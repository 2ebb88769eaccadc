/** Where cells lie on the map, which part of it is seen, and how one goes from cell to cell. */

export interface Cell {
  x: number;
  y: number;
}

/** The part of the map that is seen, in cells; rows are counted upwards. */
export interface Window {
  left: number;
  bottom: number;
  size: number;
}

export const LEAST_SIZE = 3;

export const whole = (n: number): Window => ({ left: 0, bottom: 0, size: n });

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/** A window that lies within a map of so many cells each way. */
export function within(window: Window, n: number): Window {
  const size = clamp(window.size, Math.min(LEAST_SIZE, n), n);
  return { left: clamp(window.left, 0, n - size), bottom: clamp(window.bottom, 0, n - size), size };
}

/** Nearer (below 1) or farther; what is at a place, given as shares of the window, stays there. */
export function zoomed(window: Window, factor: number, n: number, at = { x: 0.5, y: 0.5 }): Window {
  const size = clamp(window.size * factor, Math.min(LEAST_SIZE, n), n);
  const gained = window.size - size;
  return within({ left: window.left + gained * at.x, bottom: window.bottom + gained * at.y, size }, n);
}

/** Moved by shares of itself. */
export const panned = (window: Window, x: number, y: number, n: number): Window =>
  within({ ...window, left: window.left + x * window.size, bottom: window.bottom + y * window.size }, n);

/** Moved no further than needed for a cell to be seen. */
export function showing(window: Window, { x, y }: Cell, n: number): Window {
  const { left, bottom, size } = window;
  const near = (low: number, place: number): number => clamp(low, place + 1 - size, place);
  return within({ left: near(left, x), bottom: near(bottom, y), size }, n);
}

/** More than any way ahead, so that a row or column is kept to while there is something in it. */
const ASIDE = 1000;

/** The nearest cell in a direction: straight ahead first; none where there is none. */
export function nextCell<C extends Cell>(cells: readonly C[], from: Cell, dx: number, dy: number): C | undefined {
  let best: C | undefined;
  let least = Infinity;
  for (const cell of cells) {
    const ahead = (cell.x - from.x) * dx + (cell.y - from.y) * dy;
    const aside = Math.abs((cell.x - from.x) * dy) + Math.abs((cell.y - from.y) * dx);
    const far = ASIDE * aside + ahead;
    if (ahead <= 0 || far >= least) continue;
    [best, least] = [cell, far];
  }
  return best;
}

const STEPS = [1, 3, 10, 30, 100];

/** How dark a square is: 0 for nobody, 5 for a hundred tunes and more. */
export const shade = (n: number): number => STEPS.filter((step) => n >= step).length;
