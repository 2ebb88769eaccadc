/** Times as their reader writes them. */

import { language } from './language.svelte';

export const dayAndHour = (time: string): string =>
  new Date(time).toLocaleString(language.now, { dateStyle: 'medium', timeStyle: 'short' });

/** The hour, and the day where it is another one than today. */
export function lately(time: string): string {
  const date = new Date(time);
  const isToday = date.toDateString() === new Date().toDateString();
  const day = isToday ? undefined : ({ day: 'numeric', month: 'short' } as const);
  return date.toLocaleString(language.now, { ...day, hour: 'numeric', minute: '2-digit', second: '2-digit' });
}
