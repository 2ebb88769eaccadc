import { describe, expect, it } from 'vitest';

import { insertAfter, insertAt, remove, shift, stretch, transpose, type Edited } from './edit';
import { endOf, type Note } from './model';

const note = (onset: number, duration: number, pitch = 60): Note => ({ onset, duration, pitch, lyric: '' });
const LINE = [note(0, 4), note(4, 4, 62), note(8, 2, 64), note(12, 4, 65)];

/** A small random source, so that a failure comes again. */
function* chances(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (state * 1103515245 + 12345) % 2147483648;
    yield state / 2147483648;
  }
}

function randomEdit(notes: Note[], next: () => number): Edited | null {
  const index = Math.floor(next() * notes.length);
  const selection = notes.map((_, place) => place).filter((place) => place === index || next() < 0.3);
  const by = Math.floor(next() * 21) - 10;
  const choice = Math.floor(next() * 6);
  if (notes.length === 0) return insertAt(notes, Math.floor(next() * 20), 60, 3);
  if (choice === 0) return transpose(notes, selection, by * 20);
  if (choice === 1) return shift(notes, selection, by, 2);
  if (choice === 2) return stretch(notes, selection, by, 2);
  if (choice === 3) return next() < 0.3 ? remove(notes, selection) : null;
  if (choice === 4) return insertAfter(notes, index, 2);
  return insertAt(notes, Math.floor(next() * 40), 40 + Math.floor(next() * 40), 3);
}

describe('editing', () => {
  it('keeps a melody a melody, whatever is done', () => {
    const source = chances(6);
    const next = (): number => source.next().value;
    let notes = LINE;
    for (let round = 0; round < 4000; round++) {
      const before = JSON.stringify(notes);
      const edited = randomEdit(notes, next);
      expect(JSON.stringify(notes)).toBe(before);
      if (edited === null) continue;
      expect(JSON.stringify(edited.notes)).not.toBe(before);
      edited.notes.forEach((each, index) => {
        expect(each.duration).toBeGreaterThanOrEqual(1);
        expect(each.onset).toBeGreaterThanOrEqual(0);
        expect(each.pitch).toBeGreaterThanOrEqual(0);
        expect(each.pitch).toBeLessThanOrEqual(127);
        const after = edited.notes[index + 1];
        if (after) expect(endOf(each)).toBeLessThanOrEqual(after.onset);
      });
      for (const index of edited.selection) expect(index).toBeLessThan(edited.notes.length);
      notes = edited.notes;
    }
  });

  it('moves a note into the one before, which gives way', () => {
    const edited = shift(LINE, [1], -2, 1);
    expect(edited?.notes.slice(0, 2)).toEqual([note(0, 2), note(2, 4, 62)]);
  });

  it('does not pass through neighbours', () => {
    expect(shift(LINE, [1], -100, 1)?.notes[1]).toEqual(note(1, 4, 62));
    expect(shift(LINE, [1], 100, 1)?.notes[1]).toEqual(note(7, 1, 62));
  });

  it('moves a stretch of notes together', () => {
    expect(shift(LINE, [1, 2], 1, 1)?.notes).toEqual([LINE[0], note(5, 4, 62), note(9, 2, 64), LINE[3]]);
  });

  it('fills a rest, and splits a note where there is none', () => {
    expect(insertAfter(LINE, 2, 1)?.notes[3]).toEqual(note(10, 2, 64));
    expect(insertAfter(LINE, 0, 1)?.notes.slice(0, 2)).toEqual([note(0, 2), note(2, 2)]);
  });

  it('ends the note that sounds where another is put', () => {
    expect(insertAt(LINE, 5, 70, 4)?.notes.slice(1, 3)).toEqual([note(4, 1, 62), note(5, 3, 70)]);
  });

  it('keeps intervals at the edges of what can be written', () => {
    const edited = transpose([note(0, 1, 120), note(1, 1, 126)], [0, 1], 12);
    expect(edited?.notes.map((each) => each.pitch)).toEqual([121, 127]);
  });

  it('selects what is near when notes are taken away', () => {
    expect(remove(LINE, [1, 2])?.selection).toEqual([0]);
    expect(remove([note(0, 1)], [0])).toEqual({ notes: [], selection: [] });
  });
});
