/**
 * How loud a song is, from the energy of its notes as the synthesizer sounds them: so that two
 * versions can be compared without the louder one seeming better.
 */

import type { Song } from '../roll/model';
import { TempoMap } from './clock';
import { CHORD_SHAPE, RELEASE, TRIANGLE_POWER, melodyShape, voicing, type Shape } from './synth';

const MELODY_POWER = TRIANGLE_POWER + 0.22 ** 2 / 2;
const BASS_PEAK = 2.2;
const MOST_TRIM = 2;

/** Energy of one voice: its envelope, squared and summed over time, and what rings after. */
export function voiceEnergy({ peak, sustain, decay }: Shape, seconds: number, power: number): number {
  const fading = 1 - sustain;
  const at = (rate: number): number => (decay / rate) * (1 - Math.exp((-rate * seconds) / decay));
  const held = sustain ** 2 * seconds + 2 * sustain * fading * at(1) + fading ** 2 * at(2);
  const last = sustain + fading * Math.exp(-seconds / decay);
  return power * peak ** 2 * (held + (last ** 2 * RELEASE) / 6);
}

/** Root mean square of a song that is played at its own tempo. */
export function loudness(song: Song, hasChords: boolean): number {
  const map = new TempoMap(song.tempos, song.ticksPerQuarter);
  const lasting = (event: { onset: number; duration: number }): number =>
    map.secondsAt(event.onset + event.duration) - map.secondsAt(event.onset);
  let energy = 0;
  for (const note of song.notes) energy += voiceEnergy(melodyShape(note.pitch), lasting(note), MELODY_POWER);
  for (const chord of hasChords ? song.chords : []) {
    const seconds = lasting(chord);
    energy += voicing(chord.tones).length * voiceEnergy(CHORD_SHAPE, seconds, TRIANGLE_POWER);
    const low = { ...CHORD_SHAPE, peak: CHORD_SHAPE.peak * BASS_PEAK };
    if (chord.bass !== null) energy += voiceEnergy(low, seconds, TRIANGLE_POWER);
  }
  const end = map.secondsAt(song.end);
  return end > 0 ? Math.sqrt(energy / end) : 0;
}

/** Gain that makes a song as loud as another; 1 for that one itself. */
export function trimFor(song: Song, reference: Song, hasChords: boolean): number {
  if (song === reference) return 1;
  const [here, there] = [loudness(song, hasChords), loudness(reference, hasChords)];
  if (here === 0 || there === 0) return 1;
  return Math.min(Math.max(there / here, 1 / MOST_TRIM), MOST_TRIM);
}
