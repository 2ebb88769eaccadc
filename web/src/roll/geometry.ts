/** Where things are on the roll: time goes right, pitch goes up, lanes lie below. */

import { LANES, endOf, type Curves, type Lane, type Song } from './model';

export interface LaneBox<Name = Lane> {
  lane: Name;
  top: number;
  height: number;
  limit: number;
}

export interface Geometry {
  width: number;
  height: number;
  pxPerQuarter: number;
  ticksPerQuarter: number;
  highest: number;
  lowest: number;
  row: number;
  chordsTop: number;
  rollTop: number;
  rollBottom: number;
  lyricsTop: number;
  lanes: LaneBox[];
  /** Where a target is drawn; null where none is. */
  target: LaneBox<'target'> | null;
}

export const MARGIN = 10;
export const RULER = 26;
export const CHORD = 28;
const LYRIC = 24;
const GAP = 16;
const LANE = 78;
const TARGET = 104;
const LEAST_PITCHES = 15;
const LEAST_LIMIT = 4;

export function geometryOf(
  song: Song,
  curves: Curves,
  pxPerQuarter: number,
  leastWidth: number,
  asked: { end: number; most: number } | null = null,
): Geometry {
  const pitches = song.notes.map((note) => note.pitch);
  const { highest, lowest } = pitchRange(pitches);
  const row = highest - lowest > 60 ? 6 : highest - lowest > 30 ? 9 : 12;
  const rollTop = RULER + (song.chords.length ? CHORD : 0) + 12;
  const rollBottom = rollTop + (highest - lowest + 1) * row;
  const hasLyrics = song.notes.some((note) => note.lyric);
  const lyricsTop = rollBottom + 4;
  let top = rollBottom + (hasLyrics ? LYRIC : 0) + GAP;
  const lanes: LaneBox[] = [];
  for (const lane of LANES) {
    const curve = curves[lane];
    if (curve === null) continue;
    lanes.push({ lane, top, height: LANE, limit: limitOf([...curve.bits, ...curve.entropy]) });
    top += LANE + GAP;
  }
  const target: LaneBox<'target'> | null = asked && { lane: 'target', top, height: TARGET, limit: asked.most };
  if (target) top += TARGET + GAP;
  const end = Math.max(song.end, asked?.end ?? 0, ...song.notes.slice(-1).map(endOf));
  const length = (end / song.ticksPerQuarter + 1) * pxPerQuarter + 2 * MARGIN;
  return {
    width: Math.ceil(Math.max(length, leastWidth)),
    height: top,
    pxPerQuarter,
    ticksPerQuarter: song.ticksPerQuarter,
    highest,
    lowest,
    row,
    chordsTop: RULER,
    rollTop,
    rollBottom,
    lyricsTop,
    lanes,
    target,
  };
}

function pitchRange(pitches: number[]): { highest: number; lowest: number } {
  let highest = pitches.length ? pitches.reduce((a, b) => Math.max(a, b)) + 3 : 76;
  let lowest = pitches.length ? pitches.reduce((a, b) => Math.min(a, b)) - 3 : 58;
  const missing = LEAST_PITCHES - (highest - lowest + 1);
  if (missing > 0) {
    highest += Math.ceil(missing / 2);
    lowest -= Math.floor(missing / 2);
  }
  return { highest: Math.min(highest, 127), lowest: Math.max(lowest, 0) };
}

/** Bits at the top of a lane: the next even number over what is to be shown. */
export function limitOf(values: readonly number[]): number {
  const most = values.reduce((a, b) => Math.max(a, Number.isFinite(b) ? b : 0), LEAST_LIMIT);
  return Math.ceil(most / 2) * 2;
}

export const xOf = (geometry: Geometry, tick: number): number =>
  MARGIN + (tick / geometry.ticksPerQuarter) * geometry.pxPerQuarter;

export const tickOf = (geometry: Geometry, x: number): number =>
  ((x - MARGIN) / geometry.pxPerQuarter) * geometry.ticksPerQuarter;

export const yOf = (geometry: Geometry, pitch: number): number =>
  geometry.rollTop + (geometry.highest - pitch) * geometry.row;

export const pitchOf = (geometry: Geometry, y: number): number =>
  geometry.highest - Math.floor((y - geometry.rollTop) / geometry.row);

/** Steps of the colour scale, from expected to surprising. */
export const N_COLORS = 12;
const BITS_AT_FULL_COLOR = 8;

export function colorClass(bits: number | undefined): string {
  if (bits === undefined) return 'unknown';
  const share = Math.min(Math.max(bits / BITS_AT_FULL_COLOR, 0), 1);
  return `c${Math.min(Math.floor(share * N_COLORS), N_COLORS - 1)}`;
}

/** All lanes below the roll. */
export const boxesOf = (geometry: Geometry): LaneBox<Lane | 'target'>[] =>
  geometry.target ? [...geometry.lanes, geometry.target] : geometry.lanes;
