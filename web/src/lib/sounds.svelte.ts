/** Which sound plays: the simple synthesizer, the studio's SoundFont, or a person's own. */

import { INSTRUMENTS, patchesOf, type Instrument } from '../sound/font/instruments';
import type { Patch } from '../sound/font/messages';
import { forget, keep, keptBytes, keptTitle, type FontTitle, type OwnFont } from '../sound/font/store';
import { FontVoice } from '../sound/font/voice';
import type { Player } from '../sound/measure';
import type { Output } from '../sound/output';
import type { Voice } from '../sound/voice';
import type { Key } from './language.svelte';

export const SIMPLE = 'simple';
const KEPT_AS = 'clinamen.sound';
const OURS = '/sounds/clinamen.sf2';
const MOST_BYTES = 64 * 2 ** 20;
/** A larger font is not loaded a second time to measure it; the simple synthesizer is measured. */
const MOST_MEASURED = 4 * 2 ** 20;

const FAULTS_OF_FILES: readonly Key[] = ['sound_too_large', 'sound_bad', 'sound_not_kept'];

export const isFontName = (name: string): boolean => /\.sf[23]$/i.test(name);
export const ownChoice = ({ bank, program }: Patch): string => `own:${bank}:${program}`;

const isOurs = (word: string): word is Instrument => INSTRUMENTS.some((each) => each === word);

function ownPatch(choice: string): Patch | null {
  const found = /^own:(\d+):(\d+)$/.exec(choice);
  return found ? { bank: Number(found[1]), program: Number(found[2]) } : null;
}

let ours: Promise<ArrayBuffer> | null = null;

/** The studio's own font, fetched once; tried again after a failure. */
function ourBytes(): Promise<ArrayBuffer> {
  ours ??= fetch(OURS).then((response) => {
    if (!response.ok) throw new Error(`${OURS}: ${response.status}`);
    return response.arrayBuffer();
  });
  ours.catch(() => (ours = null));
  return ours;
}

export class Sounds {
  /** 'simple', an instrument of ours, or `own:bank:program`. */
  choice = $state(SIMPLE);
  own = $state.raw<FontTitle | null>(null);
  /** What goes on, or went wrong. */
  said = $state<Key | ''>('');
  private readonly ours: FontVoice;
  private mine: FontVoice | null = null;
  /** How many fonts of a person's own there were: what was measured with one is not true of another. */
  private nOwn = 0;

  constructor(
    private readonly output: Output,
    private readonly simple: Voice,
    private readonly onVoice: (voice: Voice) => void,
  ) {
    this.ours = new FontVoice(output, ourBytes, patchesOf('piano'), () => this.fail());
  }

  /** What was chosen before the page was loaded; nothing of a font is loaded before it is to sound. */
  async begin(): Promise<void> {
    // A browser that keeps nothing (a private window) has no font.
    this.own = (await keptTitle().catch(() => undefined)) ?? null;
    const kept = localStorage.getItem(KEPT_AS) ?? SIMPLE;
    if (this.patches(kept) !== null) await this.use(kept);
  }

  async choose(choice: string): Promise<void> {
    localStorage.setItem(KEPT_AS, choice);
    await this.use(choice);
  }

  /** A person's own font, kept in this browser. */
  async open(file: File): Promise<void> {
    if (file.size > MOST_BYTES) {
      this.said = 'sound_too_large';
      return;
    }
    this.said = 'sound_reading';
    const font = await this.read(file).catch(() => null);
    if (font === null) {
      this.said = 'sound_bad';
      return;
    }
    try {
      await keep(font);
    } catch {
      this.said = 'sound_not_kept';
      return;
    }
    this.setOwn(font);
    const first = font.presets[0];
    if (first) await this.choose(ownChoice(first));
  }

  async forget(): Promise<void> {
    await forget();
    this.setOwn(null);
    if (ownPatch(this.choice)) await this.choose(SIMPLE);
  }

  /** What was wrong with a file was told where it was chosen, and is not told again elsewhere. */
  settle(): void {
    if (FAULTS_OF_FILES.some((fault) => fault === this.said)) this.said = '';
  }

  /** The font could not be loaded, or broke down: the simple synthesizer plays on. */
  fail(): void {
    this.choice = SIMPLE;
    this.said = 'sound_failed';
    this.onVoice(this.simple);
  }

  /** What plays, for measuring how loud it is. */
  get player(): Player {
    const patches = this.patches(this.choice);
    if (!patches || this.choice === SIMPLE) return null;
    if (isOurs(this.choice)) return { key: this.choice, font: ourBytes, patches };
    if (!this.own || this.own.size > MOST_MEASURED) return null;
    return { key: `${this.nOwn} ${this.choice}`, font: keptBytes, patches };
  }

  private setOwn(font: FontTitle | null): void {
    this.mine?.end();
    [this.mine, this.own] = [null, font && { name: font.name, size: font.size, presets: font.presets }];
    this.nOwn++;
  }

  private async read(file: File): Promise<OwnFont> {
    const { readFont } = await import('../sound/font/read');
    return readFont(file.name, await file.arrayBuffer());
  }

  /** Instruments of melody, chords and bass; null for a choice that there is not. */
  private patches(choice: string): Patch[] | null {
    if (choice === SIMPLE) return [];
    if (isOurs(choice)) return patchesOf(choice);
    const own = ownPatch(choice);
    const isThere = this.own?.presets.some((each) => own && ownChoice(each) === choice) ?? false;
    return own && isThere ? [own, own, own] : null;
  }

  private async use(choice: string): Promise<void> {
    const patches = this.patches(choice);
    if (patches === null) return;
    [this.choice, this.said] = [choice, ''];
    const voice = this.voiceOf(choice, patches);
    if (this.output.context) {
      this.said = choice === SIMPLE ? '' : 'sound_loading';
      const isReady = await voice.ready().then(
        () => true,
        () => false,
      );
      // Something else was chosen meanwhile.
      if (this.choice !== choice) return;
      if (!isReady) return this.fail();
      this.said = '';
    }
    this.onVoice(voice);
  }

  private voiceOf(choice: string, patches: Patch[]): Voice {
    if (choice === SIMPLE) return this.simple;
    if (!isOurs(choice)) this.mine ??= new FontVoice(this.output, keptBytes, patches, () => this.fail());
    const voice = isOurs(choice) || !this.mine ? this.ours : this.mine;
    voice.choose(patches);
    return voice;
  }
}
