/** Pointers on the roll: choose, move, stretch, add, and go to a time. */

import { shift, stretch, transpose, type Edited } from './edit';
import { endOf, type Lane, type Note } from './model';
import type { Roll, RollEvents } from './roll';

const THRESHOLD = 4;
const EDGE = 7;

interface Held {
  index: number;
  selection: number[];
  mode: 'move' | 'stretch';
  start: { tick: number; pitch: number };
  x: number;
  y: number;
  isMoving: boolean;
  edited: Edited | null;
  action: string;
}

/** A bar of a curve that is pulled up. */
interface Pulled {
  lane: Lane;
  index: number;
  y: number;
  contrast: number | null;
}

export class Drag {
  private held: Held | null = null;
  private pulled: Pulled | null = null;
  /** A finger on the roll, which may be about to scroll it. */
  private finger: PointerEvent | null = null;

  constructor(
    private readonly roll: Roll,
    private readonly picture: SVGSVGElement,
    private readonly events: RollEvents,
  ) {
    picture.addEventListener('pointerdown', (event) => this.press(event));
    picture.addEventListener('pointermove', (event) => this.move(event));
    picture.addEventListener('pointerup', () => this.lift());
    picture.addEventListener('pointercancel', () => this.cancel());
    picture.addEventListener('dblclick', (event) => this.add(event));
    // What is held by a finger moves; the page does not. (touch-action is not heeded within a picture.)
    const stay = (event: TouchEvent): void => {
      if ((this.held || this.pulled) && event.cancelable) event.preventDefault();
    };
    picture.addEventListener('touchmove', stay, { passive: false });
    // Before anything else hears of it: what is under way is ended, and what is chosen stays.
    const cancel = (event: KeyboardEvent): void => {
      const isUnderWay = this.held?.isMoving || this.pulled?.contrast;
      if (event.key !== 'Escape' || !isUnderWay) return;
      event.stopPropagation();
      this.cancel();
    };
    window.addEventListener('keydown', cancel, { capture: true });
  }

  private press(event: PointerEvent): void {
    if (event.button !== 0 || !this.roll.geometry) return;
    event.preventDefault();
    const isChosen = (event.target as Element).closest('.note[aria-selected="true"], .cost.chosen') !== null;
    // A finger moves what it has chosen before; anywhere else it scrolls, and only a tap counts.
    if (event.pointerType === 'touch' && !isChosen) this.finger = event;
    else this.take(event, true);
  }

  private lift(): void {
    if (this.finger) this.take(this.finger, false);
    this.finger = null;
    this.release();
  }

  private take(event: PointerEvent, canHold: boolean): void {
    const target = event.target as Element;
    const chord = target.closest<SVGGElement>('.chord');
    const note = target.closest<SVGRectElement>('.note');
    const place = this.roll.placeAt(event);
    if (chord) {
      this.events.selectChord(Number(chord.dataset['index']));
      this.roll.focusChords();
    } else if (note) {
      this.grab(event, Number(note.dataset['index']), canHold ? note : null, place);
    } else {
      this.pressElsewhere(event, place, canHold);
    }
  }

  private pressElsewhere(event: PointerEvent, place: { tick: number; y: number }, canHold: boolean): void {
    const bar = this.roll.barAt(place.y, place.tick);
    if (bar && canHold && this.roll.canPull && bar.index > 0) {
      this.pulled = { ...bar, y: place.y, contrast: null };
      this.picture.setPointerCapture(event.pointerId);
    }
    if (bar?.lane === 'harmony') {
      this.events.selectChord(bar.chord);
      this.roll.focusChords();
    } else if (bar) {
      this.events.select([bar.index], bar.index);
      this.roll.focus();
    } else if (this.roll.isInRuler(place.y)) {
      this.events.seek(Math.max(place.tick, 0));
    } else {
      this.events.select([], -1);
      this.roll.focus();
    }
  }

