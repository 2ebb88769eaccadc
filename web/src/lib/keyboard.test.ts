import { describe, expect, it } from 'vitest';

import { commandOf } from './keyboard';

const press = (key: string) => ({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false });
const empty = { notes: [], selection: [], focus: -1, grid: 4, canEdit: true };

describe('keys', () => {
  it('write the first note of a song that has none', () => {
    const command = commandOf(press('Enter'), empty);
    const notes = [{ onset: 0, duration: 4, pitch: 60, lyric: '' }];
    expect(command).toEqual({ kind: 'edit', edited: { notes, selection: [0] }, action: 'insert' });
    expect(commandOf(press('Enter'), { ...empty, canEdit: false })).toBeNull();
    expect(commandOf(press('Delete'), empty)).toBeNull();
  });

  it('write nothing where notes are, but none is chosen', () => {
    const notes = [{ onset: 0, duration: 4, pitch: 60, lyric: '' }];
    expect(commandOf(press('Enter'), { ...empty, notes })).toBeNull();
  });

  it('play from what is chosen, also where nothing may be changed', () => {
    expect(commandOf(press('p'), { ...empty, canEdit: false })).toEqual({ kind: 'play-here' });
  });
});
