/**
 * The piano roll with its curves: draws a song, lets notes and chords be chosen, and tells
 * what its user wants done. It changes nothing itself.
 */

import { drawBackdrop, drawGutter } from './backdrop';
import { Drag } from './drag';
import type { Edited } from './edit';
import { RULER, geometryOf, pitchOf, tickOf, xOf, type Geometry } from './geometry';
import { drawLanes, type DrawnLane } from './lanes';
import { Marquee } from './marquee';
import { lastAtOrBefore, noteKey, withSigns, type Curves, type Lane, type Note, type Song } from './model';
import { usualBefore } from './pull';
import { TargetLane, type Drawn, type Target } from './target';
import { colorNotes, drawChords, drawNotes, placeNote, type DrawnNote } from './notes';
import { set, svg } from './svg';

export interface RollEvents {
  select(selection: number[], focus: number): void;
  selectChord(index: number): void;
  edit(edited: Edited, action: string): void;
  /** The word of a note, or a chord, is to be written; where that can be. */
  write?(kind: 'word' | 'chord', index: number): void;
  insert(onset: number, pitch: number): void;
  seek(tick: number): void;
  key(event: KeyboardEvent): void;
  chordKey(event: KeyboardEvent): void;
  /** A bar of a curve was pulled so many bits above the phrase before; where it can be. */
  pull?(lane: Lane, index: number, contrast: number): void;
  /** What is to be told of a note or a chord that is pointed at. */
  tell?(kind: 'note' | 'chord', index: number): Promise<string>;
  /** Levels were drawn on the target. */
  draw?(levels: Drawn): void;
}

export interface RollTexts {
  roll: string;
  chords: string;
  lanes: Record<Lane, string>;
  note(index: number): string;
  chord(index: number): string;
  /** What a bar that is pulled says. */
  pull?(contrast: number): string;
}

export interface Selection {
  notes: readonly number[];
  focus: number;
  chord: number;
}

let nRolls = 0;
const NO_CURVES: Curves = { melody: null, rhythm: null, harmony: null, numerals: [] };
const FOLLOW_AT = 0.8;

export class Roll {
  readonly scroller: HTMLElement;
  private readonly prefix = `roll-${nRolls++}`;
  private readonly gutter = svg('svg', { class: 'gutter', 'aria-hidden': 'true' });
  private readonly picture = svg('svg', { class: 'picture' });
  private readonly noteList = svg('g', { role: 'listbox', 'aria-multiselectable': 'true', tabindex: 0, class: 'notes' });
  private readonly chordList = svg('g', { role: 'listbox', tabindex: 0, class: 'chords' });
  private readonly playhead = svg('path', { class: 'playhead', 'aria-hidden': 'true' });
  private readonly ghost = svg('g', { class: 'ghosts', 'aria-hidden': 'true' });
  private readonly marks = svg('g', { class: 'places', 'aria-hidden': 'true' });
  private readonly pulled = svg('g', { class: 'pulled', 'aria-hidden': 'true' });
  private readonly targetLane: TargetLane;
  private target: Target | null = null;
  private texts: RollTexts | null = null;
  private readonly loopBox = svg('rect', { class: 'loop', 'aria-hidden': 'true' });
  private drawn: DrawnNote[] = [];
  private drawnChords: SVGGElement[] = [];
  private drawnLanes = new Map<Lane, DrawnLane>();
  private song: Song | null = null;
  private curves: Curves = NO_CURVES;
  private selection: Selection = { notes: [], focus: -1, chord: -1 };
  private isStale = false;
  private tick = 0;
  private readonly displaced = new Set<number>();
  geometry: Geometry | null = null;
  snap = 1;
  canEdit = true;

  constructor(
    host: HTMLElement,
    private readonly events: RollEvents,
  ) {
    this.targetLane = new TargetLane((levels) => events.draw?.(levels));
    this.scroller = document.createElement('div');
    this.scroller.className = 'roll-scroller';
    this.scroller.append(this.picture);
    host.append(this.gutter, this.scroller);
    this.noteList.addEventListener('keydown', (event) => events.key(event));
    this.chordList.addEventListener('keydown', (event) => events.chordKey(event));
    this.picture.addEventListener('pointerover', (event) => void this.tell(event));
    new Drag(this, this.picture, events);
    new Marquee(this, this.picture, events);
  }

