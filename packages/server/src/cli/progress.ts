/** Progress of long work on standard error, for a person who looks on: nothing of it gets into a pipe or a log. */
import { untilAskedToEnd } from './lifeline.ts';
import type { JsonOption } from './output.ts';

/** Between two updates of the line, in milliseconds. */
const EVERY_MS = 200;

/** How far something is. */
export interface Progress {
  done: number;
  total: number;
}

/**
 * For a call of an operation that takes long: shows how far it is, and ends it between two steps when the person asks (Ctrl-C), so that
 * nothing is left half done.
 */
export function followed({ json }: JsonOption): { signal: AbortSignal; onProgress: (progress: Progress) => void } {
  const stopping = new AbortController();
  void untilAskedToEnd().then(() => stopping.abort());
  return { signal: stopping.signal, onProgress: json ? () => {} : showProgress() };
}

/** Writes over its own line; nothing without a terminal. */
export function showProgress(): (progress: Progress) => void {
  let shownAtMs = Number.NEGATIVE_INFINITY;
  return ({ done, total }) => {
    const nowMs = performance.now();
    const isLast = done >= total;
    if (!process.stderr.isTTY || (!isLast && nowMs - shownAtMs < EVERY_MS)) return;
    shownAtMs = nowMs;
    process.stderr.write(`\r${done} of ${total}${isLast ? '\n' : ''}`);
  };
}
