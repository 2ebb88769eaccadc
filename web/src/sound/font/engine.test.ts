import { SoundBankLoader } from 'spessasynth_core';
import { describe, expect, it } from 'vitest';

import { Engine } from './engine';
import { INSTRUMENTS, patchesOf } from './instruments';
import type { Note } from './messages';
import { ourFont } from './our_font';

const RATE = 48_000;
const BLOCK = 128;
const MELODY = 0;

const bank = SoundBankLoader.fromArrayBuffer(ourFont);

function engineWith(instrument: (typeof INSTRUMENTS)[number], notes: readonly Note[]): Engine {
  const engine = new Engine(RATE);
  engine.load(bank);
  engine.choose(patchesOf(instrument));
  engine.add(notes);
  return engine;
}

const note = (pitch: number, start: number, end: number, channel = MELODY): Note => ({
  channel,
  pitch,
  velocity: 100,
  start,
  end,
});

/** Block by block, as the thread of the sound asks; `at` is told each block. */
function rendered(engine: Engine, seconds: number, at: (seconds: number) => void = () => {}): Float32Array {
  const left = new Float32Array(Math.ceil((seconds * RATE) / BLOCK) * BLOCK);
  const right = new Float32Array(left.length);
  for (let from = 0; from < left.length; from += BLOCK) {
    at(from / RATE);
    engine.render(left.subarray(from, from + BLOCK), right.subarray(from, from + BLOCK), from);
  }
  return left;
}

const part = (sound: Float32Array, from: number, to: number): Float32Array =>
  sound.subarray(Math.round(from * RATE), Math.round(to * RATE));
const peak = (sound: Float32Array): number => sound.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
const level = (sound: Float32Array): number => Math.sqrt(sound.reduce((sum, x) => sum + x * x, 0) / sound.length);

/** Power of a frequency in a stretch of sound, with Hann's window. */
function power(sound: Float32Array, frequency: number): number {
  let [re, im] = [0, 0];
  for (let i = 0; i < sound.length; i++) {
    const x = (sound[i] ?? 0) * Math.sin((Math.PI * i) / sound.length) ** 2;
    re += x * Math.cos((2 * Math.PI * frequency * i) / RATE);
    im += x * Math.sin((2 * Math.PI * frequency * i) / RATE);
  }
  return re * re + im * im;
}

/** Cents by which the loudest comb of four harmonics lies off a key, in steps of one. */
function centsOff(sound: Float32Array, key: number): number {
  const comb = (cents: number): number => {
    const first = 440 * 2 ** ((key - 69 + cents / 100) / 12);
    return [1, 2, 3, 4].reduce((sum, k) => sum + power(sound, k * first), 0);
  };
  const grid = [-50, -24, -12, -6, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6, 12, 24, 50];
  return grid.reduce((best, cents) => (comb(cents) > comb(best) ? cents : best), -50);
}

describe.each(INSTRUMENTS)('%s', (instrument) => {
  it.each([48, 60, 72])('sounds key %i: in tune, unclipped, and silent once let go', (key) => {
    const sound = rendered(engineWith(instrument, [note(key, 0, 1)]), 2);
    expect(level(part(sound, 0.2, 0.6))).toBeGreaterThan(0.01);
    expect(peak(sound)).toBeLessThan(0.3);
    // Long enough for three cents at C3: four cycles of beat would be a whole second and more.
    expect(Math.abs(centsOff(part(sound, 0.15, 0.95), key))).toBeLessThanOrEqual(2);
    expect(peak(part(sound, 1.7, 2))).toBeLessThan(1e-3);
  });
});

it('dies away where it is plucked or struck, highs first, and stays where it is blown or bowed', () => {
  const falls = (instrument: (typeof INSTRUMENTS)[number]): [number, number] => {
    const sound = rendered(engineWith(instrument, [note(60, 0, 3)]), 2.4);
    const [early, late] = [part(sound, 0.2, 0.4), part(sound, 2, 2.2)];
    const bright = (each: Float32Array): number => power(each, 4 * 261.63) / power(each, 261.63);
    return [level(late) / level(early), bright(late) / bright(early)];
  };
  for (const instrument of ['piano', 'guitar'] as const) {
    const [whole, bright] = falls(instrument);
    expect(whole).toBeLessThan(0.5);
    expect(bright).toBeLessThan(0.7);
  }
  for (const instrument of ['flute', 'organ', 'strings'] as const) expect(falls(instrument)[0]).toBeGreaterThan(0.7);
});

it('begins a note on its sample, wherever the block begins', () => {
  const start = 0.0501;
  const sound = rendered(engineWith('organ', [note(60, start, 0.3)]), 0.2);
  const first = sound.findIndex((each) => each !== 0);
  expect(first / RATE).toBeGreaterThanOrEqual(start - 1 / RATE);
  expect(first / RATE).toBeLessThan(start + 0.001);
});

it('sounds a key anew that is let go and pressed at one moment', () => {
  const sound = rendered(engineWith('organ', [note(60, 0, 0.5), note(60, 0.5, 1)]), 1);
  expect(level(part(sound, 0.8, 0.95))).toBeGreaterThan(0.8 * level(part(sound, 0.2, 0.4)));
});

it('is silent 20 ms after a stop, without a click, and nothing that was to come comes', () => {
  const engine = engineWith('organ', [note(60, 0, 5), note(64, 0.4, 5, 1)]);
  let isStopped = false;
  const sound = rendered(engine, 0.8, (seconds) => {
    if (seconds < 0.3 || isStopped) return;
    isStopped = true;
    engine.stop();
  });
  expect(peak(part(sound, 0.1, 0.3))).toBeGreaterThan(0.02);
  expect(peak(part(sound, 0.325, 0.8))).toBe(0);
  const steps = (from: number, to: number): number => {
    const each = part(sound, from, to);
    return peak(each.map((x, i) => (i ? x - (each[i - 1] ?? 0) : 0)));
  };
  expect(steps(0.29, 0.4)).toBeLessThanOrEqual(1.1 * steps(0.1, 0.29));
});

it('plays again after a stop', () => {
  const engine = engineWith('flute', [note(72, 0, 5)]);
  rendered(engine, 0.1);
  engine.stop();
  engine.add([note(72, 0.05, 0.5)]);
  expect(level(part(rendered(engine, 0.4), 0.2, 0.4))).toBeGreaterThan(0.01);
});

it('refuses what is no font', () => {
  const engine = new Engine(RATE);
  expect(() => engine.load(new ArrayBuffer(40))).toThrow();
  expect(() => engine.load(ourFont.slice(0, 20_000))).toThrow();
});
