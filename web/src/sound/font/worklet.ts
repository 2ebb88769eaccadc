/** A SoundFont in the thread of the sound. */

import { Engine } from './engine';
import { PROCESSOR, type Answer, type Beginning, type Order } from './messages';

declare const sampleRate: number;
declare const currentFrame: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: unknown): void;

class FontProcessor extends AudioWorkletProcessor {
  private readonly engine = new Engine(sampleRate);
  private isAlive = true;

  constructor({ processorOptions }: { processorOptions: Beginning }) {
    super();
    this.port.onmessage = ({ data }: MessageEvent<Order>) => this.obey(data);
    this.port.postMessage({ isReady: this.begin(processorOptions) } satisfies Answer);
  }

  private begin({ font, patches, notes }: Beginning): boolean {
    try {
      this.engine.load(font);
    } catch {
      return false;
    }
    this.engine.choose(patches);
    this.engine.add(notes);
    return true;
  }

  private obey(order: Order): void {
    if (order.kind === 'notes') this.engine.add(order.notes);
    else if (order.kind === 'patches') this.engine.choose(order.patches);
    else this.engine.stop();
    if (order.kind === 'end') this.isAlive = false;
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const [left, right] = outputs[0] ?? [];
    if (left && right) this.engine.render(left, right, currentFrame);
    return this.isAlive;
  }
}

registerProcessor(PROCESSOR, FontProcessor);
