/** Who put each note here, when, instead of what; asked for when someone wants to know. */

import { pitchName, placeOf, withSigns, type Note, type Song } from '../roll/model';
import { ApiError, api, type Blame, type Origin, type Row } from './api';
import { language, t } from './language.svelte';
import type { Session } from './session.svelte';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Forms that have no `instead`: nothing was there for them to replace. */
const FIRST = new Set(['file', 'before', 'written']);

export type Kind = 'note' | 'chord';

export class Origins {
  private known = $state.raw<{ name: string; blame: Blame } | null>(null);
  private asking: { name: string; answer: Promise<void> } | null = null;

  constructor(private readonly session: Session) {}

  /** The state that origins are of: none while an edit is on its way. */
  private get name(): string {
    const { project, isSaved } = this.session;
    return project && isSaved ? `${project.id} ${project.revision}` : '';
  }

  /** Fetch the origins of the song as it is, once for each state. */
  ask(): Promise<void> {
    const { name } = this;
    if (!name || this.known?.name === name) return Promise.resolve();
    if (this.asking?.name !== name) this.asking = { name, answer: this.fetch(name) };
    return this.asking.answer;
  }

  private async fetch(name: string): Promise<void> {
    const project = this.session.project;
    if (!project) return;
    try {
      this.known = { name, blame: await api.blame(project.id, project.revision) };
    } catch (error) {
      // The song is as good without; who asks again tries again.
      if (!(error instanceof ApiError)) throw error;
      this.asking = null;
    }
  }

  /** Where a note or a chord comes from, if that is known yet. */
  of(kind: Kind, index: number): Origin | null {
    if (!this.known || this.known.name !== this.name) return null;
    const { blame } = this.known;
    const row = (kind === 'note' ? blame.notes : blame.chords)[index];
    return row ? (blame.origins[row.origin] ?? null) : null;
  }

  /** The same as a sentence; "" where it is not known. */
  tell(kind: Kind, index: number): string {
    const [origin, song] = [this.of(kind, index), this.session.song];
    const row = (kind === 'note' ? this.known?.blame.notes : this.known?.blame.chords)?.[index];
    if (!origin || !row || !song) return '';
    const said = putHere(origin);
    const onset = (kind === 'note' ? song.notes : song.chords)[index]?.onset;
    if (row.was && row.was[0] !== onset) return t('origin_moved', { said, place: placeText(song, row.was[0]) });
    if (FIRST.has(origin.how)) return t('origin_plain', { said });
    if (row.instead.length === 0) return t('origin_added', { said });
    const note = kind === 'note' ? song.notes[index] : undefined;
    const names = row.instead.map((each) => nameBefore(song, each, note));
    const what = new Intl.ListFormat(language.now, { type: 'conjunction' }).format(names);
    return t('origin_instead', { said, what });
  }
}

function putHere({ how, file, at, person, program }: Origin): string {
  const when = timeAgo(at);
  const who = person || t('origin_maker');
  if (how === 'file') return file ? t('origin_file', { file, when }) : t('origin_some_file', { when });
  if (how === 'kept') return t('origin_kept', { program, who, when });
  if (how === 'asked') return t('origin_asked', { program, who, when });
  if (how === 'written') return t('origin_written', { program, when });
  if (how === 'before') return t('origin_before');
  const said = t('origin_hand', { who, when });
  // A name stays as it is written; what stands for one begins the sentence.
  return person ? said : said.charAt(0).toUpperCase() + said.slice(1);
}

/** How long ago, or the day where it is another one. */
export function timeAgo(at: string, now = Date.now()): string {
  const seconds = Math.max((now - new Date(at).getTime()) / 1000, 0);
  const words = new Intl.RelativeTimeFormat(language.now);
  if (seconds < MINUTE) return t('just_now');
  if (seconds < HOUR) return words.format(-Math.floor(seconds / MINUTE), 'minute');
  if (seconds < DAY) return words.format(-Math.floor(seconds / HOUR), 'hour');
  return exactly(at);
}

/** Day and hour as the reader writes them. */
export const exactly = (at: string): string =>
  new Date(at).toLocaleString(language.now, { dateStyle: 'medium', timeStyle: 'short' });

/** What was there before; how long it was, where that is all that differs. */
function nameBefore(song: Song, [onset, length, pitch]: Row, now: Note | undefined): string {
  if (pitch === undefined) return withSigns(String(length));
  const key = song.keys.findLast((each) => each.onset <= onset) ?? song.keys[0];
  const name = pitchName(pitch, key?.name);
  if (!now || now.onset !== onset || now.pitch !== pitch) return name;
  return t(Number(length) > now.duration ? 'origin_longer' : 'origin_shorter', { name });
}

function placeText(song: Song, tick: number): string {
  const { bar, beat } = placeOf(song, tick);
  return t('position', { bar, beat: beat.toLocaleString(language.now, { maximumFractionDigits: 2 }) });
}
