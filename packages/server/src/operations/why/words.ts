/** Times, durations and lists as a sentence has them. Pure. Times are UTC: who asks and who wrote may live anywhere. */
import { isoTime } from '../fields.ts';

const DAY_MS = 86_400_000;
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** `09:12:03 UTC` of the last 24 hours, `Tuesday 09:12:03 UTC` of the last six days, else with its date. */
export function when(atMs: number, nowMs: number): string {
  const iso = isoTime(atMs);
  const time = `${iso.slice(11, 19)} UTC`;
  const agoMs = nowMs - atMs;
  if (Math.abs(agoMs) < DAY_MS && iso.slice(0, 10) === new Date(nowMs).toISOString().slice(0, 10)) return time;
  if (agoMs >= 0 && agoMs < 6 * DAY_MS) return `${WEEKDAYS[new Date(atMs).getUTCDay()]} ${time}`;
  return `${iso.slice(0, 10)} ${time}`;
}

/** In the largest unit that says something: `340 ms`, `12 s`, `4 min`, `3 h`, `2 days`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 2 * DAY_MS) return `${Math.round(ms / 3_600_000)} h`;
  return `${Math.round(ms / DAY_MS)} days`;
}

/** `1 event`, `3 events`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
