/** The way of an event as steps on a line of time; each run of its listeners has a line of its own, because days may lie between them. Pure. */
import type { Why } from '../answers.ts';

export type EventTrace = Pick<Why['events'][number], 'receivedAt' | 'storedAt' | 'repeats' | 'runs'>;
type Run = EventTrace['runs'][number];

export interface Step {
  name: string;
  /** Below the name. */
  detail?: string;
  tone: 'none' | 'good' | 'bad' | 'info' | 'warn';
  /** After the beginning of the line, in milliseconds. */
  fromMs: number;
  /** Null: it goes on. */
  ms: number | null;
  isCall?: boolean;
}

export interface Line {
  title: string;
  beginsAt: string;
  /** How long the line is, in milliseconds; never 0. */
  spanMs: number;
  steps: readonly Step[];
}

/** @param nowMs Where a run that goes on has come to */
export function linesOf({ receivedAt, storedAt, runs }: EventTrace, nowMs: number): Line[] {
  const [first, ...again] = runs;
  const came = receivedAt === null ? undefined : Date.parse(receivedAt);
  const lines = again.map((run) =>
    lineOf(`Attempt ${run.attempt}`, Date.parse(run.startedAt), stepsOfRun(run, 0, nowMs), nowMs),
  );
  if (!first) {
    if (came === undefined) return lines;
    return [lineOf('It waits', came, before(came, storedAt, nowMs), nowMs), ...lines];
  }
  const startedMs = Date.parse(first.startedAt);
  // What was replayed days later, and of whose first run nothing is remembered, has no line with days of nothing in it.
  const isFirst = first.attempt === 1 && came !== undefined && came <= startedMs;
  const beginsMs = isFirst ? came : startedMs;
  const steps = [
    ...(isFirst ? before(came, storedAt, startedMs) : []),
    ...stepsOfRun(first, startedMs - beginsMs, nowMs),
  ];
  const title = runs.length > 1 || first.attempt > 1 ? `Attempt ${first.attempt}` : 'From Slack to the listeners';
  return [lineOf(title, beginsMs, steps, nowMs), ...lines];
}

function lineOf(title: string, beginsMs: number, steps: readonly Step[], nowMs: number): Line {
  const ends = steps.map(({ fromMs, ms }) => fromMs + (ms ?? Math.max(0, nowMs - beginsMs - fromMs)));
  return { title, beginsAt: new Date(beginsMs).toISOString(), spanMs: Math.max(1, ...ends), steps };
}

/** Between the arrival and the listeners. */
function before(cameMs: number, storedAt: string | null, startedMs: number): Step[] {
  if (storedAt === null) return [{ name: 'Stored and waited', tone: 'warn', fromMs: 0, ms: startedMs - cameMs }];
  const storedMs = Math.min(Math.max(Date.parse(storedAt), cameMs), Math.max(startedMs, cameMs));
  return [
    { name: 'Stored', detail: 'before Slack is answered', tone: 'info', fromMs: 0, ms: storedMs - cameMs },
    {
      name: 'Waited',
      detail: 'for its turn',
      tone: 'warn',
      fromMs: storedMs - cameMs,
      ms: Math.max(0, startedMs - storedMs),
    },
  ];
}

const NAMES: Readonly<Record<Run['result'], [string, Step['tone']]>> = {
  handled: ['Handled', 'good'],
  failed: ['Failed', 'bad'],
  running: ['Runs', 'info'],
};

function stepsOfRun(run: Run, fromMs: number, nowMs: number): Step[] {
  const [name, tone] = NAMES[run.result];
  const ms = run.ms ?? null;
  const listeners = run.listeners.join(', ');
  const handled: Step = { name, ...(listeners && { detail: listeners }), tone, fromMs, ms };
  const lengthMs = ms ?? Math.max(0, nowMs - Date.parse(run.startedAt));
  const calls = run.calls.map(({ method, result, code, afterMs, ms: tookMs }): Step => {
    const isOk = result === 'ok';
    return {
      name: method,
      ...(!isOk && { detail: code ?? result.replaceAll('_', ' ') }),
      tone: isOk ? 'good' : 'bad',
      fromMs: fromMs + (afterMs ?? Math.max(0, lengthMs - tookMs)),
      ms: tookMs,
      isCall: true,
    };
  });
  return [handled, ...calls.toSorted((a, b) => a.fromMs - b.fromMs)];
}
