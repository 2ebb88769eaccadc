/** The instruments of the studio's own SoundFont (tools/make_soundfont.py), and who goes with whom. */

import type { Patch } from './messages';

const [PIANO, ORGAN, GUITAR, BASS, STRINGS, FLUTE] = [0, 16, 24, 32, 48, 73] as const;

/** Programs of melody, chords and bass. */
const PROGRAMS = {
  piano: [PIANO, PIANO, BASS],
  guitar: [GUITAR, GUITAR, BASS],
  flute: [FLUTE, STRINGS, BASS],
  strings: [STRINGS, STRINGS, STRINGS],
  organ: [ORGAN, ORGAN, ORGAN],
} as const;

export type Instrument = keyof typeof PROGRAMS;

export const INSTRUMENTS = Object.keys(PROGRAMS) as Instrument[];

export const patchesOf = (instrument: Instrument): Patch[] =>
  PROGRAMS[instrument].map((program) => ({ bank: 0, program }));