  /** Draw a song anew, with curves that may be of its state before. */
  show(
    song: Song,
    curves: Curves,
    pxPerQuarter: number,
    texts: RollTexts,
    isStale: boolean,
    target: Target | null = null,
  ): void {
    [this.song, this.curves, this.isStale, this.texts, this.target] = [song, curves, isStale, texts, target];
    const asked = target && { end: target.cells.at(-1)?.end ?? 0, most: target.most };
    const geometry = geometryOf(song, curves, pxPerQuarter, this.scroller.clientWidth, asked);
    this.geometry = geometry;
    for (const each of [this.picture, this.gutter]) set(each, { height: geometry.height });
    set(this.picture, { width: geometry.width });
    set(this.gutter, { width: 68 });
    drawGutter(this.gutter, song, geometry, { ...texts.lanes, target: target?.label ?? '' });
    this.hidePull();
    this.displaced.clear();
    this.drawn = drawNotes(song.notes, geometry, this.prefix);
    this.drawnChords = drawChords(song.chords, curves.harmony, geometry, this.prefix);
    this.drawnLanes = drawLanes(curves, geometry);
    this.noteList.setAttribute('aria-label', texts.roll);
    this.chordList.setAttribute('aria-label', texts.chords);
    this.noteList.replaceChildren(...this.drawn.map((each) => each.body));
    this.chordList.replaceChildren(...this.drawnChords);
    colorNotes(this.drawn, curves.melody, isStale);
    song.notes.forEach((note, index) => this.drawn[index]?.body.classList.toggle('locked', !!note.isLocked));
    song.chords.forEach((chord, index) => this.drawnChords[index]?.classList.toggle('locked', !!chord.isLocked));
    this.nameAll(texts);
    this.assemble(drawBackdrop(song, geometry), song);
    this.choose(this.selection);
    this.movePlayhead(this.tick, false);
  }

  private nameAll(texts: RollTexts): void {
    this.drawn.forEach((each, index) => each.body.setAttribute('aria-label', texts.note(index)));
    this.drawnChords.forEach((each, index) => each.setAttribute('aria-label', texts.chord(index)));
  }

  private assemble(backdrop: SVGGElement, song: Song): void {
    const lanes = [...this.drawnLanes.values()].map((lane) => lane.group);
    for (const lane of lanes) lane.classList.toggle('stale', this.isStale);
    const words = this.drawn.flatMap((each) => (each.word ? [each.word] : []));
    // In a notebook the roll is in a tree of its own, which has a focus of its own.
    const hasFocus = (this.picture.getRootNode() as Document | ShadowRoot).activeElement;
    this.picture.replaceChildren(backdrop, this.loopBox, ...lanes);
    if (song.chords.length) this.picture.append(this.chordList);
    if (this.target) this.picture.append(this.targetLane.group);
    this.picture.append(this.marks, this.noteList, ...words, this.ghost, this.pulled, this.playhead);
    this.drawTarget();
    // Taking an element out of the page takes the keyboard from it.
    if (hasFocus === this.noteList) this.noteList.focus({ preventScroll: true });
    if (hasFocus === this.chordList) this.chordList.focus({ preventScroll: true });
  }

  /** Tell more of what is pointed at, once it is known; nothing while something is dragged. */
  private async tell(event: PointerEvent): Promise<void> {
    const body = (event.target as Element).closest?.('.note, .chord');
    const index = Number(body?.getAttribute('data-index') ?? -1);
    if (!body || index < 0 || event.buttons || !this.events.tell) return;
    const told = await this.events.tell(body.matches('.chord') ? 'chord' : 'note', index);
    const title = body.querySelector('title') ?? body.insertBefore(svg('title'), body.firstChild);
    if (told) title.textContent = told;
    else title.remove();
  }

  /** Mark what is chosen, and bring it into view. */
  choose(selection: Selection, reveal = false): void {
    this.selection = selection;
    const chosen = new Set(selection.notes);
    this.drawn.forEach(({ body, word }, index) => {
      body.setAttribute('aria-selected', String(chosen.has(index)));
      body.classList.toggle('focus', index === selection.focus);
      word?.classList.toggle('chosen', chosen.has(index));
    });
    this.drawnChords.forEach((group, index) => group.setAttribute('aria-selected', String(index === selection.chord)));
    this.markBars(chosen, selection.chord);
    this.activate(this.noteList, this.drawn[selection.focus]?.body);
    this.activate(this.chordList, this.drawnChords[selection.chord]);
    if (reveal) this.reveal(selection);
  }

