/** The song on the page, what was heard of it, and everything done to it. */

import { chordKey, endOf, lastAtOrBefore, noteKey, type Chord, type Curves, type Note, type Song } from '../roll/model';
import type { Edited } from '../roll/edit';
import { Atlas } from './atlas.svelte';
import { attempt } from './attempt';
import { Breaking } from './breaking.svelte';
import { Changes, type Saving } from './changes.svelte';
import { Fishing } from './fishing.svelte';
import { Making, isPanel } from './making.svelte';
import { Origins } from './origins.svelte';
import { Story } from './story.svelte';
import { View } from './view.svelte';
import { ApiError, TAB, api, isSame, listen, type Draft, type Hearing, type News, type Project, type Proposal, type State, type Why } from './api';

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
  trouble = $state('');
  /** What is being written: the word of the note, or the chord, that begins there. */
  writing = $state.raw<{ kind: 'word' | 'chord'; onset: number } | null>(null);
  readonly view = new View(new URLSearchParams(location.search));
  readonly breaking = new Breaking(this);
  readonly making = new Making(this);
  readonly origins = new Origins(this);
  readonly story = new Story(this);
  readonly fishing = new Fishing(this);
  readonly atlas = new Atlas(this);
  readonly changes = new Changes(
    (error) => (this.trouble = error.message),
    () => this.allSaved(),
  );
  /** Revision that `hearing` is of. */
  private heardRevision = -1;
  private asked = 0;
  /** Whether another tab has changed the song while changes were under way here. */
  private isBehind = false;

  get saving(): Saving {
    return this.changes.saving;
  }

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
    return this.changes.areSaved;
  }

  get isStale(): boolean {
    return this.isHearing || !this.changes.areSaved;
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
    void this.fishing.begin();
    return listen(
      (kind, news) => void this.hearNews(kind, news),
      (isLost) => {
        this.changes.hear(isLost);
        if (!isLost) this.comeBack();
      },
    );
  }

  /** The studio answers again. */
  private comeBack(): void {
    if (this.trouble === 'offline' || this.trouble === 'unsaved') this.trouble = '';
    if (this.heardRevision < 0) void this.hear();
    void this.making.catchUp();
    void this.fishing.catchUp();
  }

  private async found(id: string): Promise<Project> {
    try {
      return await api.project(id);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
      return this.another(id);
    }
  }

  /** The song that was changed last, but for one; an example where there is no other. */
  private async another(id: string): Promise<Project> {
    const other = (await api.projects()).find((each) => each.id !== id);
    if (other) return api.project(other.id);
    const example = this.state?.examples[0];
    if (!this.canEdit || !example) throw new ApiError(404, 'missing', 'there is no song');
    return api.openExample(example);
  }

  private async hearNews(kind: string, news: News): Promise<void> {
    const { project, tab, id } = news;
    if (kind === 'job') {
      await this.making.hear(news);
      if (news.state !== 'gone') await this.breaking.hear(id ?? '');
      return;
    }
    if (kind === 'fish' || kind === 'behind') await this.fishing.hear(project);
    if (kind === 'behind') await this.making.listJobs();
    const isHere = kind === 'behind' || project === this.project?.id;
    if (isHere && (kind === 'story' || kind === 'behind')) this.making.hearStory();
    if (!isHere || kind === 'story' || kind === 'fish' || tab === TAB) return;
    if (kind === 'gone') await this.goneElsewhere(project);
    else await this.reload();
  }

  /** The song as the studio has it, once all that was done here is there too. */
  async reload(): Promise<void> {
    const id = this.project?.id;
    if (!id) return;
    await this.attempt(async () => {
      const before = this.changes.count;
      const project = await api.project(id);
      if (id !== this.project?.id) return;
      this.isBehind = !this.changes.areSaved;
      if (this.isBehind) return;
      if (before === this.changes.count) this.settle(project);
      else await this.reload();
    });
  }

  private async goneElsewhere(id: string): Promise<void> {
    await this.attempt(async () => this.open(await this.another(id)));
    this.trouble = 'gone';
  }

  /** Have everything said anew, as in another language. */
  async retell(): Promise<void> {
    if (!this.project) return;
    this.heardRevision = -1;
    this.breaking.forgetPlaces();
    await this.reload();
    await this.making.catchUp();
    await Promise.all([this.fishing.load(), this.atlas.load()]);
  }

  async open(project: Project): Promise<void> {
    this.hearing = null;
    this.trouble = '';
    this.breaking.leave();
    this.clear();
    this.settle(project);
    this.writeAddress();
    this.story.clear();
    this.fishing.clear();
    this.atlas.clear();
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
    const isHeard = await this.attempt(async () => {
      const hearing = await api.hearing(project.id, project.revision, project.song.notes);
      if (this.project !== project && this.heardRevision !== project.revision) return;
      this.hearing = hearing;
      this.isHearing = false;
      await Promise.all([this.ask(), this.breaking.propose()]);
    });
    if (this.heardRevision !== project.revision) return;
    this.isHearing = false;
    // Without an answer it is asked again when there is a connection.
    if (!isHeard) this.heardRevision = -1;
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
    if (!this.changes.areSaved) return;
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
    this.commit(draft, action);
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
    this.commit(draft, kind);
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
    this.commit(draft, 'lock');
  }

  private lockChord(song: Song, chosen: number): void {
    const chords = song.chords.map((chord, index) =>
      index === chosen ? { ...chord, isLocked: !chord.isLocked } : chord,
    );
    this.song = { ...song, chords };
    const draft = { notes: song.notes, chords };
    this.commit(draft, 'lock');
  }

  /** Take a whole song in place of this one: a variant that is kept. */
  take(variant: Song, focus: number, action: string, proposal?: Proposal): void {
    if (!this.canEdit) return;
    if (action === 'compose' && !this.keepsLocks(variant)) {
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
    this.commit(draft, action, proposal);
  }

  /** Keep what the server knows; whether nothing that is locked would change. */
  keepFound(found: Song, keep: (project: Project) => Promise<Project>): boolean {
    if (!this.canEdit || this.isAlone()) return false;
    if (!this.keepsLocks(found)) {
      this.trouble = 'locked';
      return false;
    }
    this.change(keep);
    return true;
  }

  private keepsLocks(other: Song): boolean {
    const { notes = [], chords = [] } = this.song ?? {};
    return keepsLocked(notes, other.notes) && keepsChords(chords, other.chords);
  }

  /** Do something once all changes until now are saved. */
  afterSaving(work: () => Promise<void>): void {
    this.changes.after(work);
  }

  step(direction: 'undo' | 'redo'): void {
    if (!this.canEdit || this.isAlone()) return;
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
    if (!this.isAlone()) this.change((project) => api.takeUp(project.id, project.revision, revision));
  }

  restore(name: string): void {
    if (!this.isAlone()) this.change((project) => api.restore(project.id, project.revision, name));
  }

  /** Give the song another title. */
  rename(title: string): void {
    this.change((project) => api.rename(project.id, title));
  }

  /** Whether changes wait for the studio, so that what only it can do has to wait too: that is said. */
  private isWaiting(): boolean {
    if (this.saving === 'unsaved') this.trouble = 'unsaved';
    return this.saving === 'unsaved';
  }

  /** Whether there is no studio to ask what this page does not know. */
  private isAlone(): boolean {
    if (this.saving === 'lost') this.trouble = 'offline';
    return this.isWaiting() || this.saving === 'lost';
  }

  private commit(draft: Draft, action: string, proposal?: Proposal): void {
    this.change((project) => api.commit(project.id, project.revision, draft, action, proposal), draft);
  }

  /** Change the song that is open now, from the state that the change before left. */
  private change(work: (project: Project) => Promise<Project>, draft?: Draft): void {
    this.trouble = '';
    const id = this.project?.id;
    this.changes.add(async (isAgain) => {
      const { project } = this;
      if (!project || project.id !== id) return;
      try {
        this.project = await work(project);
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 'conflict') throw error;
        const there = await api.project(project.id);
        this.project = there;
        // What failed before may have been saved, and only the answer lost.
        if (isAgain && draft && isSame(there.song, draft)) return;
        throw there.revision === project.revision ? error : new ApiError(error.status, error.code, 'conflict');
      }
    });
  }

  private allSaved(): void {
    if (this.trouble === 'unsaved') this.trouble = '';
    if (this.project) this.settle(this.project);
    if (this.isBehind) void this.reload();
  }

  /** Open another song, once what was done to this one is saved. */
  private async turnTo(find: () => Promise<Project>): Promise<boolean> {
    if (this.isWaiting()) return false;
    const before = this.project;
    await this.attempt(async () => {
      const found = await find();
      await this.changes.made();
      await this.open(found);
    });
    return this.project !== before;
  }

  /** Remove a song with its story; if it is the one that is open, another one opens. */
  async remove(id: string): Promise<void> {
    if (this.isWaiting()) return;
    await this.attempt(async () => {
      await this.changes.made();
      await api.remove(id);
      if (id === this.project?.id) await this.open(await this.another(id));
    });
  }

  async openExample(name: string): Promise<void> {
    await this.turnTo(() => api.openExample(name));
  }

  async openProject(id: string): Promise<void> {
    await this.turnTo(() => api.project(id));
  }

  async openFile(file: File): Promise<void> {
    await this.turnTo(() => api.openFile(file));
  }

  /** Open a song that was begun on the server; whether it could be. */
  async openBegun(begin: () => Promise<Project>): Promise<boolean> {
    return this.turnTo(begin);
  }

  /** Open a song that a job has made; whether it could be. */
  async openMade(job: string, title: string): Promise<boolean> {
    return this.turnTo(() => api.openMade(job, title));
  }

  /** Do something that may fail; what went wrong is shown. */
  private attempt(work: () => Promise<unknown>): Promise<boolean> {
    return attempt((message) => (this.trouble = message), work);
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
