/** A song in a notebook: the studio's roll and curves, to look at and to listen to. */

import { commandOf } from '../lib/keyboard';
import { loopOf } from '../lib/loop';
import { N_COLORS } from '../roll/geometry';
import { pitchName, placeOf, withSigns, type Song } from '../roll/model';
import { hearingOf, songOf, type Hearing, type Why } from '../roll/read';
import { Roll, type RollTexts } from '../roll/roll';
import { svg } from '../roll/svg';
import { button, h } from './dom';
import { Playing } from './playing';
import { LANGUAGE, decimal, position, t } from './texts';
import { invitation, whyOf } from './why';

/** What a widget of Jupyter's gives to its view; its names are those of `notebook/_widget.py`. */
export interface Model {
  /* eslint-disable-next-line @typescript-eslint/no-explicit-any */
  get(name: string): any;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
}

type Kind = 'note' | 'chord';
type Answer = Why & { kind: Kind; index: number };

const ZOOMS = [12, 18, 26, 36, 50, 70, 100];
const FIRST_ZOOM = 3;
const PATIENCE_MS = 4000;
const STILL = matchMedia('(prefers-reduced-motion: reduce)');

export class SongView {
  readonly element: HTMLElement;
  private readonly song: Song;
  private readonly hearing: Hearing;
  private readonly playing: Playing;
  private readonly roll: Roll;
  private readonly why = h('div', { 'aria-live': 'polite' });
  private readonly place = h('output', { class: 'place' });
  private readonly playButton = button('', () => void this.playing.toggle(), { class: 'main' });
  private readonly loopButton = button(t('loop'), () => this.toggleLoop(), { class: 'quiet', 'aria-pressed': 'false' });
  private readonly zoomButtons: HTMLButtonElement[];
  private readonly answers = new Map<string, Why>();
  private readonly resized: ResizeObserver;
  private readonly listeners: [string, () => void][];
  private selection: number[] = [];
  private zoom = FIRST_ZOOM;
  private width = 0;
  private wait: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly model: Model) {
    this.song = songOf(model.get('song'));
    this.hearing = hearingOf(model.get('hearing'), this.song.notes);
    // Another view of this song may have asked already.
    for (const answer of [...model.get('whys'), model.get('why')] as Partial<Answer>[]) this.learn(answer);
    this.playing = new Playing(this.song, (tick, isPlaying) => this.showTime(tick, isPlaying));
    this.zoomButtons = [this.zoomButton('−', 'zoom_out', -1), this.zoomButton('+', 'zoom_in', 1)];
    const host = h('div', { class: 'roll' });
    this.element = this.frame(host);
    this.roll = new Roll(host, {
      select: (selection, focus) => this.select(selection, focus),
      selectChord: (index) => this.tell(-1, index),
      edit: () => undefined,
      insert: () => undefined,
      seek: (tick) => this.playing.seek(tick),
      key: (event) => this.press(event),
      chordKey: (event) => this.pressOnChords(event),
    });
    this.roll.canEdit = false;
    this.listeners = [
      ['change:note', () => this.showChoice()],
      ['change:chord', () => this.showChoice()],
      ['change:why', () => this.hear()],
    ];
    for (const [event, listener] of this.listeners) model.on(event, listener);
    this.resized = new ResizeObserver(() => this.fit());
    this.resized.observe(host);
    this.draw();
    this.showTime(0, false);
    this.showChoice();
  }

  close(): void {
    this.playing.pause();
    this.resized.disconnect();
    clearTimeout(this.wait);
    for (const [event, listener] of this.listeners) this.model.off(event, listener);
  }

  private frame(host: HTMLElement): HTMLElement {
    const title = String(this.model.get('title'));
    const heading = h('p', { class: 'title' }, h('strong', {}, title), h('span', {}, this.song.composer));
    const score = h('div', { class: 'score' }, this.toolbar(), host, legend(), ...this.notices());
    // It may scroll, and so the keyboard must reach it.
    const panel = { class: 'why', role: 'region', 'aria-label': t('why'), tabindex: 0 };
    const why = h('div', panel, h('h2', {}, t('why')), this.why);
    return h('section', { class: 'song', 'aria-label': title, lang: LANGUAGE }, heading, score, why);
  }

  private notices(): HTMLElement[] {
    return this.song.notices.map((notice) => h('p', { class: 'hint', lang: 'en' }, notice));
  }

  private toolbar(): HTMLElement {
    const start = button('', () => this.playing.seek(this.playing.loop?.start ?? 0), {
      class: 'quiet',
      'aria-label': t('to_start'),
      title: t('to_start'),
    });
    const sign = svg('svg', { class: 'sign', viewBox: '0 0 24 24', width: 18, height: 18, 'aria-hidden': 'true' });
    sign.append(svg('path', { d: 'M6 5v14M19 6v12l-10-6z' }));
    start.append(sign);
    const chords = h('input', { type: 'checkbox', checked: '' });
    chords.addEventListener('change', () => (this.playing.hasChords = chords.checked));
    const sound = this.song.chords.length ? h('label', {}, chords, t('play_chords')) : null;
    const zoom = h('span', { class: 'zoom' }, ...this.zoomButtons);
    return h('div', { class: 'toolbar' }, start, this.playButton, this.place, this.loopButton, this.tempo(), sound, zoom);
  }

  private tempo(): HTMLElement {
    const now = this.playing.tempo;
    const [min, max] = [Math.min(30, now), Math.max(240, now)];
    const slider = h('input', { type: 'range', min, max, value: now });
    const value = h('span', { class: 'value' });
    const show = (): void => {
      value.textContent = String(this.playing.tempo);
      slider.setAttribute('aria-valuetext', t('tempo_value', { n: this.playing.tempo }));
    };
    slider.addEventListener('input', () => {
      this.playing.setTempo(slider.valueAsNumber);
      show();
    });
    show();
    return h('label', {}, t('tempo'), slider, value);
  }

  private zoomButton(sign: string, name: 'zoom_in' | 'zoom_out', step: number): HTMLButtonElement {
    const by = (): void => {
      this.zoom = Math.min(Math.max(this.zoom + step, 0), ZOOMS.length - 1);
      this.draw();
    };
    return button(sign, by, { class: 'quiet', 'aria-label': t(name), title: t(name) });
  }

  private draw(): void {
    const [out, into] = this.zoomButtons;
    if (out && into) [out.disabled, into.disabled] = [this.zoom === 0, this.zoom === ZOOMS.length - 1];
    this.roll.show(this.song, this.hearing.curves, ZOOMS[this.zoom] ?? 36, this.texts, false);
    this.roll.showLoop(this.playing.loop);
  }

  /** A view is made before it is in the page, and the page's width changes. */
  private fit(): void {
    const width = this.roll.scroller.clientWidth;
    if (width === this.width) return;
    this.width = width;
    this.draw();
  }

  private get texts(): RollTexts {
    return {
      roll: `${t('roll')}. ${t('roll_look')}`,
      chords: t('chords'),
      lanes: { melody: t('lane_melody'), rhythm: t('lane_rhythm'), harmony: t('lane_harmony') },
      note: (index) => this.noteText(index),
      chord: (index) => this.chordText(index),
    };
  }

  private noteText(index: number): string {
    const note = this.song.notes[index];
    if (!note) return '';
    const lyric = note.lyric ? `, ${note.lyric}` : '';
    const text = t('note_name', { place: this.at(note.onset), name: this.nameOf(index), lyric });
    const { melody, rhythm } = this.hearing.curves;
    const [pitch, onset] = [melody?.bits[index] ?? null, rhythm?.bits[index] ?? null];
    if (pitch === null || onset === null) return text;
    return `${text}, ${t('note_bits', { melody: decimal(pitch), rhythm: decimal(onset) })}`;
  }

  private chordText(index: number): string {
    const chord = this.song.chords[index];
    if (!chord) return '';
    const text = t('chord_name', { place: this.at(chord.onset), name: withSigns(chord.symbol) });
    const harmony = this.hearing.curves.harmony;
    const bits = harmony?.bits[harmony.onsets.indexOf(chord.onset)] ?? null;
    return bits === null ? text : `${text}, ${t('chord_bits', { bits: decimal(bits) })}`;
  }

  private nameOf(note: number): string {
    const name = this.hearing.names[note];
    return name ? withSigns(name) : pitchName(this.song.notes[note]?.pitch ?? 0, this.song.keys[0]?.name);
  }

  private at(tick: number): string {
    const { bar, beat } = placeOf(this.song, tick);
    return position(bar, beat);
  }

  private select(selection: number[], focus: number): void {
    this.selection = selection;
    this.tell(focus, -1);
  }

  /** Choose a note or a chord here, in other views of this song, and in Python. */
  private tell(note: number, chord: number): void {
    this.model.set('note', note);
    this.model.set('chord', chord);
    this.model.save_changes();
    this.showChoice();
  }

  private showChoice(): void {
    const [note, chord] = [this.model.get('note') as number, this.model.get('chord') as number];
    if (!this.selection.includes(note)) this.selection = note >= 0 ? [note] : [];
    this.roll.choose({ notes: this.selection, focus: note, chord }, true);
    this.showWhy();
  }

  private learn(answer: Partial<Answer>): void {
    if (answer.kind !== undefined) this.answers.set(`${answer.kind} ${answer.index}`, answer as Answer);
  }

  private hear(): void {
    this.learn(this.model.get('why') as Partial<Answer>);
    this.showWhy();
  }

  private showWhy(): void {
    clearTimeout(this.wait);
    const [note, chord] = [this.model.get('note') as number, this.model.get('chord') as number];
    const [kind, index]: [Kind, number] = chord >= 0 ? ['chord', chord] : ['note', note];
    const event = kind === 'chord' ? this.song.chords[index] : this.song.notes[index];
    if (!event) {
      this.why.replaceChildren(...invitation(this.hearing, (each) => this.select([each], each)));
      return;
    }
    const name = kind === 'chord' ? withSigns(this.song.chords[index]?.symbol ?? '') : this.nameOf(index);
    const say = (why: Why): void => this.why.replaceChildren(...whyOf(name, this.at(event.onset), why));
    const known = this.answers.get(`${kind} ${index}`);
    say(known ?? { sentence: '', parts: [] });
    if (known) return;
    // A saved page has no Python that would answer.
    this.wait = setTimeout(() => this.why.append(h('p', { class: 'hint' }, t('why_asleep'))), PATIENCE_MS);
  }

  private showTime(tick: number, isPlaying: boolean): void {
    this.playButton.textContent = t(isPlaying ? 'pause' : 'play');
    const { bar, beat } = placeOf(this.song, tick);
    this.place.textContent = position(bar, Math.floor(beat));
    this.roll?.movePlayhead(tick, isPlaying && !STILL.matches);
  }

  private toggleLoop(): void {
    this.playing.loop = this.playing.loop ? null : loopOf(this.song, this.selection);
    this.loopButton.setAttribute('aria-pressed', String(this.playing.loop !== null));
    this.roll.showLoop(this.playing.loop);
  }

  private press(event: KeyboardEvent): void {
    const focus = this.model.get('note') as number;
    const situation = { notes: this.song.notes, selection: this.selection, focus, grid: 1, canEdit: false };
    const command = commandOf(event, situation);
    if (command?.kind === 'select') this.select(command.selection, command.focus);
    else if (command?.kind === 'play') void this.playing.toggle();
    else if (command?.kind === 'loop') this.toggleLoop();
    else return;
    event.preventDefault();
  }

  private pressOnChords(event: KeyboardEvent): void {
    const [chord, last] = [this.model.get('chord') as number, this.song.chords.length - 1];
    const goals: Record<string, number> = { ArrowLeft: chord - 1, ArrowRight: chord + 1, Home: 0, End: last };
    const goal = goals[event.key];
    if (goal !== undefined) this.tell(-1, Math.min(Math.max(goal, 0), last));
    else if (event.key === ' ') void this.playing.toggle();
    else return;
    event.preventDefault();
  }
}

function legend(): HTMLElement {
  const scale = svg('svg', { width: 8 * N_COLORS, height: 10, 'aria-hidden': 'true' });
  for (let index = 0; index < N_COLORS; index++) {
    scale.append(svg('rect', { class: `c${index}`, x: 8 * index, width: 8, height: 10 }));
  }
  const bar = svg('svg', { width: 14, height: 12, 'aria-hidden': 'true' });
  bar.append(svg('rect', { class: 'c7', x: 3, y: 1, width: 8, height: 11, rx: 1.5 }));
  const band = svg('svg', { width: 28, height: 12, 'aria-hidden': 'true' });
  band.append(svg('path', { class: 'band', d: 'M0 12V7H10V3H20V6H28V12Z' }));
  band.append(svg('path', { class: 'band-line', d: 'M0 7H10V3H20V6H28' }));
  return h(
    'p',
    { class: 'legend' },
    h('span', {}, t('legend_expected'), ' ', scale, ' ', t('legend_surprising')),
    h('span', {}, bar, ' ', t('legend_bits')),
    h('span', {}, band, ' ', t('legend_entropy')),
  );
}
