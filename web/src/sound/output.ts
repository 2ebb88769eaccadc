/** Where all sound goes out. No sound is made, and the browser asked for none, before `wake`. */

/** What something that sounds is connected to; nothing before there is sound. */
export interface Stage {
  readonly context: BaseAudioContext | null;
  readonly input: AudioNode | null;
}

export class Output implements Stage {
  context: AudioContext | null = null;
  input: GainNode | null = null;
  private level = 0.8;
  private balance = 1;

  /** The clock of the sound, in seconds. */
  get now(): number {
    return this.context?.currentTime ?? 0;
  }

  /** Ready to sound. To be called from a press of a key or a button. */
  async wake(): Promise<void> {
    if (this.context === null) {
      this.context = new AudioContext({ latencyHint: 'interactive' });
      const limiter = new DynamicsCompressorNode(this.context, { threshold: -12, ratio: 6 });
      this.input = new GainNode(this.context, { gain: this.level * this.balance });
      this.input.connect(limiter).connect(this.context.destination);
    }
    await this.context.resume();
  }

  set volume(level: number) {
    this.level = level;
    this.setGain();
  }

  /** What makes one version as loud as the one it is compared with. */
  set trim(balance: number) {
    this.balance = balance;
    this.setGain();
  }

  private setGain(): void {
    const gain = this.level * this.balance;
    if (this.input && this.context) this.input.gain.setTargetAtTime(gain, this.context.currentTime, 0.02);
  }
}
