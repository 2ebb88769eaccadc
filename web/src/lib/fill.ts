/** Texts with their places filled in. */

export type Values = Record<string, string | number>;

/** What says where something is, and how it says so before the first full bar. */
const IN_PICKUP: Record<string, string> = {
  position: 'position_pickup',
  note_name: 'note_name_pickup',
  chord_name: 'chord_name_pickup',
  loop_on: 'loop_on_pickup',
  loop_on_one: 'loop_on_one_pickup',
};

/** Name of the text for these values: a pickup is no bar 0. */
export function keyFor(key: string, { bar, first }: Values): string {
  const isPickup = Number(bar ?? first ?? 1) === 0;
  return isPickup ? (IN_PICKUP[key] ?? key) : key;
}

export const fill = (text: string, values: Values): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
