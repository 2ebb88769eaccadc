/** Long searches, which go on without this page: how they stand, and what has surfaced. */

import { attempt } from './attempt';
import { api, type ApiError, type FishOrder, type Fished, type FishedSong } from './api';
import { language, t } from './language.svelte';
import type { Session } from './session.svelte';
import { Switch } from './switch.svelte';

export const MOST_NIGHTS = 30;
export const MOST_A_DAY = 24;

export class Fishing {
  /** Songs that are fished, or were. */
  songs = $state.raw<FishedSong[]>([]);
  /** What there is of the song on the page, once it is known. */
  fished = $state.raw<Fished | null>(null);
  /** Finds that were new when they came to this page. */
  fresh = $state.raw<ReadonlySet<number>>(new Set());
  isCasting = $state(false);

  wish = $state('');
  nights = $state<number | null>(1);
  rate = $state<number | null>(3);
  always = $state(false);
  notify = $state(false);
  /** What is wrong with what is asked, by the name of the field. */
  fault = $state.raw<{ field: string; message: string } | null>(null);

  readonly hasBadge = new Switch('clinamen.fish-badge');
  readonly hasNotices = new Switch('clinamen.fish-notices');
  isDenied = $state(false);

  constructor(private readonly session: Session) {}

  /** Number on the badge: of finds that nobody has looked at, in all songs. */
  get badge(): number {
    return this.hasBadge.isOn ? this.songs.reduce((sum, song) => sum + song.n_unseen, 0) : 0;
  }

  said(n: number): string {
    return n === 1 ? t('fish_unseen_one') : t('fish_unseen', { n: n.toLocaleString(language.now) });
  }

  /** Other songs with something new, or in which it goes on. */
  get elsewhere(): FishedSong[] {
    const isOpen = ({ state }: FishedSong): boolean => state !== 'stopped' && state !== 'ended';
    return this.songs.filter((song) => song.id !== this.session.project?.id && (song.n_unseen > 0 || isOpen(song)));
  }

  async begin(): Promise<void> {
    await this.attempt(async () => void (this.songs = await api.fishedSongs()));
  }

  /** For another song. */
  clear(): void {
    [this.fished, this.fresh, this.fault] = [null, new Set(), null];
    if (this.isShown) void this.load();
  }

  async hear(project: string): Promise<void> {
    await this.attempt(async () => {
      const songs = await api.fishedSongs();
      if (this.hasNotices.isOn) this.notice(songs);
      this.songs = songs;
    });
    if (project === undefined || project === this.session.project?.id) await this.load();
  }

  async catchUp(): Promise<void> {
    await this.begin();
    await this.load();
  }

  private get isShown(): boolean {
    return this.session.making.panel === 'fish';
  }

  /** How it stands in this song. */
  async load(): Promise<void> {
    const id = this.session.project?.id;
    if (!id || !this.isShown) return;
    await this.attempt(async () => {
      this.show(id, await api.fished(id));
      await this.see();
    });
  }

  private show(id: string, fished: Fished): void {
    if (id !== this.session.project?.id) return;
    this.fished = fished;
    const fresh = fished.finds.filter((find) => find.is_new).map((find) => find.number);
    if (fresh.length) this.fresh = new Set([...this.fresh, ...fresh]);
  }

  /** What is on a page that is seen has been looked at. */
  async see(): Promise<void> {
    const id = this.session.project?.id;
    const hasNew = this.fished?.finds.some((find) => find.is_new);
    if (!id || !hasNew || !this.isShown || !this.session.canEdit || document.hidden) return;
    await this.attempt(() => api.seeFinds(id));
  }

  async cast(): Promise<void> {
    const { project, canEdit } = this.session;
    if (!project || !canEdit || this.isCasting) return;
    this.fault = null;
    this.isCasting = true;
    const { wish, nights, rate, always, notify } = this;
    await this.session.changes.made();
    await this.attempt(async () => {
      this.show(project.id, await api.cast(project.id, { wish, nights, rate, always, notify }));
      this.wish = '';
    });
    this.isCasting = false;
  }

  async order(order: FishOrder): Promise<void> {
    const id = this.session.project?.id;
    if (id) await this.attempt(async () => this.show(id, await api.orderFish(id, order)));
  }

  async reject(number: number): Promise<void> {
    const { project, making } = this.session;
    if (!project) return;
    if (making.find === number) making.leave();
    await this.attempt(async () => this.show(project.id, await api.rejectFind(project.id, number)));
  }

  /** Ask the browser whether this page may notify; only when that is wanted. */
  async wantNotices(isOn: boolean): Promise<void> {
    const mayAsk = isOn && 'Notification' in window;
    const answer = mayAsk ? await Notification.requestPermission() : 'denied';
    this.isDenied = isOn && answer !== 'granted';
    this.hasNotices.isOn = isOn && !this.isDenied;
  }

  private notice(songs: readonly FishedSong[]): void {
    if (!('Notification' in window) || Notification.permission !== 'granted' || document.hasFocus()) return;
    for (const song of songs) {
      const before = this.songs.find((each) => each.id === song.id)?.n_unseen ?? 0;
      if (song.n_unseen <= before || song.tells) continue;
      // One for each song, however many pages are open.
      const notice = new Notification(`Clinamen: ${song.title}`, { body: this.said(song.n_unseen), tag: `clinamen-${song.id}` });
      notice.onclick = () => void this.follow(song.id);
    }
  }

  /** Go to where something has surfaced. */
  async follow(id: string): Promise<void> {
    window.focus();
    if (id !== this.session.project?.id) await this.session.openProject(id);
    this.session.making.open('fish');
  }

  private async attempt(work: () => Promise<unknown>): Promise<void> {
    await attempt((message, error: ApiError) => {
      if (error.field) this.fault = { field: error.field, message };
      else this.session.trouble = message;
    }, work);
  }
}
