/** Breaking the pattern at a note: variants that are looked at, kept, or not. */

import type { Lane, Song } from '../roll/model';
import { attempt } from './attempt';
import { api, type Job, type Place, type SwerveJob, type Variant } from './api';
import { Choices } from './choices.svelte';
import type { Session } from './session.svelte';

export const STRENGTHS = ['gentle', 'bold', 'shocking'] as const;
export type Strength = (typeof STRENGTHS)[number];
/** What a strength means: bits above the phrase before. */
export const STRENGTH_BITS: Record<Strength, number> = { gentle: 2.5, bold: 5, shocking: 8 };
const isStrength = (word: string): word is Strength => STRENGTHS.some((each) => each === word);
export const LEAST_BITS = 0.5;
export const MOST_BITS = 14;
export const BREAK_KINDS = ['any', 'pitch', 'rhythm', 'harmony', 'silence'] as const;
export type BreakKind = (typeof BREAK_KINDS)[number];

/** The word that is nearest to some bits. */
export const wordFor = (bits: number): Strength =>
  STRENGTHS.reduce((best, each) =>
    Math.abs(STRENGTH_BITS[each] - bits) < Math.abs(STRENGTH_BITS[best] - bits) ? each : best,
  );

export const clampBits = (bits: number): number =>
  Math.min(Math.max(Math.round(bits * 4) / 4, LEAST_BITS), MOST_BITS);

export class Breaking {
  strength = $state<Strength | number>('bold');
  kind = $state<BreakKind>('any');
  readonly choices = new Choices(['range', 'scale', 'max_leap', 'max_shared', 'n', 'seed']);
  /** Bits above the phrase before to which a bar is being pulled by keyboard, and whose lane. */
  pulled = $state<number | null>(null);
  lane = $state<Lane>('melody');
  places = $state.raw<Place[]>([]);
  job = $state.raw<SwerveJob | null>(null);
  index = $state(0);
  /** Whether what is heard and seen in front is the variant, not the original. */
  hasVariant = $state(true);
  private placesOf = '';
  private pulledTo = -1;

  constructor(private readonly session: Session) {}

  get variants(): Variant[] {
    return this.job?.result?.variants ?? [];
  }

  get variant(): Variant | null {
    return this.variants[this.index] ?? null;
  }

  get isSearching(): boolean {
    return this.job?.state === 'running';
  }

  get bits(): number {
    return typeof this.strength === 'number' ? this.strength : STRENGTH_BITS[this.strength];
  }

  /** The song as it is to be heard now. */
  get offered(): Song | null {
    return this.hasVariant ? (this.variant?.song ?? null) : null;
  }

  placeAt(note: number): Place | undefined {
    return this.places.find((place) => place.note === note);
  }

  /** Ask where a break would tell most. */
  async propose(): Promise<void> {
    const project = this.session.project;
    if (!project || !this.session.canEdit) return;
    const asked = `${project.id} ${project.revision}`;
    if (asked === this.placesOf) return;
    this.placesOf = asked;
    this.places = [];
    await this.attempt(async () => {
      const places = await api.places(project.id, project.revision);
      if (asked === this.placesOf) this.places = places;
    });
  }

  forgetPlaces(): void {
    this.placesOf = '';
  }

  async begin(): Promise<void> {
    this.session.trouble = '';
    await this.search();
  }

  private async search(): Promise<void> {
    const { project, focus, canEdit } = this.session;
    if (!project || !canEdit || focus < 0) return;
    this.leave();
    this.session.making.leave();
    await this.attempt(async () => {
      this.choices.faults = {};
      const asked = { note: focus, strength: this.strength, kind: this.kind, ...this.choices.asked() };
      const job = await api.start(project.id, project.revision, 'swerve', asked);
      this.show(job);
      await this.session.making.listJobs();
      // What was told before the job was known here.
      await this.hear(job.id);
    });
  }

  /** Look at a job that was begun before. */
  pickUp(job: SwerveJob): void {
    this.session.select([job.request.note], job.request.note);
    const { strength, kind } = job.request;
    this.strength = typeof strength === 'number' || isStrength(strength) ? strength : 'bold';
    this.kind = BREAK_KINDS.find((each) => each === kind) ?? 'any';
    this.choices.restore(job.request);
    this.show(job);
  }

  private show(job: Job): void {
    if (job.kind !== 'swerve') return;
    this.job = job;
    this.session.writeAddress();
  }

  /** News of a job. */
  async hear(job: string): Promise<void> {
    if (job !== this.job?.id) return;
    await this.attempt(async () => {
      const found = await api.job(job);
      if (job !== this.job?.id || found.kind !== 'swerve') return;
      // Answers may overtake each other.
      if (found.n_results < this.job.n_results || (found.state === 'running' && !this.isSearching)) return;
      // The last result is in another order: what is looked at stays in front.
      const shown = this.variant?.reason;
      const isSame = found.n_results === this.job.n_results;
      this.job = found;
      if (!isSame) this.index = Math.max(this.variants.findIndex((each) => each.reason === shown), 0);
      if (found.state === 'failed') await this.failed(found);
    });
  }

  /** Say what cannot be had; where a bar was pulled, look for what is near it instead. */
  private async failed({ error, field, request }: SwerveJob): Promise<void> {
    const isWish = typeof request.strength === 'number' && request.strength === this.pulledTo;
    this.leave();
    if (this.choices.blame(field, error)) return;
    this.session.trouble = error;
    if (!isWish) return;
    this.strength = wordFor(request.strength as number);
    await this.search();
  }

  /** Break at a note, about as far as its bar was pulled. */
  async pull(note: number, bits: number, kind: BreakKind): Promise<void> {
    this.session.select([note], note);
    [this.strength, this.kind, this.pulledTo] = [clampBits(bits), kind, clampBits(bits)];
    await this.begin();
  }

  browse(by: number): void {
    const n = this.variants.length;
    if (n) this.index = (this.index + by + n) % n;
    this.hasVariant = true;
  }

  keep(): void {
    const { variant, job, session } = this;
    if (!variant || !job) return;
    this.clear();
    session.take(variant.song, variant.kind === 'harmony' ? -1 : variant.note, 'swerve', { job: job.id });
    // A job that goes away before is one whose proposals were let go.
    session.afterSaving(() => session.making.dismiss(job.id));
  }

  leave(): void {
    const job = this.job;
    this.clear();
    if (job) void this.session.making.dismiss(job.id);
  }

  private clear(): void {
    this.job = null;
    this.index = 0;
    this.hasVariant = true;
    this.pulled = null;
  }

  private async attempt(work: () => Promise<unknown>): Promise<void> {
    await attempt((message, error) => {
      if (!this.choices.blameFor(error)) this.session.trouble = message;
    }, work);
  }
}
