/**
 * A small synthesizer: a clear, plucked voice for the melody, a soft one for chords. It makes
 * no sound, and asks the browser for none, before it is told to play.
 */

const MELODY_GAIN = 0.5;
const CHORD_GAIN = 0.11;
export const RELEASE = 0.14;
/** Mean square of a triangle wave. */
export const TRIANGLE_POWER = 1 / 3;

export interface Shape {
  peak: number;
  attack: number;
  sustain: number;
  decay: number;
  cutoff: number;
}

export const CHORD_SHAPE: Shape = { peak: CHORD_GAIN, attack: 0.03, sustain: 0.7, decay: 0.6, cutoff: 1500 };

export const melodyShape = (pitch: number): Shape => ({
  peak: MELODY_GAIN * (pitch > 72 ? 0.85 : 1),
  attack: 0.006,
  sustain: 0.45,
  decay: 0.35,
  cutoff: 2200 + 12 * pitch,
});

type Partial = [frequency: number, wave: OscillatorType, level: number];

const frequencyOf = (pitch: number): number => 440 * 2 ** ((pitch - 69) / 12);

export class Synth {
  private context: AudioContext | null = null;
  private master: GainNode | null = null;
  private readonly sounding = new Set<{ gain: GainNode; sources: OscillatorNode[] }>();
  private level = 0.8;
  private balance = 1;

  /** The clock of the sound, in seconds. */
  get now(): number {
    return this.context?.currentTime ?? 0;
  }

  /** Ready to sound. To be called from a press of a key or a button. */
  async wake(): Promise<void> {
    if (this.context === null) {
      this.context = new AudioContext({ latencyHint: 'interactive' });
      const limiter = new DynamicsCompressorNode(this.context, { threshold: -12, ratio: 6 });
      this.master = new GainNode(this.context, { gain: this.level * this.balance });
      this.master.connect(limiter).connect(this.context.destination);
    }
    await this.context.resume();
  }

  set volume(level: number) {
    this.level = level;
    this.setGain();
  }

  /** What makes one version as loud as the one it is compared with. */
  set trim(balance: number) {
    this.balance = balance;
    this.setGain();
  }

  private setGain(): void {
    const gain = this.level * this.balance;
    if (this.master && this.context) this.master.gain.setTargetAtTime(gain, this.context.currentTime, 0.02);
  }

  melody(pitch: number, start: number, seconds: number): void {
    const partials: Partial[] = [[frequencyOf(pitch), 'triangle', 1], [2 * frequencyOf(pitch), 'sine', 0.22]];
    this.voice(partials, start, seconds, melodyShape(pitch));
  }

  chord(tones: readonly number[], bass: number | null, start: number, seconds: number): void {
    const shape = CHORD_SHAPE;
    for (const pitch of voicing(tones)) {
      this.voice([[frequencyOf(pitch), 'triangle', 1]], start, seconds, shape);
    }
    if (bass === null) return;
    const low = { ...shape, peak: CHORD_GAIN * 2.2, cutoff: 700 };
    this.voice([[frequencyOf(36 + bass), 'triangle', 1]], start, seconds, low);
  }

  /** Silence, without a click. */
  stop(): void {
    const now = this.now;
    for (const { gain, sources } of this.sounding) {
      gain.gain.cancelScheduledValues(now);
      gain.gain.setTargetAtTime(0, now, 0.015);
      for (const source of sources) source.stop(now + 0.12);
    }
    this.sounding.clear();
  }

  private voice(
    partials: Partial[],
    start: number,
    seconds: number,
    shape: Shape,
  ): void {
    if (!this.context || !this.master) return;
    const gain = new GainNode(this.context, { gain: 0 });
    const filter = new BiquadFilterNode(this.context, { type: 'lowpass', frequency: shape.cutoff, Q: 0.4 });
    const end = start + Math.max(seconds - 0.02, 0.05);
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(shape.peak, start + shape.attack);
    gain.gain.setTargetAtTime(shape.peak * shape.sustain, start + shape.attack, shape.decay);
    gain.gain.setTargetAtTime(0, end, RELEASE / 3);
    gain.connect(filter).connect(this.master);
    const sources = partials.map(([frequency, type, level]) => {
      const source = new OscillatorNode(this.context as AudioContext, { frequency, type });
      source.connect(new GainNode(this.context as AudioContext, { gain: level })).connect(gain);
      source.start(start);
      source.stop(end + 3 * RELEASE);
      return source;
    });
    const voice = { gain, sources };
    this.sounding.add(voice);
    sources[0]?.addEventListener('ended', () => this.sounding.delete(voice));
  }
}

/** Chord tones close together around middle C. */
export function voicing(tones: readonly number[]): number[] {
  return tones.map((tone) => (tone >= 7 ? 48 + tone : 60 + tone)).sort((a, b) => a - b);
}
