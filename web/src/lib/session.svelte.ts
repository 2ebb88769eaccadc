/** The song on the page, what was heard of it, and everything done to it. */

import { chordKey, endOf, lastAtOrBefore, noteKey, type Chord, type Curves, type Note, type Song } from '../roll/model';
import type { Edited } from '../roll/edit';
import { Breaking } from './breaking.svelte';
import { Making, isPanel } from './making.svelte';
import { Origins } from './origins.svelte';
import { View } from './view.svelte';
import { ApiError, TAB, api, listen, type Hearing, type News, type Project, type Proposal, type State, type Why } from './api';

export type Saving = 'saved' | 'saving' | 'lost';

const NOTHING_HEARD: Curves = { melody: null, rhythm: null, harmony: null, numerals: [] };

export class Session {
  state = $state.raw<State | null>(null);
  project = $state.raw<Project | null>(null);
  song = $state.raw<Song | null>(null);
  hearing = $state.raw<Hearing | null>(null);
  isHearing = $state(false);
  selection = $state.raw<number[]>([]);
  focus = $state(-1);
  chord = $state(-1);
  why = $state.raw<Why | null>(null);
  isAsking = $state(false);
  saving = $state<Saving>('saved');
  trouble = $state('');
  /** What is being written: the word of the note, or the chord, that begins there. */
  writing = $state.raw<{ kind: 'word' | 'chord'; onset: number } | null>(null);
  readonly view = new View(new URLSearchParams(location.search));
  readonly breaking = new Breaking(this);
  readonly making = new Making(this);
  readonly origins = new Origins(this);
  /** Revision that `hearing` is of. */
  private heardRevision = -1;
  private asked = 0;
  private pending: Promise<void> = Promise.resolve();
  private nPending = $state(0);
  private nFailures = 0;

  get canEdit(): boolean {
    return this.state !== null && !this.state.readonly;
  }

  /** The song as it is seen in front and to be heard: a variant, or the song itself. */
  get offered(): Song | null {
    return this.breaking.offered ?? this.making.offered;
  }

  get curves(): Curves {
    return this.hearing?.curves ?? NOTHING_HEARD;
  }

  /** Whether the server has the song as it is on the page. */
  get isSaved(): boolean {
    return this.nPending === 0;
  }

  get isStale(): boolean {
    return this.isHearing || this.nPending > 0;
  }

  /** Load the song of the address, and hear of changes from then on. */
  async begin(): Promise<() => void> {
    const address = new URLSearchParams(location.search);
    await this.attempt(async () => {
      this.state = await api.state();
      const wanted = address.get('song') ?? this.state.first;
      await this.open(await this.found(wanted));
      const note = Number(address.get('note') ?? '0') - 1;
      const [panel, job] = [address.get('panel'), address.get('job')];
      if (this.song?.notes[note]) this.select([note], note);
      if (isPanel(panel)) this.making.open(panel);
      if (job && this.making.jobs.some((each) => each.id === job && each.state !== 'lost')) await this.making.look(job);
    });
    this.view.isSettled = true;
    return listen(
      (kind, news) => void this.hearNews(kind, news),
      (isLost) => {
        this.saving = isLost ? 'lost' : this.nPending ? 'saving' : 'saved';
        if (!isLost && this.trouble === 'offline') this.trouble = '';
        if (!isLost) void this.making.catchUp();
      },
    );
  }

  private async found(id: string): Promise<Project> {
    try {
      return await api.project(id);
    } catch (error) {
      const others = await api.projects();
      const other = others.find((each) => each.id !== id);
      if (!(error instanceof ApiError) || error.status !== 404 || !other) throw error;
      return api.project(other.id);
    }
  }

  private async hearNews(kind: string, news: News): Promise<void> {
    const { project, tab, id } = news;
    if (kind === 'job') {
      await this.making.hear(news);
      if (news.state !== 'gone') await this.breaking.hear(id ?? '');
      return;
    }
    if (kind === 'behind') await this.making.listJobs();
    if (tab === TAB || (kind === 'project' && project !== this.project?.id) || kind === 'gone') return;
    await this.reload();
  }

