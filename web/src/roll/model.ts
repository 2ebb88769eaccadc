/** What the roll draws. Times are in ticks; nothing in this folder knows of a framework. */

export interface Note {
  onset: number;
  duration: number;
  pitch: number;
  lyric: string;
  /** Whether its maker wants it to stay as it is. */
  isLocked?: boolean;
}

export interface Chord {
  onset: number;
  duration: number;
  symbol: string;
  tones: number[];
  bass: number | null;
  /** Whether its maker wants it to stay as it is. */
  isLocked?: boolean;
}

export interface Meter {
  onset: number;
  name: string;
  beat: number;
}

export interface Song {
  composer: string;
  ticksPerQuarter: number;
  end: number;
  notes: Note[];
  phrases: number[];
  bars: number[];
  pickup: number;
  keys: { onset: number; name: string }[];
  key_source: string;
  meters: Meter[];
  tempos: [number, number][];
  sections: [number, string][];
  chords: Chord[];
  notices: string[];
}

/** Surprise and uncertainty of events that begin at `onsets`, in bits. */
export interface Curve {
  onsets: number[];
  durations: number[];
  bits: number[];
  entropy: number[];
}

export interface Curves {
  melody: Curve | null;
  rhythm: Curve | null;
  harmony: Curve | null;
  numerals: string[];
}

export type Lane = 'melody' | 'rhythm' | 'harmony';
export const LANES: readonly Lane[] = ['melody', 'rhythm', 'harmony'];

/** What tells notes apart, but for their words. */
export const noteKey = (note: Note): string => `${note.onset} ${note.duration} ${note.pitch}`;

/** What tells chords apart. */
export const chordKey = (chord: Chord): string => `${chord.onset} ${chord.symbol}`;

export const endOf = (note: Note): number => note.onset + note.duration;

/** Index of the last place that is not after `value`; -1 where all are. */
export function lastAtOrBefore(places: readonly number[], value: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Bar (a pickup is 0) and beat (from 1) of a time. */
/** Ticks of a bar of a metre such as 3/4. */
function fullBar(song: Song, meter: string): number {
  const [above = 4, below = 4] = meter.split('/').map(Number);
  return (4 * song.ticksPerQuarter * above) / below;
}

export function placeOf(song: Song, tick: number): { bar: number; beat: number } {
  const index = Math.max(lastAtOrBefore(song.bars, tick), 0);
  const meter = song.meters[Math.max(lastAtOrBefore(song.meters.map((each) => each.onset), tick), 0)];
  const beat = meter?.beat ?? song.ticksPerQuarter;
  let within = tick - (song.bars[index] ?? 0);
  if (index === 0 && song.pickup > 0) within += fullBar(song, meter?.name ?? '4/4') - song.pickup;
  return { bar: song.pickup > 0 ? index : index + 1, beat: 1 + within / beat };
}

const SHARPS = ['C', 'C♯', 'D', 'D♯', 'E', 'F', 'F♯', 'G', 'G♯', 'A', 'A♯', 'B'];
const FLATS = ['C', 'D♭', 'D', 'E♭', 'E', 'F', 'G♭', 'G', 'A♭', 'A', 'B♭', 'B'];

/** A pitch as people write it; black keys as the key of the song suggests. */
export function pitchName(pitch: number, key = ''): string {
  const isFlat = /^(F|[A-G]b) major|^([DGCF]|[A-G]b) minor/.test(key);
  return `${(isFlat ? FLATS : SHARPS)[pitch % 12]}${Math.floor(pitch / 12) - 1}`;
}

/** A sentence with real signs in its names of notes and chords, and no line that begins with %. */
export const withSignsIn = (text: string): string =>
  text
    .replace(/(?<=\d) %/g, '\u00a0%')
    .replace(/\b([A-G])([#b])(?=\d|\b)/g, (_, letter: string, sign: string) => letter + (sign === '#' ? '♯' : '♭'));

/** A name from the server with real signs: `F#4` as F♯4. */
export const withSigns = (name: string): string =>
  name.replace(/(?<=^[A-G][#b]*)[#b]/g, (sign) => (sign === '#' ? '♯' : '♭'));

/** The note that sounds where another song first differs, or the one before; -1 where none does. */
export function firstChange(song: Song, other: Song): number {
  const [here, there] = [song.notes, other.notes].map((notes) => new Set(notes.map(noteKey)));
  const changed = [...song.notes.filter((note) => !there?.has(noteKey(note))), ...other.notes.filter((note) => !here?.has(noteKey(note)))];
  if (changed.length === 0) return -1;
  return lastAtOrBefore(song.notes.map((note) => note.onset), Math.min(...changed.map((note) => note.onset)));
}
