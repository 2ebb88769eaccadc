/** Curves: a bar for what an event cost, a band for how open the moment before it was. */

import { colorClass, xOf, type Geometry, type LaneBox } from './geometry';
import type { Curve, Curves, Lane } from './model';
import { svg } from './svg';

export interface DrawnLane {
  group: SVGGElement;
  bars: SVGRectElement[];
}

export function drawLanes(curves: Curves, geometry: Geometry): Map<Lane, DrawnLane> {
  const drawn = new Map<Lane, DrawnLane>();
  for (const box of geometry.lanes) {
    const curve = curves[box.lane];
    if (curve !== null) drawn.set(box.lane, drawLane(curve, box, geometry));
  }
  return drawn;
}

function drawLane(curve: Curve, box: LaneBox, geometry: Geometry): DrawnLane {
  const group = svg('g', { class: 'lane-curves', 'aria-hidden': 'true' });
  const bottom = box.top + box.height;
  const y = (bits: number | undefined): number =>
    bottom - (Math.min(bits ?? box.limit, box.limit) / box.limit) * box.height;
  const { area, line } = bandOf(curve, geometry, y, bottom);
  group.append(svg('path', { class: 'band', d: area }));
  const bars = curve.onsets.map((onset, index) => {
    const left = xOf(geometry, onset);
    const width = Math.max(xOf(geometry, onset + (curve.durations[index] ?? 0)) - left - 2, 2);
    const top = y(curve.bits[index]);
    const shape = { x: left + 1, y: top, width, height: Math.max(bottom - top, 0.5), rx: 1.5 };
    return svg('rect', { class: `cost ${colorClass(curve.bits[index])}`, ...shape, 'data-index': index });
  });
  group.append(...bars, svg('path', { class: 'band-halo', d: line }), svg('path', { class: 'band-line', d: line }));
  return { group, bars };
}

function bandOf(
  curve: Curve,
  geometry: Geometry,
  y: (bits: number | undefined) => number,
  bottom: number,
): { area: string; line: string } {
  const steps: string[] = [];
  let area = '';
  curve.onsets.forEach((onset, index) => {
    const left = xOf(geometry, onset).toFixed(1);
    const end = onset + (curve.durations[index] ?? 0);
    const right = xOf(geometry, curve.onsets[index + 1] ?? end).toFixed(1);
    const top = y(curve.entropy[index]).toFixed(1);
    steps.push(`${steps.length ? 'L' : 'M'}${left} ${top}H${right}`);
    area += `M${left} ${bottom}V${top}H${right}V${bottom}Z`;
  });
  return { area, line: steps.join('') };
}
