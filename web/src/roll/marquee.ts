/** A box drawn over the roll: the notes it touches are chosen. */

import { xOf, yOf } from './geometry';
import { endOf } from './model';
import type { Roll, RollEvents } from './roll';
import { set, svg } from './svg';

const THRESHOLD = 4;

interface Corner {
  x: number;
  y: number;
}

export class Marquee {
  private readonly box = svg('rect', { class: 'marquee', 'aria-hidden': 'true' });
  private start: Corner | null = null;
  private kept: readonly number[] = [];
  private isDrawn = false;

  constructor(
    private readonly roll: Roll,
    private readonly picture: SVGSVGElement,
    private readonly events: Pick<RollEvents, 'select'>,
  ) {
    // Before the roll lets go of what was chosen: with Shift it stays.
    picture.addEventListener('pointerdown', (event) => this.press(event), { capture: true });
    picture.addEventListener('pointermove', (event) => this.move(event));
    picture.addEventListener('pointerup', (event) => this.release(event));
    picture.addEventListener('pointercancel', () => this.end());
  }

  private press(event: PointerEvent): void {
    // A finger that moves over the roll scrolls it.
    if (event.button !== 0 || event.pointerType === 'touch' || !this.roll.geometry) return;
    const isOnSomething = (event.target as Element).closest('.note, .chord') !== null;
    if (isOnSomething || !this.roll.isInRoll(this.roll.placeAt(event).y)) return;
    this.start = this.cornerAt(event);
    this.kept = event.shiftKey ? [...this.roll.chosen] : [];
  }

  private cornerAt(event: PointerEvent): Corner {
    const box = this.picture.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  private move(event: PointerEvent): void {
    if (!this.start) return;
    const here = this.cornerAt(event);
    if (!this.isDrawn && Math.hypot(here.x - this.start.x, here.y - this.start.y) < THRESHOLD) return;
    if (!this.isDrawn) {
      this.isDrawn = true;
      this.picture.setPointerCapture(event.pointerId);
    }
    // The roll may have been drawn anew meanwhile, without it.
    if (!this.box.isConnected) this.picture.append(this.box);
    const [x, y] = [Math.min(here.x, this.start.x), Math.min(here.y, this.start.y)];
    set(this.box, { x, y, width: Math.abs(here.x - this.start.x), height: Math.abs(here.y - this.start.y) });
    const notes = this.touched(this.start, here);
    this.roll.choose({ notes, focus: notes.at(-1) ?? -1, chord: -1 });
  }

  private touched(a: Corner, b: Corner): number[] {
    const geometry = this.roll.geometry;
    if (!geometry) return [];
    const [left, right] = [Math.min(a.x, b.x), Math.max(a.x, b.x)];
    const [top, bottom] = [Math.min(a.y, b.y), Math.max(a.y, b.y)];
    const found = new Set(this.kept);
    this.roll.notes.forEach((note, index) => {
      const y = yOf(geometry, note.pitch);
      const isIn = xOf(geometry, note.onset) <= right && xOf(geometry, endOf(note)) >= left;
      if (isIn && y <= bottom && y + geometry.row >= top) found.add(index);
    });
    return [...found].sort((first, second) => first - second);
  }

  private release(event: PointerEvent): void {
    if (this.start && this.isDrawn) {
      const notes = this.touched(this.start, this.cornerAt(event));
      this.events.select(notes, notes.at(-1) ?? -1);
    }
    this.end();
  }

  private end(): void {
    this.start = null;
    this.isDrawn = false;
    this.box.remove();
  }
}
