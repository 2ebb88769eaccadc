/** The map of the song on the page: what is seen of it, and the find that lies over the song. */

import { attempt } from './attempt';
import { api, type At, type AtlasView, type HeardFind, type Job, type MapPlace } from './api';
import type { Session } from './session.svelte';
import type { Song } from '../roll/model';

/** Tunes to be heard, at first and each time it goes on. */
export const FIRST_TUNES = 10_000;
export const MORE_TUNES = 40_000;

export class Atlas {
  map = $state.raw<AtlasView | null>(null);
  isLoaded = $state(false);
  x = $state('surprise');
  y = $state('density');
  /** What the pointer or the keyboard is on. */
  pointed = $state.raw<MapPlace | null>(null);
  /** Whose find lies over the song, if it has one. */
  chosen = $state.raw<MapPlace | null>(null);
  heard = $state.raw<HeardFind | null>(null);
  private asked = 0;
  private choosing = 0;

  constructor(private readonly session: Session) {}

  /** Whether what lies over the song is of the map. */
  get isOffered(): boolean {
    return this.heard !== null;
  }

  get job(): Job | undefined {
    return this.session.making.jobs.find(({ kind, state }) => kind === 'atlas' && (state === 'running' || state === 'paused'));
  }

  clear(): void {
    this.asked += 1;
    [this.map, this.isLoaded, this.pointed] = [null, false, null];
    this.leave();
    void this.load();
  }

  /** Nothing of it lies over the song any more. */
  leave(): void {
    this.choosing += 1;
    [this.chosen, this.heard] = [null, null];
  }

  async load(): Promise<void> {
    const id = this.session.project?.id;
    if (!id || this.session.making.panel !== 'atlas') return;
    const asked = ++this.asked;
    await this.attempt(async () => {
      const map = await api.atlas(id, this.x, this.y);
      if (asked !== this.asked) return;
      [this.map, this.isLoaded] = [map, true];
      const same = (old: MapPlace | null): MapPlace | null => map?.cells.find(({ x, y }) => x === old?.x && y === old.y) ?? null;
      this.pointed = same(this.pointed);
    });
  }

  async turn(x: string, y: string): Promise<void> {
    // Each measure stands on one axis: chosen on the other one, they change places.
    if (x === y) [x, y] = x === this.x ? [this.y, y] : [x, this.x];
    [this.x, this.y] = [x, y];
    this.session.making.leave();
    this.pointed = null;
    await this.load();
  }

  private at(place: MapPlace): At {
    return { cell: `${place.x + 1},${place.y + 1}`, x: this.x, y: this.y };
  }

  /** Lay the find of a cell over the song; a second time, leave it. */
  async choose(place: MapPlace): Promise<void> {
    const { session } = this;
    const id = session.project?.id;
    const wasChosen = this.chosen?.x === place.x && this.chosen.y === place.y;
    session.breaking.leave();
    session.making.leave();
    if (wasChosen || !place.find || !id) return;
    this.chosen = place;
    const choosing = ++this.choosing;
    await this.attempt(async () => {
      const heard = await api.mapFind(id, this.at(place));
      if (choosing !== this.choosing) return;
      this.heard = heard;
      session.making.offer(heard.song);
    });
  }

  keep(song: Song): void {
    const { chosen, heard, session } = this;
    if (!chosen || !heard) return;
    const at = { ...this.at(chosen), quality: heard.quality };
    if (session.keepFound(song, (project) => api.keepMapFind(project.id, project.revision, at))) session.making.leave();
  }

  /** Begin a song with it, which opens. */
  async begin(): Promise<void> {
    const { chosen, heard, session } = this;
    const id = session.project?.id;
    if (!chosen || !heard || !id) return;
    const at = { ...this.at(chosen), quality: heard.quality };
    if (await session.openBegun(() => api.openMapFind(id, heard.title, at))) session.making.open(null);
  }

  async draw(isAnew: boolean): Promise<void> {
    const { project, making, canEdit } = this.session;
    if (!project || !canEdit || this.job) return;
    making.leave();
    const over = making.jobs.filter(({ kind }) => kind === 'atlas');
    await this.attempt(async () => {
      const evaluations = this.map && !isAnew ? MORE_TUNES : FIRST_TUNES;
      await api.start(project.id, project.revision, 'atlas', { evaluations, anew: isAnew });
      for (const job of over) await making.dismiss(job.id);
      await making.listJobs();
    });
  }

  private attempt(work: () => Promise<unknown>): Promise<boolean> {
    return attempt((message) => (this.session.trouble = message), work);
  }
}
