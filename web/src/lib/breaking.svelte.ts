/** Breaking the pattern at a note: variants that are looked at, kept, or not. */

import type { Song } from '../roll/model';
import { ApiError, api, type Job, type Variant } from './api';
import type { Session } from './session.svelte';

export const STRENGTHS = ['gentle', 'bold', 'shocking'] as const;
export type Strength = (typeof STRENGTHS)[number];
/** What a strength means: bits above the phrase before. */
export const STRENGTH_BITS: Record<Strength, number> = { gentle: 2.5, bold: 5, shocking: 8 };

export class Breaking {
  strength = $state<Strength>('bold');
  job = $state.raw<Job | null>(null);
  index = $state(0);
  /** Whether what is heard and seen in front is the variant, not the original. */
  hasVariant = $state(true);

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

  /** The song as it is to be heard now. */
  get sounding(): Song | null {
    return (this.hasVariant ? this.variant?.song : null) ?? this.session.song;
  }

  async begin(): Promise<void> {
    const { project, focus, canEdit } = this.session;
    if (!project || !canEdit || focus < 0) return;
    this.leave();
    await this.attempt(async () => {
      this.job = await api.swerve(project.id, project.revision, focus, this.strength);
    });
  }

  /** News of a job. */
  async hear(job: string): Promise<void> {
    if (job !== this.job?.id) return;
    await this.attempt(async () => {
      const found = await api.job(job);
      if (job !== this.job?.id) return;
      // The last result is in another order: what is looked at stays in front.
      const shown = this.variant?.reason;
      this.job = found;
      this.index = Math.max(this.variants.findIndex((each) => each.reason === shown), 0);
      if (found.state === 'failed') this.session.trouble = found.error;
      if (found.state === 'failed') this.job = null;
    });
  }

  browse(by: number): void {
    const n = this.variants.length;
    if (n) this.index = (this.index + by + n) % n;
    this.hasVariant = true;
  }

  keep(): void {
    const variant = this.variant;
    if (!variant) return;
    this.leave();
    this.session.take(variant.song, variant.kind === 'harmony' ? -1 : variant.note);
  }

  leave(): void {
    const job = this.job;
    this.job = null;
    this.index = 0;
    this.hasVariant = true;
    if (job?.state === 'running') void this.attempt(() => api.cancel(job.id));
  }

  private async attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.session.trouble = error.message;
    }
  }
}
