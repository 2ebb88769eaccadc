/**
 * How loud a sound is: integrated loudness with both gates, in LKFS.
 *
 * Source: Recommendation ITU-R BS.1770-4, annex 1: K-weighting (tables 1 and 2), mean square of
 * blocks of 400 ms that overlap by three quarters, of which those under -70 LKFS and those 10 LU
 * under the mean of the others are left out: pauses make a song no quieter.
 */

/** The one rate that the tables are for; sound to be measured is made at it. */
export const MEASURED_RATE = 48_000;

const HOP = MEASURED_RATE / 10;
const HOPS_IN_BLOCK = 4;
const ABSOLUTE_GATE = -70;
const RELATIVE_GATE = -10;
const MOST_TRIM = 2;

const toLoudness = (meanSquare: number): number => -0.691 + 10 * Math.log10(meanSquare);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Two poles, two zeros; transposed direct form II. */
class Biquad {
  private first = 0;
  private second = 0;

  constructor(
    private readonly b: readonly [number, number, number],
    private readonly a: readonly [number, number],
  ) {}

  next(x: number): number {
    const y = this.b[0] * x + this.first;
    this.first = this.b[1] * x - this.a[0] * y + this.second;
    this.second = this.b[2] * x - this.a[1] * y;
    return y;
  }
}

/** Takes one channel bit by bit. */
export class LoudnessMeter {
  private readonly head = new Biquad(
    [1.53512485958697, -2.69169618940638, 1.19839281085285],
    [-1.69065929318241, 0.73248077421585],
  );
  private readonly lows = new Biquad([1, -2, 1], [-1.99004745483398, 0.99007225036621]);
  private readonly hops: number[] = [];
  private energy = 0;
  private n = 0;

  push(samples: Float32Array): void {
    for (const sample of samples) {
      this.energy += this.lows.next(this.head.next(sample)) ** 2;
      if (++this.n < HOP) continue;
      this.hops.push(this.energy / HOP);
      [this.energy, this.n] = [0, 0];
    }
  }

  /** In LKFS; minus infinity where nothing passes the gates. */
  get integrated(): number {
    const blocks = this.hops.slice(HOPS_IN_BLOCK - 1).map((_, i) => mean(this.hops.slice(i, i + HOPS_IN_BLOCK)));
    const heard = blocks.filter((block) => toLoudness(block) > ABSOLUTE_GATE);
    if (heard.length === 0) return -Infinity;
    const gate = toLoudness(mean(heard)) + RELATIVE_GATE;
    return toLoudness(mean(heard.filter((block) => toLoudness(block) > gate)));
  }
}

/** Gain that makes a sound as loud as another, within reason; loudness in LKFS. */
export function trimFor(here: number, there: number): number {
  if (!Number.isFinite(here) || !Number.isFinite(there)) return 1;
  return Math.min(Math.max(10 ** ((there - here) / 20), 1 / MOST_TRIM), MOST_TRIM);
}
