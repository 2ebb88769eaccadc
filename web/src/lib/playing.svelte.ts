/** Playing, as the page shows it. */

import type { Song } from '../roll/model';
import { Player, type Span } from '../sound/player';
import { trimFor } from '../sound/loudness';
import { Synth } from '../sound/synth';

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
  private readonly synth = new Synth();
  private readonly player = new Player(this.synth, () => this.ended());
  private song: Song | null = null;
  private written = USUAL_TEMPO;
  private frame = 0;

  /** The song to play; `original` is what it is compared with, at the same place and as loud. */
  setSong(song: Song, original = song): void {
    this.synth.trim = trimFor(song, original, this.hasChords);
    const written = song.tempos[0]?.[1] ?? USUAL_TEMPO;
    const isOther = this.song === null || written !== this.written;
    [this.song, this.written] = [song, written];
    if (isOther) this.tempo = Math.round(Math.min(Math.max(written, SLOWEST), FASTEST));
    this.player.setSong(song, this.tempo / this.written);
  }

  setTempo(tempo: number): void {
    this.tempo = tempo;
    if (this.song) this.player.setSong(this.song, tempo / this.written);
  }

  setChords(hasChords: boolean): void {
    this.hasChords = hasChords;
    this.player.hasChords = hasChords;
  }

  setVolume(volume: number): void {
    this.volume = volume;
    this.synth.volume = volume;
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
    await this.player.play();
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

  private ended(): void {
    cancelAnimationFrame(this.frame);
    this.isPlaying = false;
    this.tick = 0;
  }
}