  private grab(event: PointerEvent, index: number, note: Element | null, start: { tick: number; pitch: number }): void {
    const selection = this.selectionWith(event, index);
    this.events.select(selection, index);
    this.roll.focus();
    if (!this.roll.canEdit || !note) return;
    const box = note.getBoundingClientRect();
    const isEdge = box.right - event.clientX < Math.min(EDGE, box.width / 3);
    this.held = {
      index,
      selection,
      mode: isEdge ? 'stretch' : 'move',
      start,
      x: event.clientX,
      y: event.clientY,
      isMoving: false,
      edited: null,
      action: '',
    };
    this.picture.setPointerCapture(event.pointerId);
  }

  private selectionWith(event: PointerEvent, index: number): number[] {
    const chosen = this.roll.chosen;
    if (event.shiftKey && chosen.length) {
      const [first, last] = [Math.min(...chosen, index), Math.max(...chosen, index)];
      return Array.from({ length: last - first + 1 }, (_, place) => first + place);
    }
    return chosen.includes(index) ? [...chosen] : [index];
  }

  private move(event: PointerEvent): void {
    const held = this.held;
    if (this.pulled) this.pull(this.pulled, event);
    if (!held) return;
    const far = Math.hypot(event.clientX - held.x, event.clientY - held.y);
    if (!held.isMoving && far < THRESHOLD) return;
    held.isMoving = true;
    const place = this.roll.placeAt(event);
    const by = place.tick - held.start.tick;
    const notes = this.roll.notes;
    const edited =
      held.mode === 'stretch'
        ? stretch(notes, held.selection, this.snappedEnd(notes[held.index] as Note, by), this.roll.snap)
        : this.moved(held, notes, by, place.pitch - held.start.pitch);
    held.edited = edited;
    this.roll.preview(edited?.notes ?? notes);
  }

  private pull(pulled: Pulled, event: PointerEvent): void {
    const { y } = this.roll.placeAt(event);
    if (pulled.contrast === null && pulled.y - y < THRESHOLD) return;
    pulled.contrast = Math.max(this.roll.contrastAt(pulled.lane, pulled.index, y), 0);
    this.roll.showPull(pulled.lane, pulled.index, pulled.contrast);
  }

  private moved(held: Held, notes: readonly Note[], by: number, steps: number): Edited | null {
    const time = shift(notes, held.selection, this.snappedStart(notes[held.index] as Note, by), this.roll.snap);
    const pitch = transpose(time?.notes ?? notes, held.selection, steps);
    held.action = pitch ? 'pitch' : 'time';
    return pitch ?? time;
  }

  /** How far to go so that the note begins on the grid. */
  private snappedStart(note: Note, by: number): number {
    const snap = this.roll.snap;
    return Math.abs(by) < snap / 2 ? 0 : Math.round((note.onset + by) / snap) * snap - note.onset;
  }

  private snappedEnd(note: Note, by: number): number {
    const snap = this.roll.snap;
    return Math.abs(by) < snap / 2 ? 0 : Math.round((endOf(note) + by) / snap) * snap - endOf(note);
  }

  private release(): void {
    const [held, pulled] = [this.held, this.pulled];
    [this.held, this.pulled] = [null, null];
    this.roll.hidePull();
    if (pulled?.contrast) this.events.pull?.(pulled.lane, pulled.index, pulled.contrast);
    if (!held?.isMoving) return;
    // What was asked for may be refused; then the notes are where they were.
    this.roll.preview(this.roll.notes);
    if (held.edited) this.events.edit(held.edited, held.mode === 'stretch' ? 'length' : held.action);
  }

  private cancel(): void {
    this.finger = null;
    [this.held, this.pulled] = [null, null];
    this.roll.hidePull();
    this.roll.preview(this.roll.notes);
  }

  private add(event: MouseEvent): void {
    const place = this.roll.placeAt(event);
    // A note that was grabbed is not the target: its pointer was captured.
    const under = document.elementFromPoint(event.clientX, event.clientY);
    const written = under?.closest<SVGElement>('.note, .chord') ?? null;
    if (written && this.roll.canEdit) {
      const kind = written.classList.contains('chord') ? 'chord' : 'word';
      this.events.write?.(kind, Number(written.dataset['index']));
    }
    const isNote = written !== null;
    if (!this.roll.canEdit || isNote || !this.roll.isInRoll(place.y)) return;
    const snap = this.roll.snap;
    this.events.insert(Math.max(Math.floor(place.tick / snap) * snap, 0), place.pitch);
  }
}
