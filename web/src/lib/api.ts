/** The server's endpoints, typed; `docs/reference/studio-api.md` lists them. */

import { untrack } from 'svelte';

import { language } from './language.svelte';
import type { Sheet } from '../notation/sheet';
import type { Chord, Note, Song } from '../roll/model';
import { hearingOf, songOf, type Why } from '../roll/read';

export type { Hearing, Why, WhyPart } from '../roll/read';

export interface State {
  version: string;
  readonly: boolean;
  first: string;
  examples: string[];
  readable: string[];
  exports: string[];
  max_bytes: number;
  /** The name that stories give who works here; empty where none was told. */
  maker: string;
}

export interface Version {
  name: string;
  revision: number;
  made_at: string;
}

export interface Project {
  id: string;
  title: string;
  /** Name of its files, without an extension. */
  stem: string;
  revision: number;
  action: string;
  can_undo: boolean;
  can_redo: boolean;
  versions: Version[];
  song: Song;
}

export interface ProjectSummary {
  id: string;
  title: string;
  file: string;
  changed_at: string;
}

export interface Variant {
  kind: 'pitch' | 'rhythm' | 'harmony' | 'silence';
  note: number;
  bits: number;
  contrast: number;
  home_after: number | null;
  reason: string;
  originality: string;
  song: Song;
}

export interface Swerve {
  awaited: string;
  because: string;
  notices: string[];
  variants: Variant[];
}

export interface BarBits {
  bar: number;
  asked: number;
  heard: number | null;
  written: boolean;
}

export interface Composition {
  seed: number;
  correlation: number | null;
  bars: BarBits[];
  breaks: string[];
  notices: string[];
  originality: string;
  song: Song;
}

export interface Removal {
  note: number;
  place: string;
  name: string;
  cost: number;
  reason: string;
}

export interface Sculpture {
  n_total: number;
  n_least: number;
  removals: Removal[];
}

export type Mode = 'fill' | 'new' | 'continue';

export interface ComposeRequest {
  mode: Mode;
  bits: number[];
  first_bar: number;
  seed: number;
  like?: boolean;
  chords?: boolean;
}

/** How to have the same without the studio. */
export interface Recipe {
  file: string;
  command: string;
  python: string;
}

interface AnyJob {
  id: string;
  project: string;
  revision: number;
  state: 'running' | 'paused' | 'done' | 'failed' | 'cancelled' | 'lost';
  share: number | null;
  n_results: number;
  error: string;
  /** What was chosen that cannot be had, or nothing. */
  field: string;
}
export interface SwerveJob extends AnyJob {
  kind: 'swerve';
  request: { note: number; strength: string | number; kind: string; seed: number };
  result: Swerve | null;
}
export interface ComposeJob extends AnyJob {
  kind: 'compose';
  request: ComposeRequest;
  result: Composition | null;
}
export interface SculptJob extends AnyJob {
  kind: 'sculpt';
  result: Sculpture | null;
}
export interface AtlasJob extends AnyJob {
  kind: 'atlas';
  result: { n_evaluations: number; n_finds: number } | null;
}
export type Job = SwerveJob | ComposeJob | SculptJob | AtlasJob;
export type Order = 'pause' | 'resume' | 'cancel';

export interface Place {
  note: number;
  awaited: string;
  reason: string;
}

export interface PastState {
  revision: number;
  parent: number | null;
  action: string;
  made_at: string;
  name: string;
  is_left: boolean;
}
/** [onset, duration, pitch] of a note, [onset, symbol] of a chord. */
export type Row = [onset: number, durationOrSymbol: number | string, pitch?: number];
export interface Origin {
  entry: number;
  at: string;
  how: 'file' | 'hand' | 'kept' | 'asked' | 'written' | 'before';
  person: string;
  program: string;
  file: string;
  /** Why it was proposed, by language. */
  reason: Record<string, string>;
}
export interface OriginOf {
  origin: number;
  instead: Row[];
  was: Row | null;
}
/** Who put each note here; notes that came in the same step share an origin. */
export interface Blame {
  origins: Origin[];
  notes: OriginOf[];
  chords: OriginOf[];
}

export interface History {
  here: number;
  states: PastState[];
}

