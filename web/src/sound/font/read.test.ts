import { describe, expect, it } from 'vitest';

import { ourFont } from './our_font';
import { readFont } from './read';

const text = new TextDecoder('latin1').decode(ourFont);

it('reads a font and keeps its bytes', async () => {
  const font = await readFont('own.sf2', ourFont.slice());
  expect(font.presets.map(({ name }) => name)).toEqual(['Piano', 'Organ', 'Guitar', 'Bass', 'Strings', 'Flute']);
  expect(font.presets[2]).toEqual({ name: 'Guitar', bank: 0, program: 24 });
  expect([font.name, font.size]).toEqual(['own.sf2', ourFont.byteLength]);
  expect(new Uint8Array(font.bytes)).toEqual(new Uint8Array(ourFont));
});

/** The font with some bytes changed. */
function changed(change: (view: DataView, at: (name: string) => number) => void): ArrayBuffer {
  const copy = ourFont.slice();
  change(new DataView(copy), (name) => text.indexOf(name) + 8);
  return copy;
}

describe('a broken file is refused:', () => {
  it.each([
    ['nothing', new ArrayBuffer(0)],
    ['a few bytes', ourFont.slice(0, 11)],
    ['a head alone', ourFont.slice(0, 12)],
    ['text', new TextEncoder().encode('x'.repeat(4000)).buffer],
    ['without its end', ourFont.slice(0, ourFont.byteLength - 2000)],
    ['half of it', ourFont.slice(0, ourFont.byteLength / 2)],
    ['sound of a kind that is no font', changed((view) => view.setUint32(8, 0x57415645))],
    ['an instrument without its sample', changed((view, at) => view.setUint16(at('pgen') + 2, 999, true))],
    ['a sample that says it is packed', changed((view, at) => view.setUint16(at('shdr') + 44, 0x11, true))],
  ])('%s', async (_, data) => {
    await expect(readFont('own.sf2', data as ArrayBuffer)).rejects.toThrow();
  });
});