  async reload(): Promise<void> {
    const id = this.project?.id;
    if (id) await this.attempt(async () => this.settle(await api.project(id)));
  }

  /** Have everything said anew, as in another language. */
  async retell(): Promise<void> {
    if (!this.project) return;
    this.heardRevision = -1;
    this.breaking.forgetPlaces();
    await this.reload();
    await this.making.catchUp();
  }

  async open(project: Project): Promise<void> {
    this.hearing = null;
    this.trouble = '';
    this.breaking.leave();
    this.clear();
    this.settle(project);
    this.writeAddress();
    await Promise.all([this.hear(), this.making.clear()]);
  }

  private settle(project: Project): void {
    this.project = project;
    this.song = project.song;
    this.making.settle();
    const last = project.song.notes.length - 1;
    this.selection = this.selection.filter((index) => index <= last);
    this.focus = Math.min(this.focus, last);
    if (this.heardRevision !== project.revision) void this.hear();
  }

  private async hear(): Promise<void> {
    const project = this.project;
    if (!project) return;
    this.heardRevision = project.revision;
    this.isHearing = true;
    await this.attempt(async () => {
      const hearing = await api.hearing(project.id, project.revision, project.song.notes);
      if (this.project !== project && this.heardRevision !== project.revision) return;
      this.hearing = hearing;
      this.isHearing = false;
      await Promise.all([this.ask(), this.breaking.propose()]);
    });
    if (this.heardRevision === project.revision) this.isHearing = false;
  }

  select(selection: number[], focus: number): void {
    if (focus !== this.focus) this.breaking.leave();
    this.point(selection, focus);
  }

  /** Choose notes beside a variant, which stays. */
  point(selection: number[], focus: number): void {
    this.selection = selection;
    this.focus = focus;
    this.chord = -1;
    this.writeAddress();
    void this.ask();
  }

  selectChord(index: number): void {
    this.breaking.leave();
    this.selection = [];
    this.focus = -1;
    this.chord = index;
    void this.ask();
  }

  private clear(): void {
    [this.selection, this.focus, this.chord, this.why] = [[], -1, -1, null];
  }

  /** Ask why the chosen note or chord cost what it did. */
  private async ask(): Promise<void> {
    const asked = ++this.asked;
    const { project, chord, focus } = this;
    const event = chord >= 0 ? this.heardChord(chord) : focus;
    if (!project || event < 0) {
      this.why = null;
      return;
    }
    if (this.nPending > 0) return;
    this.isAsking = true;
    await this.attempt(async () => {
      const why = await api.why(project.id, project.revision, chord >= 0 ? 'chord' : 'note', event);
      if (asked === this.asked) this.why = why;
    });
    if (asked === this.asked) this.isAsking = false;
  }

  /** Place among the chords that were heard: repeated ones are heard as one. */
  private heardChord(index: number): number {
    if (this.isUnread(index)) return -1;
    const onset = this.song?.chords[index]?.onset ?? -1;
    const heard = this.curves.harmony?.onsets ?? [];
    return heard.filter((each) => each <= onset).length - 1;
  }

  /** Whether the listener hears no chord in a symbol; why would be that of the chord before. */
  isUnread(index: number): boolean {
    return this.song?.chords[index]?.tones.length === 0;
  }

  /** Take an edit: at once on the page, then on the server, one after the other. */
  edit(edited: Edited, action: string): void {
    if (!this.song || !this.canEdit) return;
    if (!keepsLocked(this.song.notes, edited.notes)) {
      this.trouble = 'locked';
      return;
    }
    this.breaking.leave();
    this.making.leave();
    const notes = edited.notes;
    this.song = { ...this.song, notes, phrases: phrasesOf(this.song, notes), end: endWith(this.song, notes) };
    this.selection = edited.selection;
    this.focus = edited.selection.at(0) ?? -1;
    this.chord = -1;
    const draft = { notes, chords: this.song.chords };
    this.change((project) => api.commit(project.id, project.revision, draft, action));
  }

  /** Begin to write the word of a note. */
  writeWord(index: number): void {
    const note = this.song?.notes[index];
    this.writing = note && this.canEdit ? { kind: 'word', onset: note.onset } : null;
    if (note) this.select([index], index);
  }

