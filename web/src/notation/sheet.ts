/**
 * Notation as the server draws it: shows its lines, lets notes and chords be chosen, and tells
 * what its user wants. Knows no framework. A line is put on the page when it comes near the
 * window, so that a long song costs no more than a short one.
 */

import { svg } from '../roll/svg';

export interface SheetLine {
  svg: string;
  width: number;
  height: number;
}

export interface Sheet {
  glyphs: string;
  lines: SheetLine[];
  /** Numbers of the bars that are framed. */
  changed: number[];
}

export interface SheetEvents {
  select(selection: number[], focus: number): void;
  selectChord(index: number): void;
  key(event: KeyboardEvent): void;
}

export interface SheetTexts {
  sheet: string;
  lanes: Record<string, string>;
  note(index: number): string;
  chord(index: number): string;
}

export interface SheetSelection {
  notes: readonly number[];
  focus: number;
  chord: number;
}

/** Pixels of a unit of which a staff has 720: a staff is 32 pixels high at first. */
export const UNIT = 32 / 720;

const NEAR = '600px 0px';
let nSheets = 0;

interface Line {
  host: HTMLElement;
  text: string;
  picture: SVGSVGElement | null;
}

export class SheetView {
  private readonly prefix = `sheet-${nSheets++}`;
  private readonly glyphs = svg('svg', { class: 'glyphs', width: 0, height: 0, 'aria-hidden': 'true' });
  private readonly list = document.createElement('div');
  private readonly watcher: IntersectionObserver;
  private lines: Line[] = [];
  private lineOfNote = new Map<number, Line>();
  private lineOfChord = new Map<number, Line>();
  private selection: SheetSelection = { notes: [], focus: -1, chord: -1 };
  private sounding = -1;
  private texts: SheetTexts | null = null;

  constructor(
    host: HTMLElement,
    private readonly events: SheetEvents,
  ) {
    this.list.className = 'sheet-lines';
    this.list.tabIndex = 0;
    this.list.setAttribute('role', 'listbox');
    this.list.setAttribute('aria-multiselectable', 'true');
    host.append(this.glyphs, this.list);
    this.list.addEventListener('keydown', (event) => events.key(event));
    this.list.addEventListener('pointerdown', (event) => this.press(event));
    this.watcher = new IntersectionObserver((entries) => this.fillNear(entries), { rootMargin: NEAR });
  }

  end(): void {
    this.watcher.disconnect();
  }

  /** Show other lines, as wide as they were asked for at this size of a unit. */
  show(sheet: Sheet, unit: number, texts: SheetTexts): void {
    this.texts = texts;
    this.watcher.disconnect();
    const glyphs = this.own(sheet.glyphs);
    this.glyphs.replaceChildren(...childrenOf(`<svg xmlns="http://www.w3.org/2000/svg"><defs>${glyphs}</defs></svg>`));
    this.list.setAttribute('aria-label', texts.sheet);
    [this.lineOfNote, this.lineOfChord] = [new Map(), new Map()];
    this.lines = sheet.lines.map((line) => this.placed(line, unit));
    const isFocused = document.activeElement === this.list;
    this.list.replaceChildren(...this.lines.map((line) => line.host));
    if (isFocused) this.list.focus({ preventScroll: true });
    for (const line of this.lines) this.watcher.observe(line.host);
    this.choose(this.selection);
  }

