/** Progress of long work on standard error, for a person who looks on: nothing of it gets into a pipe or a log. */

/** Between two updates of the line, in milliseconds. */
const EVERY_MS = 200;

/** How far something is; of some things nobody knows how many there are. */
interface Progress {
  done: number;
  total?: number;
}

/**
 * Writes a line that the next output writes over, also when that is an error; nothing without a terminal. Without a total it says how many
 * until now.
 */
export function showProgress(what = ''): (progress: Progress) => void {
  let shownAtMs = Number.NEGATIVE_INFINITY;
  return ({ done, total }) => {
    const nowMs = performance.now();
    const isLast = total !== undefined && done >= total;
    if (!process.stderr.isTTY || (!isLast && nowMs - shownAtMs < EVERY_MS)) return;
    shownAtMs = nowMs;
    process.stderr.write(`${done}${total === undefined ? '' : ` of ${total}`}${what}${isLast ? '\n' : '\r'}`);
  };
}
