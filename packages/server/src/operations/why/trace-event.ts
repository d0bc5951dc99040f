/** The way of one event in times: when it came, was stored, and how each run of its listeners went. Pure. */
import { z } from 'zod';
import { isoTime, time } from '../fields.ts';
import type { EventEvidence, KnownFact } from './evidence.ts';

const call = z.object({
  method: z.string(),
  result: z
    .string()
    .describe(
      '`ok`, `error`, `rate_limited`, `server_error`, `malformed`, `timeout`, `unreachable`, `aborted`, `refused`.',
    ),
  code: z.string().nullable(),
  afterMs: z.number().nullable().describe('How long after the beginning of the run it was sent; null of older ones.'),
  ms: z.number(),
});

const run = z.object({
  attempt: z.int(),
  node: z.string().describe('The process in which it ran.'),
  result: z.enum(['handled', 'failed', 'running']),
  startedAt: time,
  ms: z.number().nullable().describe('Null while it runs.'),
  listeners: z.array(z.string()),
  calls: z.array(call).describe('Of Slack, in the order of the answers.'),
  moreCalls: z.int().describe('That were too many to be remembered.'),
  error: z.string().nullable().describe('The code.'),
  at: z.string().nullable().describe('Where in the code of the bot it broke.'),
});

/** The times of an event, as far as they are remembered. */
export const eventTrace = z.object({
  receivedAt: time.nullable(),
  storedAt: time
    .nullable()
    .describe('When it was committed; null where the process that stored it does not remember it.'),
  repeats: z.int().describe('How often Slack sent it again.'),
  runs: z.array(run).describe('Of its listeners, the oldest first.'),
});

export type EventTrace = z.output<typeof eventTrace>;

export function traceOf({ entry, facts, held }: EventEvidence): EventTrace {
  const received = facts.find(({ details }) => details.receivedAtMs !== undefined)?.details.receivedAtMs;
  const stored = facts.find(({ details }) => details.storedAtMs !== undefined)?.details.storedAtMs;
  const runs = facts.flatMap((fact) => runOf(fact) ?? []);
  if (held?.isRunning && held.startedAtMs !== null) {
    const { node, attempts, startedAtMs } = held;
    const nothing = { ms: null, listeners: [], calls: [], moreCalls: 0, error: null, at: null };
    runs.push({ attempt: attempts + 1, node, result: 'running', startedAt: isoTime(startedAtMs), ...nothing });
  }
  return {
    receivedAt: timeOf(received ?? entry?.receivedAtMs ?? held?.receivedAtMs),
    storedAt: timeOf(stored),
    repeats: facts.filter(({ kind }) => kind === 'repeated').length,
    runs,
  };
}

function runOf({ kind, node, atMs, details }: KnownFact): EventTrace['runs'][number] | undefined {
  if (kind !== 'handled' && kind !== 'failed') return undefined;
  const { startedAtMs = atMs, ms, attempt = 1, listeners = [], calls = [], moreCalls = 0, code, at } = details;
  return {
    attempt,
    node,
    result: kind,
    startedAt: isoTime(startedAtMs),
    ms: ms ?? Math.max(0, atMs - startedAtMs),
    listeners: [...listeners],
    calls: calls.map((one) => ({ ...one, code: one.code ?? null, afterMs: one.afterMs ?? null })),
    moreCalls,
    error: kind === 'failed' ? (code ?? null) : null,
    at: at ?? null,
  };
}

function timeOf(atMs: number | null | undefined): string | null {
  return atMs === null || atMs === undefined ? null : isoTime(atMs);
}
