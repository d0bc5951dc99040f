/** The stream of the server: when something happened, what is shown is read again, at most once in a while. */
import { signal } from '@preact/signals';
import { type Live, openLive } from 'ui-kit';

/** Grows when what is shown may be stale. */
export const revision = signal(0);

/** Grows when this page itself changed something: lists that stand still are read anew. */
export const ownChanges = signal(0);

/** The open stream. */
export const live = signal<Live | undefined>(undefined);

/** What the server told last, newest first. */
export const happenings = signal<readonly Happening[]>([]);

export interface Happening {
  id: number;
  name: string;
  atMs: number;
  data: Record<string, unknown>;
}

const NAMES = ['hello', 'reset', 'team', 'purged', 'connection', 'incident', 'error', 'audit'] as const;

/** A busy server tells more than anybody can read: lists are read again after so many milliseconds. */
const PAUSE_MS = 1_500;

/** Counts and backlogs are no events: they are read again after so many milliseconds. */
const IDLE_MS = 10_000;

const HAPPENINGS = 30;
let timer: ReturnType<typeof setTimeout> | undefined;
let count = 0;

export function startLive(): () => void {
  const stream = openLive({ url: '/api/stream', events: NAMES, onEvent: take });
  live.value = stream;
  const ticking = setInterval(() => {
    if (stream.state.value === 'live' && document.visibilityState === 'visible') revision.value++;
  }, IDLE_MS);
  return () => {
    clearInterval(ticking);
    stream.close();
    live.value = undefined;
  };
}

/** Something was changed by this page. */
export function readAgain(): void {
  revision.value++;
  ownChanges.value++;
}

function take(name: string, data: unknown): void {
  if (name === 'hello') return;
  if (name !== 'reset') {
    const happening = { id: ++count, name, atMs: Date.now(), data: Object(data) as Record<string, unknown> };
    happenings.value = [happening, ...happenings.value].slice(0, HAPPENINGS);
  }
  timer ??= setTimeout(() => {
    timer = undefined;
    revision.value++;
  }, PAUSE_MS);
}
