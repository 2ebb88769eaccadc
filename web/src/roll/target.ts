/**
 * A lane on which bits a note are drawn bar by bar: what is asked as a line with a handle on
 * each bar, what was heard as a column behind it. Each bar is a slider.
 */

import { colorClass, xOf, type Geometry, type LaneBox } from './geometry';
import { set, svg } from './svg';

export interface TargetCell {
  bar: number;
  start: number;
  end: number;
  bits: number;
}

export interface HeardCell {
  start: number;
  end: number;
  bits: number;
}

export interface Target {
  cells: TargetCell[];
  heard: HeardCell[];
  most: number;
  canDraw: boolean;
  label: string;
  name(cell: TargetCell): string;
  value(cell: TargetCell): string;
}

/** Levels that were drawn, by bar. */
export type Drawn = Record<number, number>;

const STEP = 0.25;
const BIG_STEP = 1;

export class TargetLane {
  readonly group = svg('g', { class: 'target', role: 'group' });
  private target: Target | null = null;
  private geometry: Geometry | null = null;
  private box: LaneBox<'target'> | null = null;
  private sliders: SVGGElement[] = [];
  private active = 0;
  /** Where the pointer was, while it draws. */
  private last: { tick: number; bits: number } | null = null;

  constructor(private readonly onDraw: (levels: Drawn) => void) {
    this.group.addEventListener('pointerdown', (event) => this.press(event));
    this.group.addEventListener('pointermove', (event) => this.move(event));
    for (const kind of ['pointerup', 'pointercancel'] as const) {
      this.group.addEventListener(kind, () => (this.last = null));
    }
    this.group.addEventListener('keydown', (event) => this.key(event));
    this.group.addEventListener('focusin', (event) => {
      const index = this.sliders.indexOf(event.target as SVGGElement);
      if (index >= 0) this.active = index;
    });
  }

  show(target: Target, geometry: Geometry, box: LaneBox<'target'>): void {
    const isFocused = this.group.contains(this.group.getRootNode() instanceof Document ? document.activeElement : null);
    [this.target, this.geometry, this.box] = [target, geometry, box];
    this.active = Math.min(this.active, Math.max(target.cells.length - 1, 0));
    this.group.setAttribute('aria-label', target.label);
    const isSame = this.sliders.length === target.cells.length;
    if (!isSame) this.sliders = target.cells.map(() => svg('g', { role: 'slider', class: 'ask' }));
    target.cells.forEach((cell, index) => this.dress(this.sliders[index] as SVGGElement, cell, index));
    const columns = target.heard.map((each) => this.column(each));
    this.group.replaceChildren(this.ground(), ...columns, ...this.sliders);
    if (isFocused) this.sliders[this.active]?.focus({ preventScroll: true });
  }

  private y(bits: number): number {
    const { top, height, limit } = this.box as LaneBox<'target'>;
    return top + height - (Math.min(bits, limit) / limit) * height;
  }

  private span(cell: { start: number; end: number }): { x: number; width: number } {
    const geometry = this.geometry as Geometry;
    const x = xOf(geometry, cell.start);
    return { x, width: Math.max(xOf(geometry, cell.end) - x, 4) };
  }

  /** What a pointer can draw on, from the first bar to the last. */
  private ground(): SVGRectElement {
    const { top, height } = this.box as LaneBox<'target'>;
    const [first, last] = [this.target?.cells.at(0), this.target?.cells.at(-1)];
    if (!first || !last) return svg('rect', { class: 'ground' });
    const { x, width } = this.span({ start: first.start, end: last.end });
    return svg('rect', { class: 'ground', x, y: top, width, height });
  }

  private column(cell: HeardCell): SVGRectElement {
    const { top, height } = this.box as LaneBox<'target'>;
    const { x, width } = this.span(cell);
    const y = this.y(cell.bits);
    const shape = { x: x + 2, y, width: width - 4, height: top + height - y, rx: 2 };
    return svg('rect', { class: `heard ${colorClass(cell.bits)}`, 'aria-hidden': 'true', ...shape });
  }

