/** What is being made of a song besides breaks: compositions, a sculpture, states of the past. */

import { firstChange, lastAtOrBefore, type Song } from '../roll/model';
import type { TargetCell } from '../roll/target';
import { attempt } from './attempt';
import { api, type ComposeJob, type History, type Job, type Mode, type News, type Order, type Removal, type SculptJob } from './api';
import { Choices, type Choice } from './choices.svelte';
import { t } from './language.svelte';
import type { Session } from './session.svelte';
import { MOST_BARS, arcLevel, barCount, cellsOf, heardByBar, linesOf, usualLevel, writtenBars } from './target';

export const PANELS = ['compose', 'sculpt', 'atlas', 'fish', 'history', 'story'] as const;
export type Panel = (typeof PANELS)[number];
export const isPanel = (name: string | null): name is Panel => PANELS.some((each) => each === name);

const WAIT_MS = 90;
const USUAL_BARS = 4;

export class Making {
  panel = $state<Panel | null>(null);
  jobs = $state.raw<Job[]>([]);
  /** A song that is laid over the present one. */
  preview = $state.raw<Song | null>(null);
  /** Whether what is heard and seen in front is that, not the original. */
  hasPreview = $state(true);
  composed = $state.raw<ComposeJob | null>(null);
  sculpted = $state.raw<SculptJob | null>(null);
  /** Notes that are left, of a sculpture that is looked at. */
  left = $state(0);
  history = $state.raw<History | null>(null);
  past = $state(-1);
  /** Number of a find that is looked at; 0 is none. */
  find = $state(0);

  mode = $state<Mode>('fill');
  /** Bars to write; a field that is empty says null. */
  first = $state<number | null>(1);
  last = $state<number | null>(4);
  n = $state<number | null>(8);
  /** Whether a new song is like this one. */
  isLike = $state(true);
  /** Whether chords are written too. */
  hasChords = $state(false);
  /** Of a new song. */
  title = $state('');
  readonly choices = new Choices(['form', 'key', 'meter', 'range', 'scale', 'ending', 'max_leap', 'max_shared', 'seed']);
  /** Seed of the next composition, where none is chosen. */
  private seed = 0;
  /** Bits that were drawn, by bar. */
  levels = $state.raw<Record<number, number>>({});

