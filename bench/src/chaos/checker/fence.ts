/**
 * P5: a former owner that wakes up cannot send. Three ways to see it from outside: a call through the wire of a node whose lease is
 * over, an answer for work that was begun before that, and one for work that another node has taken over. Pure.
 */
import { type Answer, type Evidence, type Pause, WIRE_MS } from '../evidence.ts';
import { coveredMs } from '../pauses.ts';
import { concerns, leaseLostAtMs, type Run } from './runs.ts';

export interface CallsAfterFence {
  /** Each with the reason. */
  calls: string[];
  /** Those that may have waited on the wire, because the simulator had no time to take them. */
  excused: string[];
}

/** What is sent after the node's fence. */
export function callsAfterFence(evidence: Evidence, runs: ReadonlyMap<number, readonly Run[]>): CallsAfterFence {
  const teams = Map.groupBy(Array.from(runs.values()).flat(), ({ team }) => team);
  const late = evidence.answers.flatMap((answer) => {
    const run = runs.get(answer.number)?.find((one) => one.node === answer.node && one.attempt === answer.attempt);
    if (!run || isFrozen(answer.node, answer.atMs, evidence)) return [];
    return withoutLease(answer, run, evidence) ?? afterTakeover(answer, run, teams.get(answer.team) ?? []) ?? [];
  });
  const all = [...late, ...callsWithoutLease(evidence)];
  const isExcused = (call: LateCall) => call.atMs - call.fromMs <= WIRE_MS + wireMs(call, evidence.pauses ?? []);
  return {
    calls: all.filter((call) => !isExcused(call)).map(({ words }) => words),
    excused: all.filter(isExcused).map(({ words }) => `${words}; the simulator had not taken what came`),
  };
}

/** A frozen process sends nothing: what comes then was on the wire before. */
function isFrozen(node: string, atMs: number, { troubles }: Evidence): boolean {
  return troubles.some(
    (one) => one.kind === 'freeze' && concerns(one, node) && one.fromMs <= atMs && atMs < one.untilMs,
  );
}

interface LateCall {
  /** From when on nothing should have been sent. */
  fromMs: number;
  atMs: number;
  /** From when on it may have been on the wire. @defaultValue `fromMs` */
  begunAtMs?: number;
  words: string;
}

/**
 * A call on its way is taken when those who carry it are awake again, and have taken what came before it: whatever they slept since the
 * work was begun may have delayed it.
 */
function wireMs({ fromMs, atMs, begunAtMs = fromMs - WIRE_MS }: LateCall, pauses: readonly Pause[]): number {
  const carriers = pauses.filter((one) => one.of === 'simulator' || one.of === 'wires');
  return coveredMs(carriers, { fromMs: begunAtMs, untilMs: atMs });
}

/** While it is cut off nothing may leave; afterwards nothing that it had begun before. */
function withoutLease(answer: Answer, run: Run, { troubles }: Evidence): LateCall | undefined {
  for (const trouble of troubles) {
    const fromMs = leaseLostAtMs(trouble);
    if (fromMs === undefined || !concerns(trouble, answer.node)) continue;
    const { kind, untilMs } = trouble;
    const { atMs } = answer;
    const isOld = run.beginAtMs < fromMs;
    if (atMs > fromMs + WIRE_MS && (isOld || atMs < untilMs)) {
      const words = `${answer.node} answered m${answer.number} ${atMs - fromMs} ms after its lease ended (${kind})`;
      return { fromMs, atMs, begunAtMs: run.beginAtMs, words };
    }
  }
  return undefined;
}

function afterTakeover(answer: Answer, run: Run, sameTeam: readonly Run[]): LateCall | undefined {
  const taken = sameTeam.find(
    ({ node, beginAtMs }) => node !== run.node && run.beginAtMs < beginAtMs && beginAtMs < answer.atMs - WIRE_MS,
  );
  if (!taken) return undefined;
  const { atMs } = answer;
  const lateMs = atMs - taken.beginAtMs;
  const words = `${answer.node} answered m${answer.number} of ${run.team} ${lateMs} ms after ${taken.node} had taken the team over`;
  return { fromMs: taken.beginAtMs, atMs, begunAtMs: run.beginAtMs, words };
}

/** Any method, for any team: of answers it is said above what they answer. */
function callsWithoutLease({ log, nodeOfHost, troubles }: Evidence): LateCall[] {
  const calls = log.filter(({ kind, method }) => kind === 'request' && method !== 'chat.postMessage');
  return troubles.flatMap((trouble) => {
    const fromMs = leaseLostAtMs(trouble);
    if (fromMs === undefined) return [];
    return calls.flatMap(({ host = '', method, team, atMs }) => {
      const node = nodeOfHost[host];
      if (node === undefined || !concerns(trouble, node) || trouble.kind === 'freeze') return [];
      if (atMs <= fromMs + WIRE_MS || atMs >= trouble.untilMs) return [];
      const words = `${node} called ${method} of ${team ?? 'no team'} ${atMs - fromMs} ms after its lease ended (${trouble.kind})`;
      return [{ fromMs, atMs, words }];
    });
  });
}
