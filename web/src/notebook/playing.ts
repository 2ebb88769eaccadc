/** Playing in a notebook: one song sounds at a time. */

import type { Song } from '../roll/model';
import { Output } from '../sound/output';
import { Player, type Span } from '../sound/player';
import { Synth } from '../sound/synth';

const USUAL_TEMPO = 100;
let sounding: Playing | null = null;

export class Playing {
  private readonly player: Player;
  private readonly written: number;
  private frame = 0;
  tempo: number;

  constructor(
    private readonly song: Song,
    private readonly onChange: (tick: number, isPlaying: boolean) => void,
  ) {
    const output = new Output();
    this.player = new Player(output, new Synth(output), () => this.stopped());
    this.written = song.tempos[0]?.[1] ?? USUAL_TEMPO;
    this.tempo = Math.round(this.written);
    this.player.setSong(song);
  }

  get loop(): Span | null {
    return this.player.loop;
  }

  set loop(span: Span | null) {
    this.player.loop = span;
    const { tick } = this.player;
    if (span && (tick < span.start || tick >= span.end)) this.seek(span.start);
  }

  set hasChords(hasChords: boolean) {
    this.player.hasChords = hasChords;
  }

  setTempo(tempo: number): void {
    this.tempo = tempo;
    this.player.setSong(this.song, tempo / this.written);
  }

  async toggle(): Promise<void> {
    if (this.player.isPlaying) this.pause();
    else await this.play();
  }

  seek(tick: number): void {
    this.player.seek(tick);
    this.onChange(tick, this.player.isPlaying);
  }

  pause(): void {
    if (!this.player.isPlaying) return;
    this.player.pause();
    this.stopped();
  }

  private async play(): Promise<void> {
    sounding?.pause();
    sounding = this;
    await this.player.play();
    const show = (): void => {
      if (!this.player.isPlaying) return;
      this.onChange(this.player.tick, true);
      this.frame = requestAnimationFrame(show);
    };
    show();
  }

  private stopped(): void {
    cancelAnimationFrame(this.frame);
    if (sounding === this) sounding = null;
    this.onChange(this.player.position, false);
  }
}
