/** What a key does to the melody; null for keys that mean nothing here. */

import { insertAfter, remove, shift, stretch, transpose, type Edited } from '../roll/edit';
import type { Note } from '../roll/model';

const MIDDLE_C = 60;

export type Command =
  | { kind: 'select'; selection: number[]; focus: number }
  | { kind: 'edit'; edited: Edited; action: string }
  | { kind: 'undo' | 'redo' | 'play' | 'play-here' | 'loop' | 'lock' | 'view' | 'word' | 'chord' };

export interface Situation {
  notes: readonly Note[];
  selection: readonly number[];
  focus: number;
  grid: number;
  canEdit: boolean;
}

type Press = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>;

export function commandOf(press: Press, situation: Situation): Command | null {
  const isControl = press.ctrlKey || press.metaKey;
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  if (isControl) return controlled(key, press.shiftKey, situation);
  if (key === ' ') return { kind: 'play' };
  if (key === 'p') return { kind: 'play-here' };
  if (key === 'l') return { kind: 'loop' };
  if (key === 'k') return { kind: 'lock' };
  if (key === 'n') return { kind: 'view' };
  if (key === 'w' && situation.canEdit) return { kind: 'word' };
  if (key === 'c' && situation.canEdit) return { kind: 'chord' };
  return choosing(key, press, situation) ?? (situation.canEdit ? editing(key, press, situation) : null);
}

function controlled(key: string, isShift: boolean, { notes }: Situation): Command | null {
  if (key === 'z') return { kind: isShift ? 'redo' : 'undo' };
  if (key === 'y') return { kind: 'redo' };
  if (key !== 'a') return null;
  return { kind: 'select', selection: notes.map((_, index) => index), focus: notes.length - 1 };
}

function choosing(key: string, press: Press, { notes, selection, focus }: Situation): Command | null {
  if (key === 'Escape') return { kind: 'select', selection: [], focus: -1 };
  const last = notes.length - 1;
  const goals: Record<string, number> = { ArrowLeft: focus - 1, ArrowRight: focus + 1, Home: 0, End: last };
  const goal = goals[key];
  if (goal === undefined || press.altKey || last < 0) return null;
  const next = Math.min(Math.max(goal, 0), last);
  if (!press.shiftKey || focus < 0) return { kind: 'select', selection: [next], focus: next };
  return { kind: 'select', selection: stretched(selection, focus, next), focus: next };
}

/** The stretch from the end that does not move to the one that does. */
function stretched(selection: readonly number[], focus: number, next: number): number[] {
  const anchor = focus === Math.min(...selection) ? Math.max(...selection) : Math.min(...selection);
  const [first, last] = [Math.min(anchor, next), Math.max(anchor, next)];
  return Array.from({ length: last - first + 1 }, (_, place) => first + place);
}

/** Where there is no note to add one after: one at the beginning. */
const firstNote = (grid: number): Note[] => [{ onset: 0, duration: grid, pitch: MIDDLE_C, lyric: '' }];

function editing(key: string, press: Press, { notes, selection, focus, grid }: Situation): Command | null {
  const chosen = [...selection].sort((a, b) => a - b);
  const edits: Record<string, [() => Edited | null, string]> = {
    ArrowUp: [() => transpose(notes, chosen, press.shiftKey ? 12 : 1), 'pitch'],
    ArrowDown: [() => transpose(notes, chosen, press.shiftKey ? -12 : -1), 'pitch'],
    '[': [() => stretch(notes, chosen, -grid, grid), 'length'],
    ']': [() => stretch(notes, chosen, grid, grid), 'length'],
    Enter: [() => insertAfter(notes, focus, grid), 'insert'],
    Insert: [() => insertAfter(notes, focus, grid), 'insert'],
    Delete: [() => remove(notes, chosen), 'delete'],
    Backspace: [() => remove(notes, chosen), 'delete'],
  };
  if (press.altKey && key === 'ArrowLeft') edits[key] = [() => shift(notes, chosen, -grid, grid), 'time'];
  if (press.altKey && key === 'ArrowRight') edits[key] = [() => shift(notes, chosen, grid, grid), 'time'];
  const found = edits[key];
  if (!found) return null;
  const isFirst = notes.length === 0 && found[1] === 'insert';
  if (isFirst) return { kind: 'edit', edited: { notes: firstNote(grid), selection: [0] }, action: 'insert' };
  const edited = chosen.length ? found[0]() : null;
  return edited && { kind: 'edit', edited, action: found[1] };
}
