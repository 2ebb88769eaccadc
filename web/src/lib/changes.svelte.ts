/** Changes on their way to the studio, one after the other; what cannot be saved yet waits. */

import { ApiError } from './api';

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 8000;

export type Saving = 'saved' | 'saving' | 'unsaved' | 'lost';

/** Whether the studio gave no answer, or does not know this browser: it was started anew. */
const isNoAnswer = (error: ApiError): boolean => error.status === 0 || error.status === 401;

export class Changes {
  /** Whether the studio cannot be reached. */
  isAway = $state(false);
  private nPending = $state(0);
  private last: Promise<void> = Promise.resolve();
  private nFailures = 0;
  private wakeUp: () => void = () => {};
  /** How many there ever were. */
  count = 0;

  /**
   * @param onFailed a change cannot be made, nor what was done on top of it
   * @param onSettled there is none left
   */
  constructor(
    private readonly onFailed: (error: ApiError) => void,
    private readonly onSettled: () => void,
  ) {}

  get areSaved(): boolean {
    return this.nPending === 0;
  }

  get saving(): Saving {
    if (this.areSaved) return this.isAway ? 'lost' : 'saved';
    return this.isAway ? 'unsaved' : 'saving';
  }

  /** Make a change once those before it are made, again and again until there is an answer. */
  add(work: (isAgain: boolean) => Promise<void>): void {
    this.nPending += 1;
    this.count += 1;
    const failures = this.nFailures;
    this.last = this.last.then(async () => {
      try {
        // What was done on top of a change that failed would undo what is there instead.
        if (failures === this.nFailures) await this.make(work);
      } finally {
        this.nPending -= 1;
        if (this.areSaved) this.onSettled();
      }
    });
  }

  /** Do something once all changes until now are made. */
  after(work: () => Promise<void>): void {
    this.last = this.last.then(work);
  }

  /** Until all changes that there are now are made. */
  async made(): Promise<void> {
    await this.last;
  }

  /** The studio answers, or does not. */
  hear(isAway: boolean): void {
    this.isAway = isAway;
    if (!isAway) this.wakeUp();
  }

  private async make(work: (isAgain: boolean) => Promise<void>): Promise<void> {
    for (let wait = FIRST_WAIT_MS, isAgain = false; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS), isAgain = true) {
      try {
        await work(isAgain);
        this.isAway = false;
        return;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        this.isAway = isNoAnswer(error);
        if (!this.isAway) {
          this.nFailures += 1;
          this.onFailed(error);
          return;
        }
      }
      await this.rest(wait);
    }
  }

  private async rest(wait: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      this.wakeUp = resolve;
      timer = setTimeout(resolve, wait);
    });
    clearTimeout(timer);
    this.wakeUp = () => {};
  }
}
