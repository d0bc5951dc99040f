/** Dates and ages, for people. */
import { counted } from './board-text.ts';

const MINUTE_MS = 60_000;

/** `Nov 28, 2026`, on the clocks of the board. */
export function dateText(atMs: number, timezone: string): string {
  return new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeZone: timezone }).format(atMs);
}

/** `5 minutes`, `3 hours`, `2 days`. */
export function ageText(ms: number): string {
  const minutes = Math.floor(ms / MINUTE_MS);
  if (minutes < 1) return 'a moment';
  if (minutes < 60) return counted(minutes, 'minute');
  if (minutes < 48 * 60) return counted(Math.floor(minutes / 60), 'hour');
  return counted(Math.floor(minutes / (24 * 60)), 'day');
}