  private markBars(chosen: ReadonlySet<number>, chord: number): void {
    const onset = this.song?.chords[chord]?.onset;
    for (const [lane, { bars }] of this.drawnLanes) {
      const place = onset === undefined ? -1 : lastAtOrBefore(this.curves.harmony?.onsets ?? [], onset);
      bars.forEach((bar, index) =>
        bar.classList.toggle('chosen', lane === 'harmony' ? index === place : chosen.has(index)),
      );
    }
  }

  private activate(list: SVGGElement, option: Element | undefined): void {
    if (option) list.setAttribute('aria-activedescendant', option.id);
    else list.removeAttribute('aria-activedescendant');
  }

  private reveal(selection: Selection): void {
    const item = this.song?.chords[selection.chord] ?? this.song?.notes[selection.focus];
    if (!item || !this.geometry) return;
    const [left, right] = [xOf(this.geometry, item.onset), xOf(this.geometry, item.onset + item.duration)];
    const { scrollLeft, clientWidth } = this.scroller;
    if (left < scrollLeft + 20) this.scroller.scrollLeft = left - 60;
    else if (right > scrollLeft + clientWidth - 20) this.scroller.scrollLeft = right - clientWidth + 100;
  }

  /** Show notes as they would be, without drawing all else anew. */
  preview(notes: readonly Note[]): void {
    notes.forEach((note, index) => {
      const [drawn, now] = [this.drawn[index], this.notes[index]];
      if (!drawn || !now || !this.geometry) return;
      const isMoved = note.onset !== now.onset || note.duration !== now.duration || note.pitch !== now.pitch;
      if (isMoved || this.displaced.has(index)) placeNote(drawn, note, this.geometry);
      if (isMoved) this.displaced.add(index);
      else this.displaced.delete(index);
    });
  }

  movePlayhead(tick: number, follow: boolean): void {
    this.tick = tick;
    if (!this.geometry) return;
    const x = xOf(this.geometry, tick);
    this.playhead.setAttribute('d', `M${x.toFixed(1)} ${RULER - 8}V${this.geometry.height}`);
    const { scrollLeft, clientWidth } = this.scroller;
    if (follow && (x > scrollLeft + clientWidth * FOLLOW_AT || x < scrollLeft)) {
      this.scroller.scrollLeft = x - clientWidth * 0.15;
    }
  }

  /** Draw what a variant has and the song has not over it; null for nothing. */
  showGhost(variant: Song | null): void {
    this.ghost.replaceChildren();
    this.picture.classList.toggle('with-ghost', variant !== null);
    if (!variant || !this.geometry || !this.song) {
      for (const each of [...this.drawn.map(({ body }) => body), ...this.drawnChords]) each.classList.remove('leaving');
      return;
    }
    const known = new Set(this.notes.map(noteKey));
    const kept = new Set(variant.notes.map(noteKey));
    for (const { body } of drawNotes(variant.notes.filter((note) => !known.has(noteKey(note))), this.geometry, 'ghost')) {
      for (const name of ['id', 'role', 'data-index']) body.removeAttribute(name);
      body.setAttribute('class', 'ghost');
      this.ghost.append(body);
    }
    this.notes.forEach((note, index) =>
      this.drawn[index]?.body.classList.toggle('leaving', !kept.has(noteKey(note))),
    );
    const symbols = new Map(this.song.chords.map((chord) => [chord.onset, chord.symbol]));
    const others = new Map(variant.chords.map((chord) => [chord.onset, chord.symbol]));
    this.song.chords.forEach((chord, index) =>
      this.drawnChords[index]?.classList.toggle('leaving', others.get(chord.onset) !== chord.symbol),
    );
    for (const chord of variant.chords) {
      if (symbols.get(chord.onset) === chord.symbol) continue;
      const [x, y] = [xOf(this.geometry, chord.onset) + 8, this.geometry.chordsTop + 17];
      this.ghost.append(svg('text', { class: 'ghost-chord', x, y }, withSigns(chord.symbol)));
    }
  }

  /** Draw a target anew, where one is drawn on the same bars already. */
  showTarget(target: Target): void {
    this.target = target;
    this.drawTarget();
  }

