/**
 * Gives up waiting for a server that takes connections and says nothing: a port of somebody else, or a process that is stuck. How long an
 * operation may take is not limited: while one is waited for, its server tells of its steps, or answers something small.
 */
import type { Clock } from '../time/clock.ts';
import { within } from '../time/within.ts';

/** What is heard of sooner is not asked whether it is there, in milliseconds. */
const ASK_AFTER_MS = 10_000;
/** How long the answer to that may take, in milliseconds: longer than the pauses of a busy server, and half a minute together. */
const ANSWER_MS = 20_000;
/** Answered by the dashboard, without a token and without a line in the log; any other answer does as well. */
const PATH = '/admin';

interface Waiting {
  /** Of the server. */
  url: string;
  clock: Pick<Clock, 'after' | 'io' | 'monotonic' | 'sleep'>;
  /** What to throw, by how long was waited. */
  silent: (waitedMs: number) => Error;
}

/** What work is given that waits for a server. */
export interface Patience {
  /** Aborts when nobody waits any more. */
  signal: AbortSignal;
  /** Something came of the answer: whoever gives it is there, even if it answers one request at a time. */
  heard: () => void;
}

/**
 * Does work that waits for a server, as long as that one answers anything.
 * @throws what `work` or `silent` says
 */
export async function whileItAnswers<T>(
  work: (patience: Patience) => Promise<T>,
  { url, clock, silent }: Waiting,
): Promise<T> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const startedMs = clock.monotonic();
  let heardMs = startedMs;
  const heard = () => void (heardMs = clock.monotonic());
  const watch = async () => {
    for (;;) {
      const quietMs = () => clock.monotonic() - heardMs;
      while (quietMs() < ASK_AFTER_MS) await clock.sleep(ASK_AFTER_MS - quietMs(), signal);
      const askedMs = clock.monotonic();
      if (await answers(url, { clock, signal })) heard();
      else if (heardMs < askedMs) throw silent(clock.monotonic() - startedMs);
    }
  };
  try {
    return await Promise.race([work({ signal, heard }), watch()]);
  } finally {
    waiting.abort();
  }
}

/** False for who stays mute. Who refuses or ends the connection is heard of by the work. */
async function answers(url: string, { clock, signal }: Pick<Waiting, 'clock'> & { signal: AbortSignal }) {
  const over = new AbortController();
  const heard = () => true;
  const asked = fetch(new URL(PATH, url), {
    method: 'HEAD',
    redirect: 'manual',
    signal: AbortSignal.any([signal, over.signal]),
  }).then(heard, heard);
  const late = () => {
    over.abort();
    return false;
  };
  return await within(clock.io(asked), { clock, limitMs: ANSWER_MS, late });
}
