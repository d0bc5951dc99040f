/**
 * Ends a process the way its surroundings ask: SIGINT, SIGTERM, SIGHUP, the end of a parent that started it over IPC, or the
 * end of the npm script that runs it. SIGTERM to npm alone does not reach its child, so the ancestors are watched.
 */
import { readFileSync } from 'node:fs';
import { EXIT } from './exit-codes.ts';
import { complain } from './output.ts';

/** How often the ancestors are polled, in milliseconds. */
const POLL_MS = 500;

/** npm passes on the SIGINT of Ctrl-C that its child got from the terminal anyway: this soon after it, in milliseconds, it is the same one. */
const SAME_SIGINT_MS = 200;

/**
 * Resolves with the reason as soon as the process should end. Asking again changes nothing, because what was begun would
 * run twice; only a second SIGINT, by which a person means it, ends the process at once.
 */
export function untilAskedToEnd(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal));
    onSigint(() => resolve('SIGINT'));
    if (process.connected) process.once('disconnect', () => resolve('the parent process ended'));
    if (process.env.npm_lifecycle_event !== undefined) onOrphaned(() => resolve('npm ended'));
  });
}

export const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs work of which nothing may be left half done: a signal discards that, and ends the process as it would have anyway.
 * @param words What is said then. @defaultValue that nothing was changed
 */
export async function unlessSignalled<Result>(
  work: () => Promise<Result>,
  discard: () => void,
  words = 'interrupted: nothing was changed',
): Promise<Result> {
  const end = (signal: NodeJS.Signals) => {
    discard();
    complain(words);
    for (const one of ENDING_SIGNALS) process.off(one, end);
    // Without a handler it does what it does to every program; a thread that is at work ends with it.
    process.kill(process.pid, signal);
  };
  for (const one of ENDING_SIGNALS) process.on(one, end);
  try {
    return await work();
  } finally {
    for (const one of ENDING_SIGNALS) process.off(one, end);
  }
}

/** Calls back at the first Ctrl-C; the second one ends the process at once. Answers how that is taken back. */
export function onSigint(callBack: () => void): () => void {
  const sameMs = process.env.npm_lifecycle_event === undefined ? 0 : SAME_SIGINT_MS;
  let firstAtMs: number | undefined;
  const hear = () => {
    const nowMs = performance.now();
    firstAtMs ??= nowMs;
    if (firstAtMs === nowMs) return callBack();
    if (nowMs - firstAtMs < sameMs) return;
    complain('ended at once by a second SIGINT: what was running was not waited for');
    process.exit(EXIT.interrupted);
  };
  process.on('SIGINT', hear);
  return () => process.off('SIGINT', hear);
}

/** Calls back once when one of the processes between this one and npm is gone. */
function onOrphaned(callBack: () => void): void {
  const line = ancestors(process.ppid, 2);
  const timer = setInterval(() => {
    const now = ancestors(process.ppid, line.length);
    if (line.every((pid, index) => pid === now[index])) return;
    clearInterval(timer);
    callBack();
  }, POLL_MS);
  timer.unref();
}

/** Parent, grandparent …: npm runs a shell that may or may not replace itself by us. Where /proc is absent, the parent alone. */
function ancestors(pid: number, depth: number): number[] {
  const line = [pid];
  while (line.length < depth) {
    const above = parentOf(line.at(-1) as number);
    if (above === undefined || above <= 1) break;
    line.push(above);
  }
  return line;
}

function parentOf(pid: number): number | undefined {
  try {
    // "pid (name) state ppid …"; the name may hold spaces and parentheses.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}
