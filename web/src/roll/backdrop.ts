/** What does not change while notes are edited: bars, beats, pitches, phrases, sections. */

import { RULER, boxesOf, xOf, yOf, type Geometry } from './geometry';
import { endOf, lastAtOrBefore, pitchName, type Song } from './model';
import { svg } from './svg';

const BLACK = new Set([1, 3, 6, 8, 10]);
const LEAST_BAR_WIDTH = 34;

export function drawBackdrop(song: Song, geometry: Geometry): SVGGElement {
  const group = svg('g', { class: 'backdrop', 'aria-hidden': 'true' });
  drawRows(group, geometry);
  drawBars(group, song, geometry);
  drawPhrases(group, song, geometry);
  for (const [onset, label] of song.sections) {
    group.append(svg('text', { class: 'section', x: xOf(geometry, onset) + 4, y: 10 }, label));
  }
  for (const box of boxesOf(geometry)) {
    const bottom = box.top + box.height;
    for (let bits = 2; bits <= box.limit; bits += 2) {
      const y = bottom - (bits / box.limit) * box.height;
      group.append(svg('path', { class: 'bits-line', d: `M0 ${y}H${geometry.width}` }));
    }
    group.append(svg('path', { class: 'base', d: `M0 ${bottom}H${geometry.width}` }));
  }
  return group;
}

function drawRows(group: SVGGElement, geometry: Geometry): void {
  for (let pitch = geometry.lowest; pitch <= geometry.highest; pitch++) {
    if (!BLACK.has(pitch % 12)) continue;
    const y = yOf(geometry, pitch);
    group.append(svg('rect', { class: 'black', x: 0, y, width: geometry.width, height: geometry.row }));
  }
}

function drawBars(group: SVGGElement, song: Song, geometry: Geometry): void {
  const bottom = boxesOf(geometry).at(-1);
  const end = bottom ? bottom.top + bottom.height : geometry.rollBottom;
  const onsets = song.meters.map((meter) => meter.onset);
  let labelled = -Infinity;
  song.bars.forEach((bar, index) => {
    const x = xOf(geometry, bar);
    group.append(svg('path', { class: 'bar', d: `M${x} ${RULER - 6}V${end}` }));
    const number = song.pickup > 0 ? index : index + 1;
    if (number > 0 && x - labelled >= LEAST_BAR_WIDTH) {
      group.append(svg('text', { class: 'bar-number', x: x + 4, y: RULER - 6 }, String(number)));
      labelled = x;
    }
    const beat = song.meters[Math.max(lastAtOrBefore(onsets, bar), 0)]?.beat ?? song.ticksPerQuarter;
    const next = song.bars[index + 1] ?? song.end;
    if ((beat / song.ticksPerQuarter) * geometry.pxPerQuarter < 12) return;
    for (let tick = bar + beat; tick < next; tick += beat) {
      const at = xOf(geometry, tick);
      group.append(svg('path', { class: 'beat', d: `M${at} ${geometry.rollTop}V${geometry.rollBottom}` }));
    }
  });
}

function drawPhrases(group: SVGGElement, song: Song, geometry: Geometry): void {
  song.phrases.forEach((start, index) => {
    const first = song.notes[start];
    const last = song.notes[(song.phrases[index + 1] ?? song.notes.length) - 1];
    if (first === undefined || last === undefined) return;
    const y = geometry.rollTop - 4;
    const [left, right] = [xOf(geometry, first.onset) + 1, xOf(geometry, endOf(last)) - 2];
    const d = `M${left} ${y + 4}V${y + 2}Q${left} ${y} ${left + 4} ${y}H${right - 4}Q${right} ${y} ${right} ${y + 2}V${y + 4}`;
    group.append(svg('path', { class: 'phrase', d }));
  });
}

/** Pitch names and lane scales, which stay where they are while the roll scrolls. */
export function drawGutter(
  host: SVGSVGElement,
  song: Song,
  geometry: Geometry,
  labels: Record<string, string>,
): void {
  host.replaceChildren();
  const key = song.keys[0]?.name ?? '';
  for (let pitch = geometry.lowest; pitch <= geometry.highest; pitch++) {
    const isNamed = pitch % 12 === 0 || pitch % 12 === 7 || (pitch % 12 === 4 && geometry.row > 10);
    if (!isNamed) continue;
    const y = yOf(geometry, pitch) + geometry.row / 2 + 4;
    host.append(svg('text', { class: 'pitch', x: 60, y }, pitchName(pitch, key)));
  }
  for (const box of boxesOf(geometry)) {
    host.append(svg('text', { class: 'lane', x: 6, y: box.top + 12 }, labels[box.lane] ?? box.lane));
    for (let bits = 0; bits <= box.limit; bits += box.limit > 8 ? 4 : 2) {
      const y = box.top + box.height - (bits / box.limit) * box.height + 4;
      if (y < box.top + 18) continue;
      host.append(svg('text', { class: 'pitch', x: 60, y }, String(bits)));
    }
  }
}
