/** Plays a song: what is due in the next moment is handed to the synthesizer, again and again. */

import type { Song } from '../roll/model';
import { TempoMap } from './clock';
import type { Synth } from './synth';

const AHEAD = 0.15;
const EVERY_MS = 30;
const LEAD_IN = 0.06;

export interface Span {
  start: number;
  end: number;
}

export class Player {
  /** Where playing goes on when it starts again, in ticks. */
  position = 0;
  loop: Span | null = null;
  hasChords = true;
  private song: Song | null = null;
  private scale = 1;
  private map = new TempoMap([], 1);
  private timer: ReturnType<typeof setInterval> | undefined;
  /** What the clock of the sound said when the song was, or would have been, at tick 0. */
  private origin = 0;
  private scheduledTo = 0;

  constructor(
    private readonly synth: Synth,
    private readonly onEnd: () => void,
  ) {}

  get isPlaying(): boolean {
    return this.timer !== undefined;
  }

  /** The song to play; may change while it plays. */
  setSong(song: Song, scale = this.scale): void {
    const tick = this.tick;
    [this.song, this.scale] = [song, scale];
    this.map = new TempoMap(song.tempos, song.ticksPerQuarter, scale);
    if (!this.isPlaying) return;
    const held = Math.max(this.scheduledTo, tick);
    this.origin = this.synth.now - this.map.secondsAt(tick);
    this.scheduledTo = held;
  }

  /** Where the music is now, in ticks. */
  get tick(): number {
    if (!this.isPlaying) return this.position;
    return Math.max(this.map.tickAt(Math.max(this.synth.now - this.origin, 0)), 0);
  }

  async play(): Promise<void> {
    if (!this.song || this.isPlaying) return;
    await this.synth.wake();
    const { start, end } = this.span;
    if (this.position < start || this.position >= end - 1) this.position = start;
    this.startAt(this.position, this.synth.now + LEAD_IN);
    this.timer = setInterval(() => this.schedule(), EVERY_MS);
    this.schedule();
  }

  pause(): void {
    const tick = this.tick;
    clearInterval(this.timer);
    this.timer = undefined;
    this.synth.stop();
    this.position = tick;
  }

  seek(tick: number): void {
    this.position = tick;
    if (!this.isPlaying) return;
    this.synth.stop();
    this.startAt(tick, this.synth.now + LEAD_IN);
  }

  private startAt(tick: number, seconds: number): void {
    this.origin = seconds - this.map.secondsAt(tick);
    this.scheduledTo = tick;
  }

  private get span(): Span {
    return this.loop ?? { start: 0, end: this.song?.end ?? 0 };
  }

  private schedule(): void {
    const song = this.song;
    if (!song) return;
    const { end, start } = this.span;
    const until = this.map.tickAt(this.synth.now + AHEAD - this.origin);
    this.sound(song, this.scheduledTo, Math.min(until, end));
    this.scheduledTo = Math.max(this.scheduledTo, Math.min(until, end));
    if (until < end) return;
    if (this.loop) this.startAt(start, this.origin + this.map.secondsAt(end));
    else if (this.tick >= end) this.finish();
  }

  private finish(): void {
    this.pause();
    this.position = 0;
    this.onEnd();
  }

  private sound(song: Song, from: number, until: number): void {
    const isDue = (onset: number): boolean => onset >= from && onset < until;
    for (const note of song.notes) {
      if (isDue(note.onset)) this.synth.melody(note.pitch, ...this.when(note));
    }
    if (!this.hasChords) return;
    for (const chord of song.chords) {
      if (isDue(chord.onset)) this.synth.chord(chord.tones, chord.bass, ...this.when(chord));
    }
  }

  private when(event: { onset: number; duration: number }): [number, number] {
    const start = this.map.secondsAt(event.onset);
    return [this.origin + start, this.map.secondsAt(event.onset + event.duration) - start];
  }
}
