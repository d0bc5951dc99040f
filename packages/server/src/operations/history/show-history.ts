/** What all servers did in the last hour or day, in steps: what charts are drawn of. */
import { z } from 'zod';
import { MINUTE_MS, type MinuteReport } from '../../reports/minute-report.ts';
import { selectMinutes } from '../../reports/minute-repository.ts';
import { isoTime, time, wholeNumber } from '../fields.ts';
import { defineOperation } from '../operation.ts';

const HOUR_MS = 60 * MINUTE_MS;

/** So many steps at most: what a chart can show. */
const MOST_STEPS = 120;

const point = z.object({
  at: time.describe('When the step begins.'),
  accepted: z.int().describe('Events that were stored.'),
  repeated: z.int().describe('Events that Slack sent again.'),
  handled: z.int(),
  failed: z.int(),
  connects: z.int().describe('Sockets that opened.'),
  closes: z.int().describe('Sockets that closed.'),
  waiting: z.int().describe('Events that waited or ran at the end of a minute, at most.'),
  open: z.int().describe('Open sockets at the end of a minute, at most.'),
  takenMs: z
    .number()
    .nullable()
    .describe('How long events took on average from being stored to being handled; null: none was.'),
});

export const showHistory = defineOperation({
  name: 'history.show',
  role: 'read',
  summary: 'events, connections and backlog of the last hours, in steps',
  input: z.strictObject({
    hours: wholeNumber(1, 24).default(1).describe('How far back.'),
  }),
  output: z.object({
    everyMs: z.int().describe('How long a step is.'),
    points: z.array(point).describe('The oldest first. A step in which no server ran is there, with zeros.'),
  }),
  errors: [],
  async run({ reads, clock }, { hours }) {
    const everyMs = Math.ceil((hours * 60) / MOST_STEPS) * MINUTE_MS;
    const endMs = Math.floor(clock.now() / everyMs) * everyMs;
    const sinceMs = endMs - hours * HOUR_MS;
    const minutes = await selectMinutes(reads, sinceMs);
    const steps = new Map<number, MinuteReport[]>();
    for (let atMs = sinceMs; atMs < endMs; atMs += everyMs) steps.set(atMs, []);
    for (const minute of minutes) steps.get(Math.floor(minute.atMs / everyMs) * everyMs)?.push(minute);
    return { everyMs, points: Array.from(steps, ([atMs, of]) => pointOf(atMs, of)) };
  },
});

function pointOf(atMs: number, minutes: readonly MinuteReport[]): z.output<typeof point> {
  const sum = (name: keyof MinuteReport) => minutes.reduce((total, minute) => total + minute[name], 0);
  const timed = sum('timed');
  return {
    at: isoTime(atMs),
    accepted: sum('accepted'),
    repeated: sum('repeated'),
    handled: sum('handled'),
    failed: sum('failed'),
    connects: sum('connects'),
    closes: sum('closes'),
    waiting: most(minutes, 'waiting'),
    open: most(minutes, 'open'),
    takenMs: timed === 0 ? null : sum('takenMs') / timed,
  };
}

/** Of all processes together, in the minute in which it was most. */
function most(minutes: readonly MinuteReport[], name: 'waiting' | 'open'): number {
  const byMinute = new Map<number, number>();
  for (const minute of minutes) byMinute.set(minute.atMs, (byMinute.get(minute.atMs) ?? 0) + minute[name]);
  return Math.max(0, ...byMinute.values());
}