export interface Told {
  seq: number;
  at: string;
  kind: string;
  said: string;
}
/** Steps that are told as one, the newest first. */
export interface Passage {
  kind: 'step' | 'hand' | 'proposals';
  said: string;
  at: string;
  steps: Told[];
}
export interface StoryPart {
  n_entries: number;
  passages: Passage[];
  before: number | null;
}
export interface StoryCheck {
  is_sound: boolean;
  n_entries: number;
  problems: string[];
  /** Up to which entry it is signed, and stamped. */
  signed: number;
  stamped: number;
  head: string;
}

/** A long search in a song. */
export interface Search {
  wish: string;
  state: 'fishing' | 'waiting' | 'interrupted' | 'paused' | 'stopped' | 'ended';
  why_waiting: string;
  trouble: string;
  place: string;
  understood: string;
  unknown: string[];
  n_ideas: number;
  tried: { by: string; n_ideas: number; n_held: number }[];
  biting: { by: string; change: string; how_near: 'near' | 'half' | 'far' | 'day' | 'search' | 'apart'; next_at: string } | null;
  fished_hours: number;
  hours: number;
  rate: number;
}
export interface Find {
  number: number;
  status: 'surfaced' | 'kept' | 'rejected';
  is_new: boolean;
  surfaced_at: string;
  by: string;
  change: string;
  reason: string;
  quality: number;
  fit: number;
  liking: number;
  novelty: number;
}
/** The newest search in a song, and what has surfaced there, the newest first. */
export interface Fished {
  search: Search | null;
  finds: Find[];
}
/** A song that is fished, or was. */
export interface FishedSong {
  id: string;
  title: string;
  state: Search['state'];
  n_unseen: number;
  /** Whether its finds are told on the desktop already. */
  tells: boolean;
}
export interface Cast {
  wish: string;
  nights: number | null;
  rate: number | null;
  always: boolean;
  notify: boolean;
}
export type FishOrder = 'pause' | 'resume' | 'stop';

/** A find of the map, as the search measured it. */
export interface MapFind {
  quality: number;
  worth: number;
  new_for_me: number | null;
  new_for_corpus: number | null;
  measures: number[];
  told: string[];
}
export interface MapPlace {
  x: number;
  y: number;
  n_corpus: number;
  n_mine: number;
  /** Of the cells that are empty and worth going, which; from 1. */
  rank: number | null;
  where: string;
  who: string[];
  find: MapFind | null;
}
export interface MapAxis {
  name: string;
  edges: number[];
}
export interface AtlasView {
  lead: string[];
  n_evaluations: number;
  n_finds: number;
  measures: { name: string; said: string; unit: string }[];
  x: MapAxis;
  y: MapAxis;
  cells: MapPlace[];
}
/** A find as the full listener heard it. */
export interface HeardFind {
  title: string;
  quality: number;
  song: Song;
  bits: number;
  peak: string;
}
/** A cell of the map along two measures: `4,7`. */
export interface At {
  cell: string;
  x: string;
  y: string;
  /** Of the find that is meant: a better one may have taken its place. */
  quality?: number;
}

/** An answer that was not what was asked for. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** What of a request it is about, where that is one thing. */
    readonly field = '',
  ) {
    super(message);
  }
}

/** Tells this tab from others in the news. */
export const TAB = crypto.getRandomValues(new Uint32Array(2)).join('-');

async function ask(path: string, options: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    // Sentences come in the page's language. Who asks inside an effect need not run again with it.
    const headers = { 'Accept-Language': untrack(() => language.now), ...options.headers };
    response = await fetch(path, { credentials: 'same-origin', ...options, headers });
  } catch {
    throw new ApiError(0, 'offline', 'offline');
  }
  if (response.ok) return response;
  const said = await response.json().catch(() => null);
  const error = said?.error ?? { code: 'server', message: response.statusText };
  throw new ApiError(response.status, error.code, error.message, error.field);
}

const get = async (path: string): Promise<unknown> => (await ask(path)).json();

async function send(path: string, body: unknown): Promise<unknown> {
  const headers = { 'Content-Type': 'application/json', 'X-Tab': TAB };
  return (await ask(path, { method: 'POST', headers, body: JSON.stringify(body) })).json();
}

// Names as the server has them become names as TypeScript has them here, and nowhere else.
/* eslint-disable-next-line @typescript-eslint/no-explicit-any */
type Raw = any;

function projectOf(raw: Raw): Project {
  const song = songOf(raw.song);
  for (const index of raw.locked as number[]) {
    const note = song.notes[index];
    if (note) note.isLocked = true;
  }
  for (const index of raw.locked_chords as number[]) {
    const chord = song.chords[index];
    if (chord) chord.isLocked = true;
  }
  return { ...raw, song };
}

