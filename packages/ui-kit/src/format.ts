/** Numbers and times as people read them. Times are the reader's own; the exact moment stands in the tooltip. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function count(value: number): string {
  return value.toLocaleString('en-GB');
}

/** `3 s`, `4 min`, `2 h`, `5 d`. */
export function duration(ms: number): string {
  const amount = Math.abs(ms);
  if (amount < 1_000) return `${Math.round(amount)} ms`;
  if (amount < 10_000) return `${(amount / 1_000).toFixed(1)} s`;
  if (amount < 2 * MINUTE) return `${Math.round(amount / 1_000)} s`;
  if (amount < 2 * HOUR) return `${Math.round(amount / MINUTE)} min`;
  if (amount < 2 * DAY) return `${Math.round(amount / HOUR)} h`;
  return `${Math.round(amount / DAY)} d`;
}

/** `4 min ago`, `in 2 h`. */
export function relative(atMs: number, nowMs: number): string {
  const away = atMs - nowMs;
  if (Math.abs(away) < 1_500) return 'now';
  return away < 0 ? `${duration(away)} ago` : `in ${duration(away)}`;
}

/** `Tue 24 Nov, 09:12:03 CET`: what the server and Slack say in UTC stands beside it. */
export function moment(atMs: number): string {
  return new Date(atMs).toLocaleString('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  });
}

/** `09:12:03`, to the millisecond `09:12:03.004`: on the same clock as `moment`, for lists in which the day is known. */
export function timeOfDay(atMs: number, { isFine = false } = {}): string {
  const seconds = new Date(atMs).toLocaleTimeString('en-GB', { hour12: false });
  return isFine
    ? `${seconds}.${String(atMs % 1_000)
        .padStart(3, '0')
        .slice(0, 3)}`
    : seconds;
}

/** `2026-11-24 09:12:03 CET`: of a clock that may stand anywhere. */
export function dateAndTime(atMs: number): string {
  return `${new Date(atMs).toLocaleDateString('sv-SE')} ${timeOfDay(atMs)} ${zone(atMs)}`;
}

/** The reader's time zone at that moment: `UTC`, `CET`, `GMT+5:30`. */
export function zone(atMs: number): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' }).formatToParts(atMs);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

export function bytes(amount: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = amount;
  let unit = 0;
  while (value >= 1_024 && unit < units.length - 1) {
    value /= 1_024;
    unit++;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** `1 team`, `3 teams`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Marks that turn the direction of what follows. (https://www.unicode.org/reports/tr36/) */
const DIRECTIONS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A text from outside within a sentence of ours, with `\u202e` in the place of such a mark: it would turn our words around. */
export function visible(text: string): string {
  return text.replaceAll(DIRECTIONS, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The name of a file without such marks: with one `gnp.exe` would read `exe.png`. */
export function plainName({ name }: { name: string }): string {
  return name.replaceAll(DIRECTIONS, '');
}
