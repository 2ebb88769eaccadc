/** A person's own SoundFont: checked, and made one that the thread of the sound can play. */

import { SoundBankLoader, SpessaLog, type BasicSoundBank } from 'spessasynth_core';

import type { OwnFont } from './store';

const RIFF = 0x52494646;
const SFBK = 0x7366626b;
const FORM_AT = 8;
/** Where an Ogg stream of Vorbis, whose first page has one segment, says its rate. */
const RATE_AT = 40;

/** Instruments and bytes of a .sf2 or .sf3; throws where it is none, or is damaged. */
export async function readFont(name: string, bytes: ArrayBuffer): Promise<OwnFont> {
  SpessaLog.setLogLevel(false, false, false);
  const view = new DataView(bytes);
  if (view.getUint32(0) !== RIFF || view.getUint32(FORM_AT) !== SFBK) throw new Error('not a SoundFont');
  const bank = SoundBankLoader.fromArrayBuffer(bytes);
  const presets = bank.presets
    .filter((preset) => !preset.isDrum && preset.zones.length > 0)
    .map((preset) => ({ name: preset.name.trim(), bank: preset.bankMSB, program: preset.program }));
  if (presets.length === 0 || bank.samples.length === 0) throw new Error('no instruments');
  const isPacked = await unpack(bank);
  // Reads every sample once: one that points outside the file is found now, not while it plays.
  for (const sample of bank.samples) sample.getAudioData();
  const playable = isPacked ? bank.writeSF2() : bytes;
  return { name, size: playable.byteLength, presets, bytes: playable };
}

/** Decodes what is packed (.sf3), with what the browser has for music files. */
async function unpack(bank: BasicSoundBank): Promise<boolean> {
  const packed = bank.samples.filter((sample) => sample.isCompressed);
  for (const sample of packed) {
    const data = sample.getRawData(true).slice();
    const rate = new DataView(data.buffer).getUint32(RATE_AT, true);
    // At its own rate, so that nothing is resampled and loops stay where they are.
    const decoded = await new OfflineAudioContext(1, 1, rate).decodeAudioData(data.buffer as ArrayBuffer);
    sample.setAudioData(decoded.getChannelData(0).slice(), rate);
  }
  return packed.length > 0;
}
