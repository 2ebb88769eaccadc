/**
 * The loudness of a song as it sounds: it is rendered, unheard, with the voice that will play it,
 * and measured. What the limiter does to the loudest moments comes after, for both versions alike.
 */

import type { Song } from '../roll/model';
import { TempoMap } from './clock';
import { notesOnto, startFont } from './font/voice';
import type { Note, Patch } from './font/messages';
import { LoudnessMeter, MEASURED_RATE } from './loudness';
import type { Stage } from './output';
import { perform } from './perform';
import { Synth } from './synth';

export { trimFor } from './loudness';

/** A longer song is measured by its beginning. */
const MOST_SECONDS = 150;
const RINGS_ON = 0.5;
const AT_ONCE = 5 * MEASURED_RATE;

/** What plays: the simple synthesizer, or instruments of a font. */
export type Player = { key: string; font: () => Promise<ArrayBuffer>; patches: Patch[] } | null;

const known = new WeakMap<Song, Map<string, Promise<number>>>();

/** In LKFS. The same song is measured once with each sound. */
export function loudnessOf(song: Song, hasChords: boolean, player: Player): Promise<number> {
  const key = `${player?.key ?? ''} ${hasChords}`;
  const measured = known.get(song) ?? new Map<string, Promise<number>>();
  known.set(song, measured);
  const found = measured.get(key) ?? measure(song, hasChords, player);
  measured.set(key, found);
  return found;
}

async function measure(song: Song, hasChords: boolean, player: Player): Promise<number> {
  const map = new TempoMap(song.tempos, song.ticksPerQuarter);
  const seconds = Math.min(map.secondsAt(song.end) + RINGS_ON, MOST_SECONDS);
  const context = new OfflineAudioContext(1, Math.ceil(seconds * MEASURED_RATE), MEASURED_RATE);
  const stage: Stage = { context, input: context.destination };
  const until = map.tickAt(seconds);
  const when = (event: { onset: number; duration: number }): [number, number] => {
    const start = map.secondsAt(event.onset);
    return [start, map.secondsAt(event.onset + event.duration) - start];
  };
  if (player === null) {
    perform(song, hasChords, new Synth(stage), when, 0, until);
  } else {
    const notes: Note[] = [];
    perform(song, hasChords, notesOnto((each) => notes.push(...each)), when, 0, until);
    await startFont(stage, { font: await player.font(), patches: player.patches, notes });
  }
  return metered((await context.startRendering()).getChannelData(0));
}

/** A few seconds of sound at a time, so that the page goes on meanwhile. */
async function metered(sound: Float32Array): Promise<number> {
  const meter = new LoudnessMeter();
  for (let from = 0; from < sound.length; from += AT_ONCE) {
    meter.push(sound.subarray(from, from + AT_ONCE));
    await new Promise((resolve) => setTimeout(resolve));
  }
  return meter.integrated;
}