  /** Begin to write a chord: the one chosen, or one where the chosen note begins. */
  writeChord(index = this.chord): void {
    const { song } = this;
    const onset = song?.chords[index]?.onset ?? song?.notes[this.focus]?.onset;
    if (onset !== undefined && this.canEdit) this.writing = { kind: 'chord', onset };
  }

  /** What stands where something is being written. */
  get written(): string {
    const { song, writing } = this;
    const at = (each: { onset: number }): boolean => each.onset === writing?.onset;
    if (writing?.kind === 'chord') return song?.chords.find(at)?.symbol ?? '';
    return song?.notes.find(at)?.lyric ?? '';
  }

  /** Put a word or a chord where it is being written; an empty one takes it away. */
  keepWritten(text: string): void {
    const { song, writing } = this;
    const word = text.trim();
    if (!song || !writing || word === this.written) return;
    if (writing.kind === 'chord' && this.isChordLocked(writing.onset)) {
      this.trouble = 'locked';
      return;
    }
    const { kind, onset } = writing;
    let { notes, chords } = song;
    if (kind === 'word') {
      notes = notes.map((note) => (note.onset === onset ? { ...note, lyric: word } : note));
    } else {
      const others = chords.filter((chord) => chord.onset !== onset);
      const next = others.find((chord) => chord.onset > onset)?.onset ?? song.end;
      const added: Chord = { onset, duration: Math.max(next - onset, 1), symbol: word, tones: [], bass: null };
      chords = (word ? [...others, added] : others).sort((a, b) => a.onset - b.onset);
    }
    this.song = { ...song, notes, chords };
    const draft = { notes, chords };
    this.change((project) => api.commit(project.id, project.revision, draft, kind));
    if (kind === 'chord') this.selectChord(word ? chords.findIndex((chord) => chord.onset === onset) : -1);
  }

  /** Whether the chord that sounds at a time is to stay, as long as it lasts. */
  private isChordLocked(onset: number): boolean {
    const chords = this.song?.chords ?? [];
    return chords[lastAtOrBefore(chords.map((chord) => chord.onset), onset)]?.isLocked ?? false;
  }

  /** Lock the chosen notes or chord, or, where all are locked, let them go. */
  toggleLock(): void {
    const { song, selection } = this;
    if (!song || !this.canEdit) return;
    if (this.chord >= 0) {
      this.lockChord(song, this.chord);
      return;
    }
    if (selection.length === 0) return;
    const isLocked = !selection.every((index) => song.notes[index]?.isLocked);
    const chosen = new Set(selection);
    const notes = song.notes.map((note, index) => (chosen.has(index) ? { ...note, isLocked } : note));
    this.song = { ...song, notes };
    const draft = { notes, chords: song.chords };
    this.change((project) => api.commit(project.id, project.revision, draft, 'lock'));
  }

  private lockChord(song: Song, chosen: number): void {
    const chords = song.chords.map((chord, index) =>
      index === chosen ? { ...chord, isLocked: !chord.isLocked } : chord,
    );
    this.song = { ...song, chords };
    const draft = { notes: song.notes, chords };
    this.change((project) => api.commit(project.id, project.revision, draft, 'lock'));
  }

  /** Take a whole song in place of this one: a variant that is kept. */
  take(variant: Song, focus: number, action: string, proposal?: Proposal): void {
    if (!this.canEdit) return;
    const isKept = keepsLocked(this.song?.notes ?? [], variant.notes) && keepsChords(this.song?.chords ?? [], variant.chords);
    if (action === 'compose' && !isKept) {
      this.trouble = 'locked';
      return;
    }
    const locked = new Set(this.song?.notes.filter((note) => note.isLocked).map(noteKey));
    const notes = variant.notes.map((note) => (locked.has(noteKey(note)) ? { ...note, isLocked: true } : note));
    const held = new Set(this.song?.chords.filter((chord) => chord.isLocked).map(chordKey));
    const chords = variant.chords.map((chord) => (held.has(chordKey(chord)) ? { ...chord, isLocked: true } : chord));
    const song = { ...variant, notes, chords };
    this.song = song;
    this.selection = focus >= 0 ? [focus] : [];
    this.focus = focus;
    const draft = { notes: song.notes, chords: song.chords };
    this.change((project) => api.commit(project.id, project.revision, draft, action, proposal));
  }

