/** A song, what was heard of it and why, as Python tells of them (`operations/song_view.py`). */

import type { Curve, Curves, Note, Song } from './model';

export interface Hearing {
  lead: string;
  names: string[];
  bars: number[];
  beats: number[];
  degrees: string[];
  curves: Curves;
  remarks: { note: number; sentence: string }[];
  chordRemarks: { chord: number; sentence: string }[];
  continuation: string;
  chordPlaces: { symbol: string; bar: number; beat: number }[];
}

export interface WhyPart {
  target: 'pitch' | 'onset' | 'duration' | 'chord';
  bits: number | null;
  entropy: number;
  sentence: string;
  came: [string, number];
  choices: [string, number][];
  reasons: { bits: number; memory: string; name: string; text: string }[];
}

export interface Why {
  sentence: string;
  parts: WhyPart[];
}

type Row = [number, number, number, string];

// Names as Python has them become names as TypeScript has them here, and nowhere else.
/* eslint-disable-next-line @typescript-eslint/no-explicit-any */
type Raw = any;

export function songOf(raw: Raw): Song {
  const notes = (raw.notes as Row[]).map(([onset, duration, pitch, lyric]) => ({ onset, duration, pitch, lyric }));
  return { ...raw, ticksPerQuarter: raw.ticks_per_quarter, notes };
}

const curveOf = (raw: Raw, onsets: number[], durations: number[]): Curve | null =>
  raw ? { onsets, durations, bits: raw.bits, entropy: raw.entropy } : null;

export function hearingOf(raw: Raw, notes: readonly Note[]): Hearing {
  const onsets = notes.map((note) => note.onset);
  const durations = notes.map((note) => note.duration);
  const harmony = raw.harmony;
  const curves: Curves = {
    melody: curveOf(raw.melody, onsets, durations),
    rhythm: curveOf(raw.rhythm, onsets, durations),
    harmony: curveOf(harmony, harmony?.onsets ?? [], harmony?.durations ?? []),
    numerals: harmony?.numerals ?? [],
  };
  const places = (harmony?.symbols ?? []) as string[];
  return {
    lead: raw.lead ?? '',
    names: raw.names ?? [],
    bars: raw.bars ?? [],
    beats: raw.beats ?? [],
    degrees: raw.degrees ?? [],
    curves,
    remarks: raw.remarks ?? [],
    chordRemarks: harmony?.remarks ?? [],
    continuation: raw.continuation ?? '',
    chordPlaces: places.map((symbol, index) => ({ symbol, bar: harmony.bars[index], beat: harmony.beats[index] })),
  };
}
