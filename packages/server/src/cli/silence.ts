/**
 * Gives up waiting for a server that takes connections and says nothing: a port of somebody else, or a process that is stuck. How long an
 * operation may take is not limited: while one is waited for, its server still answers something small.
 */
import type { Clock } from '../time/clock.ts';
import { within } from '../time/within.ts';

/** What answers sooner is not asked whether it is there, in milliseconds. */
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

/**
 * Does work that waits for a server, as long as that one answers anything.
 * @param work Its signal ends it when nobody waits any more.
 * @throws what `work` or `silent` says
 */
export async function whileItAnswers<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { url, clock, silent }: Waiting,
): Promise<T> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const startedMs = clock.monotonic();
  const watch = async () => {
    do await clock.sleep(ASK_AFTER_MS, signal);
    while (await answers(url, { clock, signal }));
    throw silent(clock.monotonic() - startedMs);
  };
  try {
    return await Promise.race([work(signal), watch()]);
  } finally {
    waiting.abort();
  }
}

/** False for who stays mute. Who refuses or ends the connection is heard of by the work. */
async function answers(url: string, { clock, signal }: Pick<Waiting, 'clock'> & { signal: AbortSignal }) {
  const heard = () => true;
  const asked = fetch(new URL(PATH, url), { method: 'HEAD', redirect: 'manual', signal }).then(heard, heard);
  return await within(clock.io(asked), { clock, limitMs: ANSWER_MS, late: () => false });
}
