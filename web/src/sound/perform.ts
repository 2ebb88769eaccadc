/** Hands the notes and chords of a song that begin in a stretch of it to a voice. */

import type { Song } from '../roll/model';
import type { Play } from './voice';

type When = (event: { onset: number; duration: number }) => [start: number, seconds: number];

export function perform(song: Song, hasChords: boolean, voice: Play, when: When, from = 0, until = Infinity): void {
  const isDue = ({ onset }: { onset: number }): boolean => onset >= from && onset < until;
  for (const note of song.notes) if (isDue(note)) voice.melody(note.pitch, ...when(note));
  if (!hasChords) return;
  for (const chord of song.chords) if (isDue(chord)) voice.chord(chord.tones, chord.bass, ...when(chord));
}
