/** What the page and the thread of the sound tell each other. */

export const PROCESSOR = 'clinamen-font';

/** A note of one channel; times in seconds of the context. */
export interface Note {
  channel: number;
  pitch: number;
  velocity: number;
  start: number;
  end: number;
}

/** An instrument of a font. */
export interface Patch {
  bank: number;
  program: number;
}

/** What a processor begins with: with notes it needs no message, which an offline one may not get. */
export interface Beginning {
  font: ArrayBuffer;
  patches: Patch[];
  notes: Note[];
}

export type Order = { kind: 'notes'; notes: Note[] } | { kind: 'patches'; patches: Patch[] } | { kind: 'stop' | 'end' };

/** What is answered once: whether the font could be taken. */
export type Answer = { isReady: boolean };
