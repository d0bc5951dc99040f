/** Progress of long work on standard error, for a person who looks on: nothing of it gets into a pipe or a log. */

/** Between two updates of the line, in milliseconds. */
const EVERY_MS = 200;

/** Erases from the cursor to the end of the line, as every terminal does. */
const ERASE = '\u001b[K';

/** How far something is; of some things nobody knows how many there are. */
interface Progress {
  done: number;
  total?: number;
  /** What else is to be said of it now. */
  note?: string | undefined;
}

/** Whether the cursor stands at the begin of such a line. */
let isOpen = false;

/**
 * Writes a line that the next output writes over, also when that is an error; nothing without a terminal. Without a total it says how many
 * until now.
 * @param what Of what, as it stands behind the number: "teams posted to".
 */
export function showProgress(what: string): (progress: Progress) => void {
  let shownAtMs = Number.NEGATIVE_INFINITY;
  return ({ done, total, note }) => {
    const nowMs = performance.now();
    const isLast = total !== undefined && done >= total;
    if (!process.stderr.isTTY || (!isLast && nowMs - shownAtMs < EVERY_MS)) return;
    shownAtMs = nowMs;
    isOpen = !isLast;
    const count = total === undefined ? String(done) : `${done} of ${total}`;
    process.stderr.write(`${count} ${what}${note ? `, ${note}` : ''}${ERASE}${isLast ? '\n' : '\r'}`);
  };
}

/** Before something else is printed, which may be shorter. */
export function eraseProgress(): void {
  if (!isOpen) return;
  isOpen = false;
  process.stderr.write(ERASE);
}