function jobOf(raw: Raw): Job {
  if (!raw.result || raw.kind === 'sculpt' || raw.kind === 'atlas') return raw;
  if (raw.kind === 'compose') return { ...raw, result: { ...raw.result, song: songOf(raw.result.song) } };
  const variants = raw.result.variants.map((each: Raw) => ({ ...each, song: songOf(each.song) }));
  return { ...raw, result: { ...raw.result, variants } };
}

export interface Draft {
  notes: Note[];
  chords: Chord[];
}

/** Where a kept song came from: what a job found, or a sculpture with so many notes left. */
export interface Proposal {
  job: string;
  left?: number;
}

const rowsOf = ({ notes, chords }: Draft): object => ({
  notes: notes.map((note) => [note.onset, note.duration, note.pitch, note.lyric]),
  chords: chords.map((chord) => [chord.onset, chord.symbol]),
});

/** The same, with what is locked. */
const wholeRowsOf = ({ notes, chords }: Draft): object => ({
  notes: notes.map((note) => [note.onset, note.duration, note.pitch, note.lyric, note.isLocked ?? false]),
  chords: chords.map((chord) => [chord.onset, chord.symbol, chord.isLocked ?? false]),
});

/** Whether two songs say the same. */
export const isSame = (one: Draft, other: Draft): boolean =>
  JSON.stringify(wholeRowsOf(one)) === JSON.stringify(wholeRowsOf(other));

const at = (id: string): string => `/api/projects/${encodeURIComponent(id)}`;