  private fetching = '';
  private isDirty = false;
  private isStarting = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly session: Session) {}

  get offered(): Song | null {
    return this.hasPreview ? this.preview : null;
  }

  // -- panels --------------------------------------------------------------------------------

  open(panel: Panel | null): void {
    this.panel = panel;
    this.session.breaking.leave();
    this.leave();
    if (panel === 'compose') this.chooseBars();
    if (panel === 'history') void this.loadHistory();
    this.hearStory();
    if (panel === 'atlas') void this.session.atlas.load();
    if (panel === 'fish') void this.session.fishing.load();
    this.session.writeAddress();
  }

  /** For another song. */
  async clear(): Promise<void> {
    this.leave();
    [this.jobs, this.history, this.levels, this.sculpted, this.composed] = [[], null, {}, null, null];
    if (this.panel === 'history') void this.loadHistory();
    this.hearStory();
    if (this.panel === 'compose') this.chooseBars();
    await this.listJobs();
  }

  /** The song has changed: what lies over it was made from something else. */
  settle(): void {
    if (this.panel === 'history') void this.loadHistory();
    this.hearStory();
    if (this.sculpted && this.sculpted.revision !== this.session.project?.revision) this.sculpted = null;
  }

  /** More may be told. */
  hearStory(): void {
    if (this.panel === 'story') void this.session.story.load();
  }

  leave(): void {
    clearTimeout(this.timer);
    this.preview = null;
    this.hasPreview = true;
    [this.past, this.find] = [-1, 0];
    this.session.atlas.leave();
    this.composed = null;
    if (this.sculpted?.result) this.left = this.sculpted.result.n_total;
    this.session.writeAddress();
  }

  keep(): void {
    const song = this.preview;
    if (!song) return;
    const { past, find, composed: job, sculpted, left, session } = this;
    if (find > 0) {
      if (session.keepFound(song, (project) => api.keepFind(project.id, find))) this.leave();
      return;
    }
    if (session.atlas.isOffered) {
      session.atlas.keep(song);
      return;
    }
    if (job?.request.mode === 'new') {
      void this.openMade(job);
      return;
    }
    this.leave();
    if (past >= 0) session.takeUp(past);
    else if (job) session.take(song, -1, 'compose', { job: job.id });
    else session.take(song, -1, 'sculpt', sculpted ? { job: sculpted.id, left } : undefined);
    // A job that goes away before is one whose proposals were let go.
    if (job) session.afterSaving(() => this.dismiss(job.id));
  }

  /** A new song is a project of its own. */
  private async openMade(job: ComposeJob): Promise<void> {
    const isOpened = await this.session.openMade(job.id, this.title.trim() || t('new_song'));
    if (!isOpened) return;
    this.title = '';
    this.open(null);
    await this.dismiss(job.id);
  }

  /** Compose a song that has nothing of the one that is open. */
  startNew(): void {
    [this.mode, this.isLike, this.hasChords, this.levels] = ['new', false, true, {}];
    this.choices.reset();
    this.open('compose');
  }

  // -- jobs ----------------------------------------------------------------------------------

  async listJobs(): Promise<void> {
    const id = this.session.project?.id;
    if (!id) return;
    await this.attempt(async () => {
      const jobs = await api.jobs(id);
      if (id === this.session.project?.id) this.jobs = jobs;
    });
  }

  async hear(news: News): Promise<void> {
    if (news.project !== this.session.project?.id) return;
    if (news.state === 'gone') {
      this.jobs = this.jobs.filter((job) => job.id !== news.id);
      return;
    }
    const known = this.jobs.find((job) => job.id === news.id);
    if (!known) {
      await this.listJobs();
      return;
    }
    const { state, share, n_results } = news as unknown as Job;
    const isNews = n_results !== known.n_results || state !== known.state;
    this.jobs = this.jobs.map((job) => (job.id === news.id ? { ...job, state, share, n_results } : job));
    // Why it failed is no part of the news.
    if (isNews && state === 'failed') await this.listJobs();
    if (isNews && known.kind === 'atlas') await this.session.atlas.load();
    if (isNews) await this.fetch(known.id);
  }

  /** What happened before the news began, or while they were cut off. */
  async catchUp(): Promise<void> {
    await this.listJobs();
    const { job } = this.session.breaking;
    if (job) await this.session.breaking.hear(job.id);
    for (const each of [this.composed, this.sculpted]) if (each) await this.fetch(each.id);
  }

  /** The results of a job that is looked at; news that come meanwhile are not lost. */
  private async fetch(id: string): Promise<void> {
    if (id !== this.composed?.id && id !== this.sculpted?.id) return;
    if (this.fetching === id) {
      this.isDirty = true;
      return;
    }
    this.fetching = id;
    await this.attempt(async () => this.show(await api.job(id)));
    this.fetching = '';
    if (!this.isDirty) return;
    this.isDirty = false;
    await this.fetch(id);
  }

  private show(job: Job): void {
    // Answers may overtake each other.
    const known = [this.composed, this.sculpted].find((each) => each?.id === job.id);
    if (known && job.n_results < known.n_results) return;
    if (job.kind === 'compose' && job.id === this.composed?.id) {
      this.composed = job;
      this.preview = job.result?.song ?? null;
    } else if (job.kind === 'sculpt' && job.id === this.sculpted?.id) {
      const isFirst = !this.sculpted.result && job.result;
      this.sculpted = job;
      if (isFirst) this.left = job.result?.n_total ?? 0;
    }
    const isBlamed = job.state === 'failed' && job.kind === 'compose' && this.choices.blame(job.field, job.error);
    if (job.state === 'failed' && !isBlamed) this.session.trouble = job.error;
  }

  /** Bring a job to the front, with what it has found so far. */
  async look(id: string): Promise<void> {
    await this.attempt(async () => {
      const job = await api.job(id);
      this.session.breaking.leave();
      this.leave();
      if (job.kind === 'swerve') {
        this.session.breaking.pickUp(job);
        return;
      }
      if (job.kind === 'atlas') {
        this.open('atlas');
        return;
      }
      this.panel = job.kind;
      if (job.kind === 'compose') {
        this.composed = job;
        this.restoreTarget(job);
      } else {
        this.sculpted = job;
        this.left = job.result?.n_total ?? 0;
      }
      this.show(job);
      this.session.writeAddress();
    });
  }

  async order(id: string, order: Order): Promise<void> {
    await this.attempt(() => api.order(id, order));
  }

  async again(id: string): Promise<void> {
    await this.attempt(async () => {
      const job = await api.again(id);
      await this.listJobs();
      await this.look(job.id);
    });
  }

  async dismiss(id: string): Promise<void> {
    this.jobs = this.jobs.filter((job) => job.id !== id);
    if (id === this.composed?.id) this.leave();
    await this.attempt(() => api.dismiss(id));
  }

  // -- composing -----------------------------------------------------------------------------

  /** Bars of the chosen notes, or the first four. */
  private chooseBars(): void {
    const { song, selection } = this.session;
    if (!song) return;
    const bars = selection.map((index) => song.notes[index]?.onset ?? 0).map((onset) => barAt(song, onset));
    const count = barCount(song);
    if (bars.length === 0 && !this.barsFault) return;
    const first = bars.length ? Math.max(Math.min(...bars), 1) : 1;
    // One note says where, not how much: a phrase of four bars, as far as there is room.
    this.last = bars.length > 1 ? Math.max(...bars, 1) : Math.min(first + USUAL_BARS - 1, count);
    this.first = bars.length > 1 ? first : Math.max(Math.min(first, this.last - USUAL_BARS + 1), 1);
  }

  /** What is wrong with the bars that are to be written: `after` the last one, or none is said. */
  get barsFault(): '' | 'empty' | 'after' {
    const { song } = this.session;
    if (!song) return '';
    const isBar = (bar: number | null, most: number): boolean => Number.isInteger(bar) && Number(bar) >= 1 && Number(bar) <= most;
    if (this.mode !== 'fill') return isBar(this.n, MOST_BARS) ? '' : 'empty';
    const count = barCount(song);
    if (!isBar(this.first, count) || !isBar(this.last, count)) return 'empty';
    return Number(this.first) > Number(this.last) ? 'after' : '';
  }

  /** Most that a bar may be, in what is to be written. */
  get mostBars(): number {
    const { song } = this.session;
    return this.mode === 'fill' && song ? barCount(song) : MOST_BARS;
  }

  get heard(): (number | null)[] {
    const song = this.session.song;
    return song ? heardByBar(song, this.session.curves) : [];
  }

  levelOf(bar: number): number {
    const isNew = this.mode === 'new' && !this.isLike;
    if (isNew) return this.levels[bar] ?? arcLevel(bar, this.n ?? 1);
    return this.levels[bar] ?? usualLevel(this.mode === 'continue' ? [] : this.heard, bar);
  }

  private written(song: Song): [number, number] {
    return writtenBars(song, this.mode, this.first ?? 1, this.last ?? 1, this.n ?? 1);
  }

  get cells(): TargetCell[] {
    const song = this.session.song;
    if (!song || this.barsFault) return [];
    const [first, last] = this.written(song);
    return cellsOf(song, first, last, (bar) => this.levelOf(bar));
  }

  /** What was heard in each bar of what is in front. */
  get heardBars(): (number | null)[] {
    const result = this.hasPreview ? this.composed?.result : null;
    return result ? result.bars.map((bar) => bar.heard) : this.heard;
  }

  draw(levels: Record<number, number>): void {
    this.levels = { ...this.levels, ...levels };
  }

  /** Ask for what the song costs there. */
  forget(bar: number): void {
    const { [bar]: _, ...others } = this.levels;
    this.levels = others;
  }

  private restoreTarget({ request }: ComposeJob): void {
    const song = this.session.song;
    if (!song) return;
    this.mode = request.mode;
    [this.isLike, this.hasChords] = [request.like ?? true, request.chords ?? false];
    this.choices.restore(request);
    // The next one is another.
    delete this.choices.values.seed;
    this.seed = request.seed + 1;
    const n = request.bits.length;
    if (request.mode === 'fill') [this.first, this.last] = [request.first_bar, request.first_bar + n - 1];
    else this.n = n;
    const [first] = this.written(song);
    this.levels = Object.fromEntries(request.bits.map((bits, index) => [first + index, bits]));
  }

  /** Choices that there are for what is to be written. */
  get choosable(): Choice[] {
    const left: Record<Mode, Choice[]> = { fill: ['form', 'key', 'meter', 'ending'], continue: ['key', 'meter'], new: [] };
    return this.choices.names.filter((name) => !left[this.mode].includes(name));
  }

  private get wanted(): object {
    const more = { seed: this.seed, ...this.choices.asked(this.choosable) };
    const like = this.mode === 'new' && !this.isLike ? { like: false } : {};
    return { mode: this.mode, ...more, ...like, ...(this.hasChords ? { chords: true } : {}) };
  }

  async compose(): Promise<void> {
    const { project, canEdit } = this.session;
    const cells = this.cells;
    if (!project || !canEdit || cells.length === 0) return;
    const before = this.composed;
    this.session.trouble = '';
    this.leave();
    if (before) await this.dismiss(before.id);
    await this.attempt(async () => {
      this.choices.faults = {};
      const asked = { ...this.wanted, bits: cells.map((cell) => cell.bits), first_bar: cells[0]?.bar ?? 1 };
      const job = await api.start(project.id, project.revision, 'compose', asked);
      this.composed = job as ComposeJob;
      this.seed += 1;
      await this.listJobs();
      this.session.writeAddress();
      // What was told before the job was known here.
      await this.fetch(job.id);
    });
  }

  // -- sculpting -----------------------------------------------------------------------------

  async sculpt(): Promise<void> {
    if (this.isStarting) return;
    this.isStarting = true;
    await this.startSculpting();
    this.isStarting = false;
  }

  private async startSculpting(): Promise<void> {
    const { project, canEdit } = this.session;
    if (!project || !canEdit) return;
    const earlier = this.jobs.filter((job) => job.kind === 'sculpt');
    const same = earlier.find((job) => job.revision === project.revision && job.state !== 'lost');
    if (same) {
      await this.look(same.id);
      return;
    }
    this.leave();
    for (const job of earlier) void this.dismiss(job.id);
    await this.attempt(async () => {
      const job = await api.start(project.id, project.revision, 'sculpt', {});
      this.sculpted = job as SculptJob;
      // What was heard before is known at once.
      this.left = this.sculpted.result?.n_total ?? 0;
      await this.listJobs();
      await this.fetch(job.id);
    });
  }

  /** Leave only so many notes; the song as it then is comes a moment later. */
  setLeft(left: number): void {
    const { project } = this.session;
    const sculpted = this.sculpted;
    if (!project || !sculpted?.result) return;
    this.left = left;
    clearTimeout(this.timer);
    if (left === sculpted.result.n_total) {
      this.preview = null;
      return;
    }
    this.timer = setTimeout(() => {
      void this.attempt(async () => {
        const song = await api.level(project.id, sculpted.revision, left);
        if (this.left === left && this.sculpted?.id === sculpted.id) this.preview = song;
      });
    }, WAIT_MS);
  }

  /** Notes that go at this level, the last one last. */
  get removed(): Removal[] {
    const result = this.sculpted?.result;
    return result ? result.removals.slice(0, result.n_total - this.left) : [];
  }

  // -- the past ------------------------------------------------------------------------------

  async loadHistory(): Promise<void> {
    const id = this.session.project?.id;
    if (!id) return;
    await this.attempt(async () => (this.history = await api.history(id)));
  }

  /** Lay a state of the past over the song. */
  async lookBack(revision: number): Promise<void> {
    const project = this.session.project;
    if (!project) return;
    this.session.breaking.leave();
    await this.attempt(async () => {
      const song = await api.past(project.id, revision);
      [this.preview, this.past, this.hasPreview] = [song, revision, true];
    });
  }

  /** Lay something over the song, from where they begin to differ. */
  offer(song: Song): void {
    const present = this.session.song;
    if (!present) return;
    [this.preview, this.hasPreview] = [song, true];
    // It may be far from what is in sight.
    const at = firstChange(present, song);
    if (at >= 0) this.session.point([at], at);
  }

  // -- finds of a long search ------------------------------------------------------------------

  /** Lay the song over the present one, as it would be if a find were kept. */
  async lookAtFind(number: number): Promise<void> {
    const project = this.session.project;
    if (!project) return;
    this.session.breaking.leave();
    this.leave();
    await this.attempt(async () => {
      const song = await api.find(project.id, number);
      if (project.id !== this.session.project?.id) return;
      this.find = number;
      this.offer(song);
    });
  }

  private async attempt(work: () => Promise<unknown>): Promise<void> {
    await attempt((message, error) => {
      if (!this.choices.blameFor(error)) this.session.trouble = message;
    }, work);
  }
}

/** Number of the full bar; 0 in the pickup. */
const barAt = (song: Song, onset: number): number => lastAtOrBefore(linesOf(song), onset) + 1;
