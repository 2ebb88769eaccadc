import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import type { Song } from '../roll/model';
import type { Output } from './output';
import { Player } from './player';
import type { Voice } from './voice';

/** Four notes, one a second. */
const song = {
  ticksPerQuarter: 10,
  end: 40,
  notes: [60, 62, 64, 65].map((pitch, i) => ({ onset: i * 10, duration: 10, pitch, lyric: '' })),
  tempos: [[0, 60]],
  chords: [],
} as unknown as Song;

const clock = { now: 0, wake: async (): Promise<void> => {} };

class Heard implements Voice {
  pitches: number[] = [];
  stops = 0;
  constructor(readonly ready: () => Promise<void> = async () => {}) {}
  melody(pitch: number): void {
    this.pitches.push(pitch);
  }
  chord(): void {}
  stop(): void {
    this.stops++;
  }
}

const playerOf = (voice: Voice): Player => {
  const player = new Player(clock as unknown as Output, voice, () => {});
  player.setSong(song);
  return player;
};

/** Time goes on, for the sound and for the page. */
function pass(seconds: number): void {
  for (let i = 0; i < seconds * 100; i++) {
    clock.now += 0.01;
    vi.advanceTimersByTime(10);
  }
}

beforeEach(() => {
  clock.now = 0;
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

it('plays each note once, and stops at the end', async () => {
  const voice = new Heard();
  const player = playerOf(voice);
  await player.play();
  pass(5);
  expect(voice.pitches).toEqual([60, 62, 64, 65]);
  expect([player.isPlaying, player.position, voice.stops]).toEqual([false, 0, 1]);
});

it('goes over to another voice where it is: what sounded is stopped, no note comes twice', async () => {
  const [first, second] = [new Heard(), new Heard()];
  const player = playerOf(first);
  await player.play();
  pass(1.5);
  player.setVoice(second);
  expect(first.stops).toBe(1);
  pass(4);
  expect([first.pitches, second.pitches]).toEqual([[60, 62], [64, 65]]);
});

it('does not start when it was told to stop while the voice was loading', async () => {
  let isLoaded = (): void => {};
  const voice = new Heard(() => new Promise((resolve) => (isLoaded = resolve)));
  const player = playerOf(voice);
  const starting = player.play();
  await Promise.resolve();
  player.pause();
  isLoaded();
  await starting;
  pass(1);
  expect([player.isPlaying, voice.pitches]).toEqual([false, []]);
});

it('rejects where the voice cannot sound, and plays with another', async () => {
  const player = playerOf(new Heard(() => Promise.reject(new Error('no'))));
  await expect(player.play()).rejects.toThrow('no');
  expect(player.isPlaying).toBe(false);
  const voice = new Heard();
  player.setVoice(voice);
  await player.play();
  pass(0.5);
  expect(voice.pitches).toEqual([60]);
});

it('comes round in a loop', async () => {
  const voice = new Heard();
  const player = playerOf(voice);
  player.loop = { start: 10, end: 30 };
  await player.play();
  pass(5.2);
  expect(voice.pitches.slice(0, 5)).toEqual([62, 64, 62, 64, 62]);
});