  private dress(slider: SVGGElement, cell: TargetCell, index: number): void {
    const target = this.target as Target;
    const { top, height } = this.box as LaneBox<'target'>;
    const { x, width } = this.span(cell);
    const y = this.y(cell.bits);
    slider.replaceChildren(
      svg('rect', { class: 'reach', x, y: top, width, height }),
      svg('path', { class: 'halo', d: `M${x + 1} ${y}H${x + width - 1}` }),
      svg('path', { class: 'line', d: `M${x + 1} ${y}H${x + width - 1}` }),
      svg('circle', { class: 'knob', cx: x + width / 2, cy: y, r: 4.5 }),
    );
    set(slider, {
      tabindex: index === this.active ? 0 : -1,
      'aria-label': target.name(cell),
      'aria-valuemin': '0',
      'aria-valuemax': String(target.most),
      'aria-valuenow': String(cell.bits),
      'aria-valuetext': target.value(cell),
      'aria-disabled': String(!target.canDraw),
      'aria-orientation': 'vertical',
    });
  }

  private place(event: PointerEvent): { tick: number; bits: number } {
    const picture = (this.group.ownerSVGElement as SVGSVGElement).getBoundingClientRect();
    const [geometry, box] = [this.geometry as Geometry, this.box as LaneBox<'target'>];
    const quarters = (event.clientX - picture.left - (xOf(geometry, 0) as number)) / geometry.pxPerQuarter;
    const share = (box.top + box.height - (event.clientY - picture.top)) / box.height;
    return { tick: quarters * geometry.ticksPerQuarter, bits: this.rounded(share * box.limit) };
  }

  private rounded(bits: number): number {
    return Math.min(Math.max(Math.round(bits / STEP) * STEP, 0), this.target?.most ?? 0);
  }

  private press(event: PointerEvent): void {
    if (event.button !== 0 || !this.target?.canDraw) return;
    event.stopPropagation();
    event.preventDefault();
    this.group.setPointerCapture(event.pointerId);
    this.last = this.place(event);
    this.paint(this.last, this.last);
    const index = this.target.cells.findIndex((cell) => this.last && this.last.tick < cell.end);
    this.focusOn(index < 0 ? this.sliders.length - 1 : index);
  }

  private move(event: PointerEvent): void {
    if (!this.last) return;
    const here = this.place(event);
    this.paint(this.last, here);
    this.last = here;
  }

  /** Draw a straight line from one place to the other: every bar between them has its level. */
  private paint(from: { tick: number; bits: number }, to: { tick: number; bits: number }): void {
    const [left, right] = from.tick <= to.tick ? [from, to] : [to, from];
    const levels: Drawn = {};
    for (const cell of this.target?.cells ?? []) {
      if (cell.end <= left.tick || cell.start > right.tick) continue;
      const holds = to.tick >= cell.start && to.tick < cell.end;
      const middle = Math.min(Math.max((cell.start + cell.end) / 2, left.tick), right.tick);
      const share = right.tick > left.tick ? (middle - left.tick) / (right.tick - left.tick) : 1;
      levels[cell.bar] = holds ? to.bits : this.rounded(left.bits + share * (right.bits - left.bits));
    }
    this.onDraw(levels);
  }

  private focusOn(index: number): void {
    this.sliders[this.active]?.setAttribute('tabindex', '-1');
    this.active = index;
    this.sliders[index]?.setAttribute('tabindex', '0');
    this.sliders[index]?.focus({ preventScroll: true });
  }

  private key(event: KeyboardEvent): void {
    const cell = this.target?.cells[this.active];
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? BIG_STEP : STEP;
    const last = this.sliders.length - 1;
    const goals: Record<string, number> = { ArrowLeft: this.active - 1, ArrowRight: this.active + 1, Home: 0, End: last };
    const changes: Record<string, number> = { ArrowUp: step, ArrowDown: -step, PageUp: BIG_STEP, PageDown: -BIG_STEP };
    const [goal, change] = [goals[event.key], changes[event.key]];
    if (goal !== undefined) this.focusOn(Math.min(Math.max(goal, 0), last));
    else if (change !== undefined && this.target?.canDraw) this.onDraw({ [cell.bar]: this.rounded(cell.bits + change) });
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
