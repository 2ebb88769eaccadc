/** Plays a song: what is due in the next moment is handed to a voice, again and again. */

import type { Song } from '../roll/model';
import { TempoMap } from './clock';
import type { Output } from './output';
import { perform } from './perform';
import type { Voice } from './voice';

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
  /** How often it was said to play or to stop: what was said last holds. */
  private turn = 0;

  constructor(
    private readonly output: Output,
    private voice: Voice,
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
    this.origin = this.output.now - this.map.secondsAt(tick);
    this.scheduledTo = held;
  }

  /** Where the music is now, in ticks. */
  get tick(): number {
    if (!this.isPlaying) return this.position;
    return Math.max(this.map.tickAt(Math.max(this.output.now - this.origin, 0)), 0);
  }

  /** What sounds from now on; may change while it plays. */
  setVoice(voice: Voice): void {
    if (voice === this.voice) return;
    this.voice.stop();
    this.voice = voice;
    if (this.isPlaying) this.startAt(this.tick, this.output.now);
  }

  /** Rejects where the voice cannot sound. */
  async play(): Promise<void> {
    if (!this.song || this.isPlaying) return;
    const turn = ++this.turn;
    await this.output.wake();
    await this.voice.ready();
    if (turn !== this.turn) return;
    const { start, end } = this.span;
    if (this.position < start || this.position >= end - 1) this.position = start;
    this.startAt(this.position, this.output.now + LEAD_IN);
    this.timer = setInterval(() => this.schedule(), EVERY_MS);
    this.schedule();
  }

  pause(): void {
    this.turn++;
    const tick = this.tick;
    clearInterval(this.timer);
    this.timer = undefined;
    this.voice.stop();
    this.position = tick;
  }

  seek(tick: number): void {
    this.position = tick;
    if (!this.isPlaying) return;
    this.voice.stop();
    this.startAt(tick, this.output.now + LEAD_IN);
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
    const until = this.map.tickAt(this.output.now + AHEAD - this.origin);
    const when = (event: { onset: number; duration: number }): [number, number] => this.when(event);
    perform(song, this.hasChords, this.voice, when, this.scheduledTo, Math.min(until, end));
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

  private when(event: { onset: number; duration: number }): [number, number] {
    const start = this.map.secondsAt(event.onset);
    return [this.origin + start, this.map.secondsAt(event.onset + event.duration) - start];
  }
}