export const api = {
  state: async () => (await get('/api/state')) as State,
  projects: async () => (await get('/api/projects')) as ProjectSummary[],
  project: async (id: string) => projectOf(await get(at(id))),
  hearing: async (id: string, revision: number, notes: readonly Note[]) =>
    hearingOf(await get(`${at(id)}/hearing?revision=${revision}`), notes),
  why: async (id: string, revision: number, kind: 'note' | 'chord', index: number) =>
    (await get(`${at(id)}/why?revision=${revision}&${kind}=${index}`)) as Why,
  blame: async (id: string, revision: number) => (await get(`${at(id)}/blame?revision=${revision}`)) as Blame,
  notation: async (id: string, revision: number, width: number) =>
    (await get(`${at(id)}/notation?revision=${revision}&width=${width}`)) as Sheet,
  /** A state of the past, with what differs from the present one marked. */
  pastNotation: async (id: string, past: number, base: number, width: number) =>
    (await get(`${at(id)}/notation?revision=${past}&against=${base}&width=${width}`)) as Sheet,
  /** A song that is not kept, with what differs from the present one marked. */
  draftNotation: async (id: string, base: number, draft: Draft, width: number) =>
    (await send(`${at(id)}/notation`, { base, width, draft: rowsOf(draft) })) as Sheet,
  commit: async (id: string, base: number, draft: Draft, action: string, proposal?: Proposal) => {
    return projectOf(await send(`${at(id)}/draft`, { base, draft: wholeRowsOf(draft), action, proposal }));
  },
  step: async (id: string, base: number, direction: 'undo' | 'redo') =>
    projectOf(await send(`${at(id)}/${direction}`, { base })),
  nameVersion: async (id: string, base: number, name: string, revision = base) =>
    projectOf(await send(`${at(id)}/versions`, { base, name, revision })),
  history: async (id: string) => (await get(`${at(id)}/history`)) as History,
  past: async (id: string, revision: number) => songOf(await get(`${at(id)}/states/${revision}`)),
  rename: async (id: string, title: string) => projectOf(await send(`${at(id)}/title`, { title })),
  remove: async (id: string) => void (await ask(at(id), { method: 'DELETE', headers: { 'X-Tab': TAB } })),
  nameMaker: async (name: string) => ((await send('/api/maker', { name })) as { maker: string }).maker,
  story: async (id: string, before?: number) =>
    (await get(`${at(id)}/story${before === undefined ? '' : `?before=${before}`}`)) as StoryPart,
  checkStory: async (id: string) => (await get(`${at(id)}/story/check`)) as StoryCheck,
  note: async (id: string, text: string) => void (await send(`${at(id)}/story/notes`, { text })),
  storyAddress: (id: string) => `${at(id)}/story/file`,
  takeUp: async (id: string, base: number, revision: number) =>
    projectOf(await send(`${at(id)}/take`, { base, revision })),
  restore: async (id: string, base: number, name: string) =>
    projectOf(await send(`${at(id)}/restore`, { base, name })),
  openExample: async (example: string) => projectOf(await send('/api/projects', { example })),
  /** Begin a project with the song that a job has made. */
  openMade: async (job: string, title: string) => projectOf(await send('/api/projects', { job, title })),
  openFile: async (file: File) => {
    const headers = { 'X-File-Name': encodeURIComponent(file.name), 'X-Tab': TAB };
    return projectOf(await (await ask('/api/files', { method: 'POST', headers, body: file })).json());
  },
  places: async (id: string, revision: number) =>
    (await get(`${at(id)}/places?revision=${revision}`)) as Place[],
  level: async (id: string, revision: number, left: number) =>
    songOf(await get(`${at(id)}/level?revision=${revision}&left=${left}`)),
  start: async (id: string, base: number, kind: Job['kind'], asked: object) =>
    jobOf(await send(`${at(id)}/${kind}`, { base, ...asked })),
  jobs: async (id: string) => (await get(`${at(id)}/jobs`)) as Job[],
  job: async (job: string) => jobOf(await get(`/api/jobs/${job}`)),
  recipe: async (job: string, left?: number) =>
    (await get(`/api/jobs/${job}/recipe${left === undefined ? '' : `?left=${left}`}`)) as Recipe,
  order: async (job: string, order: Order) => void (await send(`/api/jobs/${job}/${order}`, {})),
  again: async (job: string) => jobOf(await send(`/api/jobs/${job}/again`, {})),
  dismiss: async (job: string) => void (await ask(`/api/jobs/${job}`, { method: 'DELETE' })),
  atlas: async (id: string, x: string, y: string) =>
    (await get(`${at(id)}/atlas?x=${x}&y=${y}`)) as AtlasView | null,
  mapFind: async (id: string, { cell, x, y }: At): Promise<HeardFind> => {
    const raw = (await get(`${at(id)}/atlas/${cell}?x=${x}&y=${y}`)) as Raw;
    return { ...raw, song: songOf(raw.song) };
  },
  keepMapFind: async (id: string, base: number, { cell, ...found }: At) =>
    projectOf(await send(`${at(id)}/atlas/${cell}/keep`, { base, ...found })),
  openMapFind: async (id: string, title: string, { cell, ...found }: At) =>
    projectOf(await send(`${at(id)}/atlas/${cell}/song`, { title, ...found })),
  fishedSongs: async () => (await get('/api/fish')) as FishedSong[],
  fished: async (id: string) => (await get(`${at(id)}/fish`)) as Fished,
  cast: async (id: string, asked: Cast) => (await send(`${at(id)}/fish`, asked)) as Fished,
  orderFish: async (id: string, order: FishOrder) => (await send(`${at(id)}/fish/${order}`, {})) as Fished,
  seeFinds: async (id: string) => void (await ask(`${at(id)}/fish/seen`, { method: 'POST' })),
  find: async (id: string, number: number) => songOf(await get(`${at(id)}/fish/finds/${number}`)),
  keepFind: async (id: string, number: number) => projectOf(await send(`${at(id)}/fish/finds/${number}/keep`, {})),
  rejectFind: async (id: string, number: number) =>
    (await send(`${at(id)}/fish/finds/${number}/reject`, {})) as Fished,
  exportAddress: (id: string, extension: string) => `${at(id)}/export/${extension}`,
};

export interface News {
  project: string;
  revision?: number;
  tab?: string;
  id?: string;
  state?: string;
  share?: number | null;
  n_results?: number;
}

const LISTEN_AGAIN_MS = 2000;

/** One stream a tab, with everything in it. */
export function listen(onNews: (kind: string, news: News) => void, onLost: (isLost: boolean) => void): () => void {
  let stream: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  function begin(): void {
    stream = new EventSource('/api/events');
    for (const kind of ['project', 'gone', 'behind', 'job', 'story', 'fish']) {
      stream.addEventListener(kind, (event) => onNews(kind, JSON.parse((event as MessageEvent<string>).data)));
    }
    stream.addEventListener('open', () => onLost(false));
    stream.addEventListener('error', () => {
      onLost(true);
      // A studio that was started anew does not know this browser, until its address was opened.
      if (stream.readyState === EventSource.CLOSED) timer = setTimeout(begin, LISTEN_AGAIN_MS);
    });
  }
  begin();
  return () => {
    clearTimeout(timer);
    stream.close();
  };
}