  /** Bring the target into sight. */
  revealTarget(): void {
    this.targetLane.group.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  private drawTarget(): void {
    const box = this.geometry?.target;
    if (this.target && this.geometry && box) this.targetLane.show(this.target, this.geometry, box);
  }

  /** Mark notes at which a break would tell, quietly, each with its reason. */
  showPlaces(places: readonly { note: number; reason: string }[]): void {
    this.marks.replaceChildren();
    const box = this.geometry?.lanes[0];
    if (!box || !this.geometry) return;
    for (const { note, reason } of places) {
      const here = this.notes[note];
      if (!here) continue;
      const [x, y] = [xOf(this.geometry, here.onset + here.duration / 2), box.top + box.height + 3];
      const mark = svg('path', { class: 'good-place', d: `M${x} ${y}l4.5 7h-9z`, 'data-index': note });
      mark.append(svg('title', {}, reason));
      this.marks.append(mark);
    }
  }

  /** Whether bars of a lane can be pulled. */
  get canPull(): boolean {
    return this.canEdit && this.events.pull !== undefined;
  }

  /** How far a place in the picture is above what was usual before an event. */
  contrastAt(lane: Lane, index: number, y: number): number {
    const box = this.geometry?.lanes.find((each) => each.lane === lane);
    const curve = this.curves[lane];
    if (!box || !curve) return 0;
    const bits = ((box.top + box.height - y) / box.height) * box.limit;
    return bits - this.usual(lane, index);
  }

  private usual(lane: Lane, index: number): number {
    const curve = this.curves[lane];
    return curve ? usualBefore(curve, lane === 'harmony' ? [] : (this.song?.phrases ?? []), index) : 0;
  }

  /** Show a bar as it is being pulled. */
  showPull(lane: Lane, index: number, contrast: number): void {
    this.pulled.replaceChildren();
    const box = this.geometry?.lanes.find((each) => each.lane === lane);
    const bar = this.drawnLanes.get(lane)?.bars[index];
    if (!box || !bar) return;
    const [x, width] = ['x', 'width'].map((name) => Number(bar.getAttribute(name))) as [number, number];
    const bottom = box.top + box.height;
    const bits = Math.max(this.usual(lane, index) + contrast, 0);
    const top = bottom - (bits / box.limit) * box.height;
    this.pulled.append(
      svg('rect', { class: 'pull', x, y: top, width, height: bottom - top, rx: 1.5 }),
      svg('text', { class: 'pull-text', x: x + width + 6, y: top + 10 }, this.texts?.pull?.(contrast) ?? ''),
    );
  }

  hidePull(): void {
    this.pulled.replaceChildren();
  }

  showLoop(span: { start: number; end: number } | null): void {
    if (!this.geometry || span === null) {
      set(this.loopBox, { width: 0 });
      return;
    }
    const x = xOf(this.geometry, span.start);
    set(this.loopBox, { x, y: RULER - 6, width: xOf(this.geometry, span.end) - x, height: this.geometry.height });
  }

  focus(): void {
    this.noteList.focus({ preventScroll: true });
  }

  focusChords(): void {
    this.chordList.focus({ preventScroll: true });
  }

  get notes(): Song['notes'] {
    return this.song?.notes ?? [];
  }

  get chosen(): readonly number[] {
    return this.selection.notes;
  }

  /** Place of a pointer in the picture, as time and pitch. */
  placeAt(event: MouseEvent): { tick: number; pitch: number; y: number } {
    const box = this.picture.getBoundingClientRect();
    const geometry = this.geometry as Geometry;
    const y = event.clientY - box.top;
    return { tick: tickOf(geometry, event.clientX - box.left), pitch: pitchOf(geometry, y), y };
  }

  isInRoll(y: number): boolean {
    return !!this.geometry && y >= this.geometry.rollTop && y < this.geometry.rollBottom;
  }

  isInRuler(y: number): boolean {
    return y < RULER;
  }

  /** The event whose bar of a lane lies under a place. */
  barAt(y: number, tick: number): { lane: Lane; index: number; chord: number } | null {
    const box = this.geometry?.lanes.find((each) => y >= each.top && y <= each.top + each.height);
    const curve = box ? this.curves[box.lane] : null;
    if (!box || !curve) return null;
    const index = lastAtOrBefore(curve.onsets, tick);
    if (index < 0) return null;
    // Chords that repeat are heard as one: the bars of harmony are not as many as the chords.
    const onsets = box.lane === 'harmony' ? (this.song?.chords ?? []).map((chord) => chord.onset) : [];
    return { lane: box.lane, index, chord: lastAtOrBefore(onsets, tick) };
  }
}
