/** Moments in queries: `24h` ago, or a date with or without a time. Pure. */

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

const AGO = /^(\d{1,6})([smhdw])$/;

/** A day, or a moment with its zone: without one it would mean another moment on each machine. */
const MOMENT = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** What parseMoment takes, for the error of what it does not. */
export const MOMENTS =
  'takes how long ago (90s, 30m, 24h, 7d, 2w) or a time in ISO 8601 (2026-11-18, 2026-11-18T11:06Z)';

/** The moment in milliseconds; a day begins at midnight UTC. Undefined for anything else. */
export function parseMoment(text: string, nowMs: number): number | undefined {
  const [, count, unit = ''] = AGO.exec(text) ?? [];
  if (count !== undefined) return nowMs - Number(count) * (UNIT_MS[unit] ?? 0);
  const [, day] = MOMENT.exec(text) ?? [];
  if (day === undefined || !isDay(day)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Date.parse takes the 30th of February for the 2nd of March. */
function isDay(day: string): boolean {
  const ms = Date.parse(day);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}
