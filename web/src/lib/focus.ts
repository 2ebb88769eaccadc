/** Where the keyboard goes when what it was on is gone: to the notes, or the chords, of the song. */

import { tick } from 'svelte';

import type { Session } from './session.svelte';

export async function focusSong(session: Session): Promise<void> {
  // What lies over the song hides it until the page has followed.
  await tick();
  const list = session.chord >= 0 ? '.chords' : '.notes';
  const place = session.view.picture === 'notation' ? '.sheet-lines' : list;
  document.querySelector<HTMLElement>(place)?.focus({ preventScroll: true });
}