  /** Do something once all changes until now are saved. */
  afterSaving(work: () => Promise<void>): void {
    this.pending = this.pending.then(work);
  }

  step(direction: 'undo' | 'redo'): void {
    if (!this.canEdit) return;
    this.breaking.leave();
    this.making.leave();
    this.change(async (project) => {
      const isPossible = direction === 'undo' ? project.can_undo : project.can_redo;
      return isPossible ? api.step(project.id, project.revision, direction) : project;
    });
  }

  nameVersion(name: string, revision?: number): void {
    this.change((project) => api.nameVersion(project.id, project.revision, name, revision));
  }

  /** Go on from a state of the past. */
  takeUp(revision: number): void {
    this.change((project) => api.takeUp(project.id, project.revision, revision));
  }

  restore(name: string): void {
    this.change((project) => api.restore(project.id, project.revision, name));
  }

  private change(work: (project: Project) => Promise<Project>): void {
    this.nPending += 1;
    this.saving = 'saving';
    this.trouble = '';
    const failures = this.nFailures;
    this.pending = this.pending.then(async () => {
      const project = this.project;
      let settled: Project | null = null;
      // What was done on top of a change that failed would undo what is there instead.
      const isSound = failures === this.nFailures;
      if (project && isSound) {
        await this.attempt(async () => (settled = await work(project)));
        if (!settled) this.nFailures += 1;
      }
      this.nPending -= 1;
      if (settled) this.project = settled;
      if (this.nPending > 0) return;
      this.saving = 'saved';
      if (this.project) this.settle(this.project);
    });
  }

  async openExample(name: string): Promise<void> {
    await this.attempt(async () => this.open(await api.openExample(name)));
  }

  async openProject(id: string): Promise<void> {
    await this.attempt(async () => this.open(await api.project(id)));
  }

  async openFile(file: File): Promise<void> {
    await this.attempt(async () => this.open(await api.openFile(file)));
  }

  /** Open a song that a job has made; whether it could be. */
  async openMade(job: string, title: string): Promise<boolean> {
    const before = this.project;
    await this.attempt(async () => this.open(await api.openMade(job, title)));
    return this.project !== before;
  }

  /** Do something that may fail; what went wrong is shown, and the page is as the server has it. */
  private async attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.trouble = error.message;
      if (error.code === 'conflict' && this.project) {
        this.project = await api.project(this.project.id).catch(() => this.project);
      }
    }
  }

  writeAddress(): void {
    if (!this.project) return;
    const address = new URL(location.href);
    address.search = '';
    address.searchParams.set('song', this.project.id);
    if (this.focus >= 0) address.searchParams.set('note', String(this.focus + 1));
    const { panel, composed, sculpted } = this.making;
    if (panel) address.searchParams.set('panel', panel);
    const job = this.breaking.job ?? composed ?? (panel === 'sculpt' ? sculpted : null);
    if (job) address.searchParams.set('job', job.id);
    this.view.write(address.searchParams);
    history.replaceState(null, '', address);
  }
}

function keepsLocked(before: readonly Note[], after: readonly Note[]): boolean {
  const there = new Set(after.map(noteKey));
  return before.every((note) => !note.isLocked || there.has(noteKey(note)));
}

function keepsChords(before: readonly Chord[], after: readonly Chord[]): boolean {
  const there = new Set(after.map(chordKey));
  return before.every((chord) => !chord.isLocked || there.has(chordKey(chord)));
}

const endWith = (song: Song, notes: readonly Note[]): number => {
  const last = notes.at(-1);
  return Math.max(song.end, last ? endOf(last) : 0);
};

/** Phrases until the server says where they begin now. */
const phrasesOf = (song: Song, notes: readonly Note[]): number[] =>
  notes.length === song.notes.length ? song.phrases : [];
