/**
 * Notes on a SoundFont, sample by sample. Runs in the thread of the sound (`worklet.ts`) and,
 * without a browser, in tests.
 */

import { SoundBankLoader, SpessaLog, SpessaSynthProcessor, type BasicSoundBank } from 'spessasynth_core';

import type { Note, Patch } from './messages';

const FADE_SECONDS = 0.015;
const MOST_FRAMES = 128;

interface Press {
  frame: number;
  channel: number;
  pitch: number;
  /** 0 lets the key go. */
  velocity: number;
}

export class Engine {
  private readonly synth: SpessaSynthProcessor;
  private presses: Press[] = [];
  private fading = 0;
  /** The library counts its voices only while it renders. */
  private isSounding = false;
  private readonly fadeFrames: number;

  constructor(private readonly rate: number) {
    SpessaLog.setLogLevel(false, false, false);
    // No effects: what is told to stop must leave nothing that rings on.
    this.synth = new SpessaSynthProcessor(rate, { eventsEnabled: false, effectsEnabled: false });
    this.fadeFrames = Math.round(FADE_SECONDS * rate);
  }

  /** Takes a font; throws where it is none. */
  load(font: ArrayBuffer | BasicSoundBank): void {
    const bank = font instanceof ArrayBuffer ? SoundBankLoader.fromArrayBuffer(font) : font;
    this.synth.soundBankManager.addSoundBank(bank, 'font');
  }

  /** The instrument of each channel, in order. */
  choose(patches: readonly Patch[]): void {
    patches.forEach(({ bank, program }, channel) => {
      this.synth.controllerChange(channel, 0, bank);
      this.synth.programChange(channel, program);
    });
  }

  add(notes: readonly Note[]): void {
    for (const { channel, pitch, velocity, start, end } of notes) {
      const [first, last] = [Math.round(start * this.rate), Math.round(end * this.rate)];
      this.presses.push({ frame: first, channel, pitch, velocity });
      this.presses.push({ frame: Math.max(last, first + 1), channel, pitch, velocity: 0 });
    }
    this.presses.sort((a, b) => a.frame - b.frame);
  }

  /** Silence within 15 ms; nothing that was to come comes. */
  stop(): void {
    this.presses = [];
    if (this.isSounding && this.fading === 0) this.fading = this.fadeFrames;
  }

  /** Sound from a frame on, as much as there is room for. */
  render(left: Float32Array, right: Float32Array, frame: number): void {
    let done = 0;
    while (done < left.length) {
      if (this.fading === 0) this.press(frame + done);
      const n = Math.min(left.length - done, MOST_FRAMES, this.until(frame + done));
      if (this.isSounding) this.sound(left, right, done, n);
      if (this.fading > 0) this.fade(left, right, done, n);
      done += n;
    }
  }

  private press(frame: number): void {
    let n = 0;
    for (const { frame: due, channel, pitch, velocity } of this.presses) {
      if (due > frame) break;
      n++;
      if (velocity) this.isSounding = true;
      if (velocity) this.synth.noteOn(channel, pitch, velocity);
      else this.synth.noteOff(channel, pitch);
    }
    if (n) this.presses.splice(0, n);
  }

  private sound(left: Float32Array, right: Float32Array, from: number, n: number): void {
    this.synth.process(left, right, from, n);
    this.isSounding = this.synth.voiceCount > 0;
  }

  private until(frame: number): number {
    if (this.fading > 0) return this.fading;
    const next = this.presses[0];
    return next ? next.frame - frame : MOST_FRAMES;
  }

  private fade(left: Float32Array, right: Float32Array, from: number, n: number): void {
    for (let i = from; i < from + n; i++) {
      const gain = --this.fading / this.fadeFrames;
      left[i] = (left[i] ?? 0) * gain;
      right[i] = (right[i] ?? 0) * gain;
    }
    if (this.fading === 0) this.synth.stopAllChannels(true);
  }
}
