/**
 * Editing a melody: one note at a time, so what is moved may shorten its neighbours, and
 * never passes through them. Every function leaves its input alone and returns null where
 * nothing would change.
 */

import { endOf, type Note } from './model';

export interface Edited {
  notes: Note[];
  selection: number[];
}

const LOWEST = 0;
const HIGHEST = 127;

const copied = (notes: readonly Note[]): Note[] => notes.map((note) => ({ ...note }));
const at = (notes: readonly Note[], index: number): Note => notes[index] as Note;

/** Raise or lower notes by semitones; all by the same, as far as all can go. */
export function transpose(notes: readonly Note[], selection: readonly number[], by: number): Edited | null {
  const pitches = selection.map((index) => at(notes, index).pitch);
  const up = HIGHEST - Math.max(...pitches);
  const down = LOWEST - Math.min(...pitches);
  const steps = Math.min(Math.max(by, down), up);
  if (selection.length === 0 || steps === 0) return null;
  const changed = copied(notes);
  for (const index of selection) at(changed, index).pitch += steps;
  return { notes: changed, selection: [...selection] };
}

/** Move notes in time. The note before gives way, the last one moved is cut at the next. */
export function shift(
  notes: readonly Note[],
  selection: readonly number[],
  by: number,
  shortest: number,
): Edited | null {
  if (selection.length === 0) return null;
  const chosen = new Set(selection);
  let earliest = -Infinity;
  let latest = Infinity;
  for (const index of selection) {
    const note = at(notes, index);
    const before = chosen.has(index - 1) ? undefined : notes[index - 1];
    const after = chosen.has(index + 1) ? undefined : notes[index + 1];
    if (!chosen.has(index - 1)) {
      const room = before ? before.onset + Math.min(shortest, before.duration) : 0;
      earliest = Math.max(earliest, room - note.onset);
    }
    if (after) latest = Math.min(latest, after.onset - Math.min(shortest, note.duration) - note.onset);
  }
  const moved = Math.min(Math.max(by, earliest), latest);
  if (moved === 0) return null;
  const changed = copied(notes);
  for (const index of selection) at(changed, index).onset += moved;
  return { notes: trimmed(changed), selection: [...selection] };
}

/** Cut every note where the next begins. */
function trimmed(notes: Note[]): Note[] {
  for (let index = 0; index + 1 < notes.length; index++) {
    const note = at(notes, index);
    note.duration = Math.min(note.duration, at(notes, index + 1).onset - note.onset);
  }
  return notes;
}

/** Make notes longer or shorter, down to `shortest` and up to the next note. */
export function stretch(
  notes: readonly Note[],
  selection: readonly number[],
  by: number,
  shortest: number,
): Edited | null {
  const changed = copied(notes);
  for (const index of selection) {
    const note = at(changed, index);
    const next = changed[index + 1];
    const room = next ? next.onset - note.onset : Infinity;
    const least = Math.min(shortest, note.duration);
    note.duration = Math.min(Math.max(note.duration + by, least), room);
  }
  const isSame = selection.every((index) => at(changed, index).duration === at(notes, index).duration);
  return isSame ? null : { notes: changed, selection: [...selection] };
}

/** Take notes away; what was before them is selected then. */
export function remove(notes: readonly Note[], selection: readonly number[]): Edited | null {
  if (selection.length === 0) return null;
  const gone = new Set(selection);
  const kept = copied(notes.filter((_, index) => !gone.has(index)));
  const first = Math.min(...selection);
  const near = Math.min(Math.max(first - 1, 0), kept.length - 1);
  return { notes: kept, selection: kept.length ? [near] : [] };
}

/** A note after another one: in the rest that follows, or in its second half. */
export function insertAfter(notes: readonly Note[], index: number, shortest: number): Edited | null {
  const note = notes[index];
  if (note === undefined) return null;
  const next = notes[index + 1];
  const room = next ? next.onset - endOf(note) : Infinity;
  const changed = copied(notes);
  let added: Note;
  if (room >= shortest) {
    const duration = Math.min(room, note.duration);
    added = { onset: endOf(note), duration, pitch: note.pitch, lyric: '' };
  } else {
    const half = Math.floor(note.duration / 2);
    if (half < Math.min(shortest, note.duration) / 2 || half < 1) return null;
    at(changed, index).duration = note.duration - half;
    added = { onset: note.onset + note.duration - half, duration: half, pitch: note.pitch, lyric: '' };
  }
  changed.splice(index + 1, 0, added);
  return { notes: changed, selection: [index + 1] };
}

/** A note at a time and pitch; the one that sounds there ends, and gives it its rest. */
export function insertAt(
  notes: readonly Note[],
  onset: number,
  pitch: number,
  duration: number,
): Edited | null {
  if (onset < 0 || pitch < LOWEST || pitch > HIGHEST) return null;
  const index = notes.filter((note) => note.onset <= onset).length;
  const before = notes[index - 1];
  const after = notes[index];
  if (before?.onset === onset) return null;
  const changed = copied(notes);
  let length = after ? Math.min(duration, after.onset - onset) : duration;
  if (before && endOf(before) > onset) {
    length = endOf(before) - onset;
    at(changed, index - 1).duration = onset - before.onset;
  }
  changed.splice(index, 0, { onset, duration: length, pitch, lyric: '' });
  return { notes: changed, selection: [index] };
}
