/** Where the keyboard goes when what it was on is gone: to the notes, or the chords, of the song. */

import type { Session } from './session.svelte';

export function focusSong(session: Session): void {
  const list = session.chord >= 0 ? '.chords' : '.notes';
  const place = session.view.picture === 'notation' ? '.sheet-lines' : list;
  document.querySelector<HTMLElement>(place)?.focus({ preventScroll: true });
}
