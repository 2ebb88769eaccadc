/** A SoundFont as a voice: notes go to a processor in the thread of the sound. */

import type { Stage } from '../output';
import { bassKey, voicing, type Play, type Voice } from '../voice';
import { PROCESSOR, type Answer, type Beginning, type Note, type Order, type Patch } from './messages';
import workletAddress from './worklet.ts?worker&url';

/** Makes a font about as loud as the simple synthesizer. */
const GAIN = 4.5;
const [MELODY, CHORD, BASS] = [0, 1, 2];
const VELOCITY = { melody: 100, chord: 66, bass: 84 };
const GAP = 0.02;
const SHORTEST = 0.05;

/** What plays notes onto a list of a font's notes. */
export function notesOnto(take: (notes: Note[]) => void): Play {
  const note = (channel: number, pitch: number, velocity: number, start: number, seconds: number): Note => ({
    channel,
    pitch,
    velocity,
    start,
    end: start + Math.max(seconds - GAP, SHORTEST),
  });
  return {
    melody: (pitch, start, seconds) => take([note(MELODY, pitch, VELOCITY.melody, start, seconds)]),
    chord: (tones, bass, start, seconds) => {
      const notes = voicing(tones).map((pitch) => note(CHORD, pitch, VELOCITY.chord, start, seconds));
      if (bass !== null) notes.push(note(BASS, bassKey(bass), VELOCITY.bass, start, seconds));
      take(notes);
    },
  };
}

/** A processor on a stage; rejects where the font cannot be taken. */
export async function startFont(stage: Stage, beginning: Beginning): Promise<AudioWorkletNode> {
  const { context, input } = stage;
  if (!context || !input) throw new Error('there is no sound yet');
  await context.audioWorklet.addModule(workletAddress);
  const node = new AudioWorkletNode(context, PROCESSOR, {
    numberOfInputs: 0,
    outputChannelCount: [2],
    processorOptions: beginning,
  });
  node.connect(new GainNode(context, { gain: GAIN })).connect(input);
  return node;
}

export class FontVoice implements Voice {
  private node: AudioWorkletNode | null = null;
  private starting: Promise<void> | null = null;
  private readonly onto = notesOnto((notes) => this.tell({ kind: 'notes', notes }));
  readonly melody = this.onto.melody;
  readonly chord = this.onto.chord;

  /** @param patches instruments of melody, chords and bass */
  constructor(
    private readonly stage: Stage,
    private readonly font: () => Promise<ArrayBuffer>,
    private patches: Patch[],
    /** Told when the processor fails while it plays. */
    private readonly onFailure: () => void,
  ) {}

  ready(): Promise<void> {
    // What failed may be tried again.
    this.starting ??= this.start().catch((error: unknown) => {
      this.starting = null;
      throw error;
    });
    return this.starting;
  }

  stop(): void {
    this.tell({ kind: 'stop' });
  }

  /** Other instruments of the same font. */
  choose(patches: Patch[]): void {
    this.patches = patches;
    this.tell({ kind: 'patches', patches });
  }

  /** Not to be used again. */
  end(): void {
    this.tell({ kind: 'end' });
    this.node?.disconnect();
  }

  private async start(): Promise<void> {
    const node = await startFont(this.stage, { font: await this.font(), patches: this.patches, notes: [] });
    await new Promise<void>((resolve, reject) => {
      const refused = (): void => reject(new Error('the SoundFont cannot be played'));
      node.onprocessorerror = refused;
      node.port.onmessage = ({ data }: MessageEvent<Answer>) => (data.isReady ? resolve() : refused());
    });
    node.onprocessorerror = () => {
      [this.node, this.starting] = [null, null];
      this.onFailure();
    };
    this.node = node;
    this.choose(this.patches);
  }

  private tell(order: Order): void {
    this.node?.port.postMessage(order);
  }
}
