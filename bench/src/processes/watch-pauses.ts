/** Tells when this process did nothing for long: the machine had no time for it, or somebody had stopped it. */

const TICK_MS = 100;
/** Shorter ones are the daily life of a shared machine, in milliseconds. */
const PAUSE_MS = 500;

/** Times in milliseconds since the epoch. */
export interface PauseTold {
  fromMs: number;
  untilMs: number;
}

/** Until the returned function is called; it keeps no process alive. */
export function watchPauses(onPause: (pause: PauseTold) => void): () => void {
  let lastMs = performance.now();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    const pausedMs = Math.round(nowMs - lastMs - TICK_MS);
    lastMs = nowMs;
    if (pausedMs < PAUSE_MS) return;
    const untilMs = Date.now();
    onPause({ fromMs: untilMs - pausedMs, untilMs });
  }, TICK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
