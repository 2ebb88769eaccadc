/** The story of the song on the page: what happened, in words, and whether it is as it was written. */

import { attempt } from './attempt';
import { api, type Passage, type StoryCheck } from './api';
import type { Session } from './session.svelte';

export class Story {
  passages = $state.raw<Passage[]>([]);
  check = $state.raw<StoryCheck | null>(null);
  /** Entry before which more is told, or nothing. */
  before = $state<number | null>(null);
  /** Whether it was asked for. */
  isLoaded = $state(false);
  private asked = 0;

  constructor(private readonly session: Session) {}

  clear(): void {
    this.asked += 1;
    [this.passages, this.check, this.before, this.isLoaded] = [[], null, null, false];
  }

  async load(): Promise<void> {
    const id = this.session.project?.id;
    if (!id) return;
    const asked = ++this.asked;
    await this.attempt(async () => {
      const told = await api.story(id);
      if (asked !== this.asked) return;
      [this.passages, this.before, this.isLoaded] = [told.passages, told.before, true];
      const check = await api.checkStory(id);
      if (asked === this.asked) this.check = check;
    });
  }

  /** What came before. */
  async more(): Promise<void> {
    const [id, before, asked] = [this.session.project?.id, this.before, this.asked];
    if (!id || before === null) return;
    await this.attempt(async () => {
      const told = await api.story(id, before);
      if (asked !== this.asked) return;
      this.passages = [...this.passages, ...told.passages];
      this.before = told.before;
    });
  }

  /** Write something into it; whether it is there. */
  async note(text: string): Promise<boolean> {
    const id = this.session.project?.id;
    if (!id) return false;
    const isKept = await this.attempt(() => api.note(id, text));
    if (isKept) await this.load();
    return isKept;
  }

  private attempt(work: () => Promise<unknown>): Promise<boolean> {
    return attempt((message) => (this.session.trouble = message), work);
  }
}
