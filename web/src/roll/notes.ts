/** Notes, words and chords: what can be chosen. */

import { CHORD, colorClass, xOf, yOf, type Geometry } from './geometry';
import { withSigns, type Chord, type Curve, type Note } from './model';
import { set, svg } from './svg';

export interface DrawnNote {
  body: SVGRectElement;
  word: SVGTextElement | null;
}

export function drawNotes(notes: readonly Note[], geometry: Geometry, prefix: string): DrawnNote[] {
  return notes.map((note, index) => {
    const body = svg('rect', { role: 'option', id: `${prefix}-note-${index}`, 'data-index': index, rx: 3 });
    const word = note.lyric ? svg('text', { class: 'lyric', 'aria-hidden': 'true' }, note.lyric) : null;
    const drawn = { body, word };
    placeNote(drawn, note, geometry);
    return drawn;
  });
}

export function placeNote({ body, word }: DrawnNote, note: Note, geometry: Geometry): void {
  const x = xOf(geometry, note.onset);
  const width = Math.max((note.duration / geometry.ticksPerQuarter) * geometry.pxPerQuarter - 1.5, 3);
  set(body, { x: x + 0.5, y: yOf(geometry, note.pitch) + 0.5, width, height: geometry.row - 1 });
  if (word) set(word, { x: x + 2, y: geometry.lyricsTop + 14 });
}

export function colorNotes(drawn: readonly DrawnNote[], curve: Curve | null, isStale: boolean): void {
  drawn.forEach(({ body }, index) => {
    const bits = curve?.bits.length === drawn.length ? curve.bits[index] : undefined;
    body.setAttribute('class', `note ${colorClass(bits)}${isStale ? ' stale' : ''}`);
  });
}

export function drawChords(
  chords: readonly Chord[],
  curve: Curve | null,
  geometry: Geometry,
  prefix: string,
): SVGGElement[] {
  return chords.map((chord, index) => {
    const x = xOf(geometry, chord.onset);
    const width = (chord.duration / geometry.ticksPerQuarter) * geometry.pxPerQuarter - 2;
    const place = curve?.onsets.indexOf(chord.onset) ?? -1;
    const bits = place >= 0 ? curve?.bits[place] : undefined;
    const group = svg('g', { role: 'option', class: 'chord', id: `${prefix}-chord-${index}`, 'data-index': index });
    const top = geometry.chordsTop + 2;
    group.append(
      svg('rect', { x: x + 1, y: top, width: Math.max(width, 4), height: CHORD - 6, rx: 4 }),
      svg('rect', { class: `mark ${colorClass(bits)}`, x: x + 1, y: top, width: 4, height: CHORD - 6, rx: 2 }),
      svg('text', { x: x + 10, y: top + 15 }, withSigns(chord.symbol)),
    );
    return group;
  });
}
