import { describe, expect, it } from 'vitest';

import { LoudnessMeter, MEASURED_RATE, trimFor } from './loudness';

/** Sines one after the other: level in dB of full scale, and seconds. */
function measured(frequency: number, ...steps: [level: number, seconds: number][]): number {
  const meter = new LoudnessMeter();
  for (const [level, seconds] of steps) {
    const amplitude = 10 ** (level / 20);
    const step = (2 * Math.PI * frequency) / MEASURED_RATE;
    meter.push(Float32Array.from({ length: seconds * MEASURED_RATE }, (_, i) => amplitude * Math.sin(step * i)));
  }
  return meter.integrated;
}

describe('loudness', () => {
  it('of a full sine of 997 Hz in one channel is -3.01 LKFS', () => {
    // ITU-R BS.1770-4, annex 1, the note under equation 2.
    expect(measured(997, [0, 2])).toBeCloseTo(-3.01, 2);
    expect(measured(997, [-20, 2])).toBeCloseTo(-23.01, 2);
  });

  // EBU Tech 3341, table 1, cases 1 to 5: two channels; one alone is 3.01 LU less.
  it.each<[string, [number, number][], number]>([
    ['1', [[-23, 20]], -23],
    ['2', [[-33, 20]], -33],
    ['3', [[-36, 10], [-23, 60], [-36, 10]], -23],
    ['4', [[-72, 10], [-36, 10], [-23, 60], [-36, 10], [-72, 10]], -23],
    ['5', [[-26, 20], [-20, 20.1], [-26, 20]], -23],
  ])('is that of the reference signal %s', (_, steps, expected) => {
    expect(Math.abs(measured(1000, ...steps) + 3.01 - expected)).toBeLessThan(0.1);
  });

  it('weighs what the ear hears less: lows less, highs more', () => {
    const at = (frequency: number): number => measured(frequency, [0, 2]);
    expect(at(40)).toBeLessThan(at(997) - 4);
    expect(at(6000) - at(997)).toBeCloseTo(3.3, 0);
  });

  it('is the same in one piece and in many, and nothing for silence', () => {
    const whole = Float32Array.from({ length: 90_001 }, (_, i) => Math.sin(i * 0.05) * Math.cos(i * 0.0003));
    const [one, many] = [new LoudnessMeter(), new LoudnessMeter()];
    one.push(whole);
    for (let i = 0; i < whole.length; i += 777) many.push(whole.subarray(i, i + 777));
    expect(many.integrated).toBe(one.integrated);
    expect(measured(997, [-80, 2])).toBe(-Infinity);
    expect(measured(997)).toBe(-Infinity);
  });
});

it('makes one as loud as the other, but no more than twice', () => {
  expect(trimFor(-23, -23)).toBe(1);
  expect(20 * Math.log10(trimFor(-26, -23.5))).toBeCloseTo(2.5, 10);
  expect(trimFor(-26, -23) * trimFor(-23, -26)).toBeCloseTo(1, 10);
  expect([trimFor(-60, -20), trimFor(-20, -60)]).toEqual([2, 0.5]);
  expect([trimFor(-Infinity, -20), trimFor(-20, -Infinity)]).toEqual([1, 1]);
});