  /** With names of signs that no other score on the page has. */
  private own(text: string): string {
    return text.replace(/(id="|href="#)glyph-/g, `$1${this.prefix}-glyph-`);
  }

  private placed(line: SheetLine, unit: number): Line {
    const host = document.createElement('div');
    host.className = 'sheet-line';
    host.style.inlineSize = `${line.width * unit}px`;
    host.style.blockSize = `${line.height * unit}px`;
    const made = { host, text: this.own(line.svg), picture: null };
    for (const [, index] of line.svg.matchAll(/<rect [^>]*data-note="(\d+)"/g)) {
      if (!this.lineOfNote.has(Number(index))) this.lineOfNote.set(Number(index), made);
    }
    for (const [, index] of line.svg.matchAll(/<rect [^>]*data-chord="(\d+)"/g)) {
      this.lineOfChord.set(Number(index), made);
    }
    return made;
  }

  private fillNear(entries: IntersectionObserverEntry[]): void {
    for (const entry of entries) {
      const line = entry.isIntersecting ? this.lines.find((each) => each.host === entry.target) : undefined;
      if (line) this.fill(line);
    }
  }

  private fill(line: Line | undefined): void {
    if (!line || line.picture) return;
    this.watcher.unobserve(line.host);
    const [picture] = childrenOf(`<svg xmlns="http://www.w3.org/2000/svg">${line.text}</svg>`) as [SVGSVGElement];
    picture.setAttribute('role', 'presentation');
    line.picture = picture;
    for (const part of picture.children) {
      if (!part.classList.contains('columns')) part.setAttribute('aria-hidden', 'true');
    }
    for (const name of picture.querySelectorAll<SVGElement>('.lane-name')) {
      const lane = name.parentElement?.classList.item(1)?.replace('lane-', '') ?? '';
      name.textContent = this.texts?.lanes[lane] ?? name.textContent;
    }
    for (const column of picture.querySelectorAll<SVGRectElement>('.columns rect')) this.name(column);
    line.host.replaceChildren(picture);
    this.mark(line);
  }

  private name(column: SVGRectElement): void {
    const { note, chord, tied } = column.dataset;
    column.classList.add(chord === undefined ? 'column' : 'chord-column');
    if (tied) {
      column.setAttribute('aria-hidden', 'true');
      return;
    }
    column.setAttribute('role', 'option');
    column.id = chord === undefined ? `${this.prefix}-note-${note}` : `${this.prefix}-chord-${chord}`;
    const text = chord === undefined ? this.texts?.note(Number(note)) : this.texts?.chord(Number(chord));
    column.setAttribute('aria-label', text ?? '');
  }

  /** Mark what is chosen, and bring it into view. */
  choose(selection: SheetSelection, reveal = false): void {
    this.selection = selection;
    const line = selection.chord >= 0 ? this.lineOfChord.get(selection.chord) : this.lineOfNote.get(selection.focus);
    // What is spoken of must be there.
    this.fill(line);
    for (const each of this.lines) this.mark(each);
    const id = selection.chord >= 0 ? `chord-${selection.chord}` : `note-${selection.focus}`;
    if (line) this.list.setAttribute('aria-activedescendant', `${this.prefix}-${id}`);
    else this.list.removeAttribute('aria-activedescendant');
    if (line && reveal) line.host.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  private mark({ picture }: Line): void {
    if (!picture) return;
    const chosen = new Set(this.selection.notes);
    for (const column of picture.querySelectorAll<SVGRectElement>('.columns rect')) {
      const { note, chord, tied } = column.dataset;
      const index = Number(note ?? chord);
      const isChosen = chord === undefined ? chosen.has(index) : index === this.selection.chord;
      if (tied) column.classList.toggle('chosen', isChosen);
      else column.setAttribute('aria-selected', String(isChosen));
      column.classList.toggle('focus', chord === undefined && index === this.selection.focus);
      column.classList.toggle('sounding', chord === undefined && index === this.sounding);
    }
  }

  /** Mark the note that sounds; -1 for none. */
  sound(note: number, follow: boolean): void {
    if (note === this.sounding) return;
    const lines = [this.lineOfNote.get(this.sounding), this.lineOfNote.get(note)];
    this.sounding = note;
    for (const line of new Set(lines)) if (line) this.mark(line);
    if (follow && lines[1] && lines[0] !== lines[1]) lines[1].host.scrollIntoView({ block: 'nearest' });
  }

  focus(): void {
    this.list.focus({ preventScroll: true });
  }

  private press(event: PointerEvent): void {
    if (event.button !== 0) return;
    const column = (event.target as Element).closest<SVGRectElement>('.columns rect');
    const { note, chord } = column?.dataset ?? {};
    if (chord !== undefined) this.events.selectChord(Number(chord));
    else if (note !== undefined) this.events.select(this.selectionWith(event, Number(note)), Number(note));
    else if (column === null) this.events.select([], -1);
    this.focus();
    event.preventDefault();
  }

  private selectionWith(event: PointerEvent, index: number): number[] {
    const chosen = this.selection.notes;
    if (!event.shiftKey || chosen.length === 0) return [index];
    const [first, last] = [Math.min(...chosen, index), Math.max(...chosen, index)];
    return Array.from({ length: last - first + 1 }, (_, place) => first + place);
  }
}

/** What stands in an SVG text, as elements of this page. */
function childrenOf(text: string): Element[] {
  const parsed = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
  return [...parsed.children].map((child) => document.importNode(child, true));
}
