/** Playing, as the page shows it. */

import type { Song } from '../roll/model';
import { Output } from '../sound/output';
import { Player, type Span } from '../sound/player';
import { Synth } from '../sound/synth';
import { Sounds } from './sounds.svelte';

export const SLOWEST = 30;
export const FASTEST = 240;
const USUAL_TEMPO = 100;

export class Playing {
  isPlaying = $state(false);
  /** In ticks. */
  tick = $state(0);
  loop = $state.raw<Span | null>(null);
  tempo = $state(USUAL_TEMPO);
  hasChords = $state(true);
  volume = $state(0.8);
  private readonly output = new Output();
  private readonly synth = new Synth(this.output);
  private readonly player = new Player(this.output, this.synth, () => this.ended());
  readonly sounds = new Sounds(this.output, this.synth, (voice) => {
    this.player.setVoice(voice);
    void this.balance();
  });
  private song: Song | null = null;
  private original: Song | null = null;
  private written = USUAL_TEMPO;
  private frame = 0;

  /** The song to play; `original` is what it is compared with, at the same place and as loud. */
  setSong(song: Song, original = song): void {
    this.original = original;
    const written = song.tempos[0]?.[1] ?? USUAL_TEMPO;
    const isOther = this.song === null || written !== this.written;
    [this.song, this.written] = [song, written];
    if (isOther) this.tempo = Math.round(Math.min(Math.max(written, SLOWEST), FASTEST));
    this.player.setSong(song, this.tempo / this.written);
    void this.balance();
  }

  setTempo(tempo: number): void {
    this.tempo = tempo;
    if (this.song) this.player.setSong(this.song, tempo / this.written);
  }

  setChords(hasChords: boolean): void {
    this.hasChords = hasChords;
    this.player.hasChords = hasChords;
    void this.balance();
  }

  setVolume(volume: number): void {
    this.volume = volume;
    this.output.volume = volume;
  }

  setLoop(span: Span | null): void {
    this.loop = span;
    this.player.loop = span;
    if (span && (this.tick < span.start || this.tick >= span.end)) this.seek(span.start);
  }

  async toggle(): Promise<void> {
    if (this.isPlaying) this.pause();
    else await this.play();
  }

  private async play(): Promise<void> {
    try {
      await this.player.play();
    } catch {
      this.sounds.fail();
      await this.player.play();
    }
    this.isPlaying = this.player.isPlaying;
    const show = (): void => {
      this.tick = this.player.tick;
      if (this.isPlaying) this.frame = requestAnimationFrame(show);
    };
    show();
  }

  pause(): void {
    this.player.pause();
    cancelAnimationFrame(this.frame);
    this.isPlaying = false;
    this.tick = this.player.position;
  }

  seek(tick: number): void {
    this.player.seek(tick);
    this.tick = tick;
  }

  /** Makes what plays as loud as what it is compared with, once both are measured. */
  private async balance(): Promise<void> {
    const { song, original, hasChords } = this;
    const { player } = this.sounds;
    if (!song || !original || song === original) {
      this.output.trim = 1;
      return;
    }
    const { loudnessOf, trimFor } = await import('../sound/measure');
    const measure = (each: Song): Promise<number> =>
      // A font that cannot be measured: both versions as the simple synthesizer sounds them.
      loudnessOf(each, hasChords, player).catch(() => loudnessOf(each, hasChords, null));
    const [here, there] = await Promise.all([measure(song), measure(original)]);
    if (song === this.song && original === this.original) this.output.trim = trimFor(here, there);
  }

  private ended(): void {
    cancelAnimationFrame(this.frame);
    this.isPlaying = false;
    this.tick = 0;
  }
}
