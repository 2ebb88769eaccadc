/** Takes notes and chords. */
export interface Play {
  melody(pitch: number, start: number, seconds: number): void;
  chord(tones: readonly number[], bass: number | null, start: number, seconds: number): void;
}

/** What can play a song: the simple synthesizer, or a SoundFont. Times are those of the stage. */
export interface Voice extends Play {
  /** Resolves when notes will be heard; rejects where they never will. */
  ready(): Promise<void>;
  /** Silence, without a click. */
  stop(): void;
}

/** Chord tones close together around middle C. */
export function voicing(tones: readonly number[]): number[] {
  return tones.map((tone) => (tone >= 7 ? 48 + tone : 60 + tone)).sort((a, b) => a - b);
}

/** Key of a chord's bass. */
export const bassKey = (bass: number): number => 36 + bass;
