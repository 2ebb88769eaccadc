/** A small synthesizer: a clear, plucked voice for the melody, a soft one for chords. */

import type { Stage } from './output';
import { bassKey, voicing, type Voice } from './voice';

const MELODY_GAIN = 0.5;
const CHORD_GAIN = 0.11;
const RELEASE = 0.14;

interface Shape {
  peak: number;
  attack: number;
  sustain: number;
  decay: number;
  cutoff: number;
}

const CHORD_SHAPE: Shape = { peak: CHORD_GAIN, attack: 0.03, sustain: 0.7, decay: 0.6, cutoff: 1500 };

const melodyShape = (pitch: number): Shape => ({
  peak: MELODY_GAIN * (pitch > 72 ? 0.85 : 1),
  attack: 0.006,
  sustain: 0.45,
  decay: 0.35,
  cutoff: 2200 + 12 * pitch,
});

type Partial = [frequency: number, wave: OscillatorType, level: number];

const frequencyOf = (pitch: number): number => 440 * 2 ** ((pitch - 69) / 12);

export class Synth implements Voice {
  private readonly sounding = new Set<{ gain: GainNode; sources: OscillatorNode[] }>();

  constructor(private readonly stage: Stage) {}

  async ready(): Promise<void> {}

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
    this.voice([[frequencyOf(bassKey(bass)), 'triangle', 1]], start, seconds, low);
  }

  /** Silence, without a click. */
  stop(): void {
    const now = this.stage.context?.currentTime ?? 0;
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
    const { context, input } = this.stage;
    if (!context || !input) return;
    const gain = new GainNode(context, { gain: 0 });
    const filter = new BiquadFilterNode(context, { type: 'lowpass', frequency: shape.cutoff, Q: 0.4 });
    const end = start + Math.max(seconds - 0.02, 0.05);
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(shape.peak, start + shape.attack);
    gain.gain.setTargetAtTime(shape.peak * shape.sustain, start + shape.attack, shape.decay);
    gain.gain.setTargetAtTime(0, end, RELEASE / 3);
    gain.connect(filter).connect(input);
    const sources = partials.map(([frequency, type, level]) => {
      const source = new OscillatorNode(context, { frequency, type });
      source.connect(new GainNode(context, { gain: level })).connect(gain);
      source.start(start);
      source.stop(end + 3 * RELEASE);
      return source;
    });
    const voice = { gain, sources };
    this.sounding.add(voice);
    sources[0]?.addEventListener('ended', () => this.sounding.delete(voice));
  }
}
