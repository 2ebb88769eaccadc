/** The map as SVG: who has been where, told apart by shape; with pointer, wheel, fingers and keys. */

import { svg } from '../roll/svg';
import { nextCell, panned, shade, showing, whole, zoomed, type Cell, type Window } from './geometry';

export interface MapCell extends Cell {
  label: string;
  n_corpus: number;
  n_mine: number;
  rank: number | null;
  quality: number | null;
}

export interface MapData {
  label: string;
  cells: readonly MapCell[];
  /** Where cells begin and end, along each axis, as numbers to be read. */
  xEdges: readonly string[];
  yEdges: readonly string[];
  xName: string;
  yName: string;
}

export interface MapEvents {
  /** None where neither the pointer nor the keyboard is on one. */
  point(cell: MapCell | null): void;
  choose(cell: MapCell): void;
}

const UNIT = 26;
const LEFT = 36;
const TOP = 4;
const FOOT = 40;
const RIGHT = 6;
const NEARER = 0.7;
const TAP_PX = 5;
const ARROWS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export class AtlasMap {
  private data: MapData | null = null;
  private window: Window = whole(1);
  private focus: Cell | null = null;
  private chosen: Cell | null = null;
  private readonly root = svg('svg', { class: 'atlas-map', role: 'group' });
  private readonly plot = svg('svg', { class: 'plot' });
  private readonly axes = svg('g', { class: 'axes', 'aria-hidden': 'true' });
  private readonly fingers = new Map<number, { x: number; y: number }>();
  private moved = 0;
  /** Whether somebody has gone to a cell. */
  private isOnWay = false;

  constructor(
    host: HTMLElement,
    private readonly events: MapEvents,
  ) {
    this.root.append(this.axes, this.plot);
    host.append(this.root);
    this.root.addEventListener('pointerleave', () => this.events.point(null));
    this.root.addEventListener('focusout', (event) => {
      if (!this.root.contains(event.relatedTarget as Node | null)) this.events.point(null);
    });
    this.root.addEventListener('keydown', (event) => this.press(event));
    this.root.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    this.plot.addEventListener('pointerdown', (event) => this.down(event));
    this.plot.addEventListener('pointermove', (event) => this.move(event));
    for (const kind of ['pointerup', 'pointercancel'] as const) this.plot.addEventListener(kind, (event) => this.up(event));
  }

  private get n(): number {
    return Math.max((this.data?.xEdges.length ?? 2) - 1, 1);
  }

  /** Whether all of it is seen. */
  get isWhole(): boolean {
    return this.window.size >= this.n;
  }

  show(data: MapData): void {
    const isOther = data.xName !== this.data?.xName || data.yName !== this.data?.yName;
    const had = this.root.contains(document.activeElement);
    this.data = data;
    if (isOther || this.window.size > this.n) [this.window, this.isOnWay] = [whole(this.n), false];
    if (!this.isOnWay || !this.focus) this.focus = data.cells.find((cell) => cell.rank === 1) ?? data.cells.find((cell) => cell.quality !== null) ?? data.cells[0] ?? null;
    this.root.setAttribute('aria-label', data.label);
    this.draw();
    if (had) this.focusCell();
  }

  mark(cell: Cell | null): void {
    this.chosen = cell;
    if (cell) [this.focus, this.isOnWay] = [cell, true];
    this.draw();
  }

  zoom(isNearer: boolean): void {
    this.window = zoomed(this.window, isNearer ? NEARER : 1 / NEARER, this.n);
    this.draw();
  }

  reset(): void {
    this.window = whole(this.n);
    this.draw();
  }

  destroy(): void {
    this.root.remove();
  }

  // -- drawing -------------------------------------------------------------------------------

  private draw(): void {
    const { data, n } = this;
    if (!data) return;
    const side = n * UNIT;
    const [width, height] = [LEFT + side + RIGHT, TOP + side + FOOT];
    this.root.setAttribute('viewBox', `0 0 ${width} ${height}`);
    const { left, bottom, size } = this.window;
    this.root.classList.toggle('near', !this.isWhole);
    const view = `${left * UNIT} ${(n - bottom - size) * UNIT} ${size * UNIT} ${size * UNIT}`;
    for (const [name, value] of Object.entries({ x: LEFT, y: TOP, width: side, height: side, viewBox: view })) {
      this.plot.setAttribute(name, String(value));
    }
    const had = this.plot.contains(document.activeElement);
    this.plot.replaceChildren(svg('rect', { class: 'ground', width: side, height: side }), ...data.cells.map((cell) => this.cell(cell)));
    this.axes.replaceChildren(...this.ticks(side));
    if (had) this.focusCell();
  }

  private cell(cell: MapCell): SVGElement {
    const is = (other: Cell | null): boolean => other?.x === cell.x && other.y === cell.y;
    const [x, y] = [cell.x * UNIT, (this.n - 1 - cell.y) * UNIT];
    const group = svg('g', {
      class: `cell${is(this.chosen) ? ' chosen' : ''}`,
      role: 'button',
      tabindex: is(this.focus) ? 0 : -1,
      'aria-label': cell.label,
      'aria-pressed': String(is(this.chosen)),
      'data-cell': `${cell.x + 1},${cell.y + 1}`,
      transform: `translate(${x} ${y})`,
    });
    group.append(svg('rect', { class: `square p${shade(cell.n_corpus)}`, width: UNIT, height: UNIT }));
    if (cell.quality !== null) group.append(...this.find(cell, cell.quality));
    if (cell.n_mine > 0) {
      const [at, r] = cell.quality === null ? [UNIT / 2, 7] : [UNIT - 7, 5];
      const middle = cell.quality === null ? UNIT / 2 : 7;
      group.append(svg('path', { class: 'mine', d: `M${at} ${middle - r}l${r} ${r}l${-r} ${r}l${-r} ${-r}z` }));
    }
    group.append(svg('rect', { class: 'ring', x: 1, y: 1, width: UNIT - 2, height: UNIT - 2, rx: 3 }));
    group.addEventListener('focus', () => this.events.point(cell));
    group.addEventListener('pointerenter', (event) => event.pointerType === 'mouse' && this.events.point(cell));
    return group;
  }

  private find(cell: MapCell, quality: number): SVGElement[] {
    const isNew = cell.n_corpus + cell.n_mine === 0;
    const r = cell.rank === null ? 2.5 + 6 * quality : 9.5;
    const drawn: SVGElement[] = [svg('circle', { class: isNew ? 'find new' : 'find', cx: UNIT / 2, cy: UNIT / 2, r })];
    if (cell.rank !== null) {
      const text = svg('text', { class: 'rank', x: UNIT / 2, y: UNIT / 2, dy: '0.35em' });
      text.textContent = String(cell.rank);
      drawn.push(text);
    }
    return drawn;
  }

  private ticks(side: number): SVGElement[] {
    const { data, window, n } = this;
    if (!data) return [];
    const every = window.size > 8 ? 3 : window.size > 5 ? 2 : 1;
    const drawn: SVGElement[] = [];
    const write = (text: string, values: Record<string, string | number>): void => {
      const element = svg('text', values);
      element.textContent = text;
      drawn.push(element);
    };
    for (let place = 0; place <= n; place += every) {
      const along = ((place - window.left) / window.size) * side;
      if (along > -1 && along < side + 1) write(data.xEdges[place] ?? '', { class: 'tick x', x: LEFT + along, y: TOP + side + 14 });
      const up = side - ((place - window.bottom) / window.size) * side;
      if (up > -1 && up < side + 1) write(data.yEdges[place] ?? '', { class: 'tick y', x: LEFT - 3, y: TOP + up, dy: '0.35em' });
    }
    write(data.xName, { class: 'axis', x: LEFT + side / 2, y: TOP + side + 33 });
    write(data.yName, { class: 'axis', x: 0, y: 0, transform: `translate(7 ${TOP + side / 2}) rotate(-90)` });
    return drawn;
  }

  // -- hands ---------------------------------------------------------------------------------

  private focusCell(): void {
    this.plot.querySelector<SVGElement>('[tabindex="0"]')?.focus({ preventScroll: true });
  }

  private press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    const cells = this.data?.cells ?? [];
    const here = cells.find((cell) => cell.x === this.focus?.x && cell.y === this.focus.y);
    if (arrow && here) this.go(nextCell(cells, here, ...arrow));
    else if ((event.key === 'Enter' || event.key === ' ') && here) this.events.choose(here);
    else if (event.key === '+' || event.key === '=') this.zoom(true);
    else if (event.key === '-') this.zoom(false);
    else if (event.key === '0') this.reset();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private go(cell: MapCell | undefined): void {
    if (!cell) return;
    [this.focus, this.isOnWay] = [cell, true];
    this.window = showing(this.window, cell, this.n);
    this.draw();
    this.focusCell();
  }

  private share(event: { clientX: number; clientY: number }): { x: number; y: number } {
    const box = this.plot.querySelector('.ground')?.getBoundingClientRect();
    const frame = this.root.getBoundingClientRect();
    const scale = frame.width / (LEFT + this.n * UNIT + RIGHT);
    if (!box || !scale) return { x: 0.5, y: 0.5 };
    const side = this.n * UNIT * scale;
    return { x: (event.clientX - frame.left - LEFT * scale) / side, y: 1 - (event.clientY - frame.top - TOP * scale) / side };
  }

  /** Scrolling passes on; with Ctrl, as a pinch on a touchpad is told, it zooms. */
  private wheel(event: WheelEvent): void {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.window = zoomed(this.window, Math.exp(event.deltaY / 300), this.n, this.share(event));
    this.draw();
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0) return;
    if (this.fingers.size === 0) this.moved = 0;
    this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  private move(event: PointerEvent): void {
    const before = this.fingers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...this.fingers].find(([id]) => id !== event.pointerId)?.[1];
    this.moved += Math.hypot(now.x - before.x, now.y - before.y);
    this.fingers.set(event.pointerId, now);
    if (other) {
      const far = (at: { x: number; y: number }): number => Math.max(Math.hypot(at.x - other.x, at.y - other.y), 1);
      const middle = this.share({ clientX: (now.x + other.x) / 2, clientY: (now.y + other.y) / 2 });
      this.window = zoomed(this.window, far(before) / far(now), this.n, middle);
    } else {
      if (this.isWhole || this.moved < TAP_PX) return;
      if (!this.plot.hasPointerCapture(event.pointerId)) this.plot.setPointerCapture(event.pointerId);
      const [from, to] = [before, now].map((at) => this.share({ clientX: at.x, clientY: at.y }));
      if (from && to) this.window = panned(this.window, from.x - to.x, from.y - to.y, this.n);
    }
    this.draw();
  }

  private up(event: PointerEvent): void {
    const isTap = this.fingers.delete(event.pointerId) && this.moved < TAP_PX && event.type === 'pointerup';
    const name = isTap ? (event.target as Element).closest('[data-cell]')?.getAttribute('data-cell') : null;
    const cell = name ? this.data?.cells.find((each) => `${each.x + 1},${each.y + 1}` === name) : undefined;
    if (!cell) return;
    this.focus = cell;
    this.events.point(cell);
    this.events.choose(cell);
  }
}
