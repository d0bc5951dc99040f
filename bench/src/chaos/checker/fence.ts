/**
 * P5: a former owner that wakes up cannot send. Two ways to see it from outside: an answer from a node that nothing had a lease
 * for, and an answer for work that was begun before another node took the team over. Pure.
 */
import { type Answer, type Evidence, WIRE_MS } from '../evidence.ts';
import { concerns, leaseLostAtMs, type Run } from './runs.ts';

/** Answers that came after their node's fence, each with the reason. */
export function callsAfterFence(evidence: Evidence, runs: ReadonlyMap<number, readonly Run[]>): string[] {
  const teams = Map.groupBy(Array.from(runs.values()).flat(), ({ team }) => team);
  return evidence.answers.flatMap((answer) => {
    const run = runs.get(answer.number)?.find((one) => one.node === answer.node && one.attempt === answer.attempt);
    if (!run) return [];
    return withoutLease(answer, run, evidence) ?? afterTakeover(answer, run, teams.get(answer.team) ?? []) ?? [];
  });
}

/** While it is cut off nothing may leave; afterwards nothing that it had begun before. */
function withoutLease(answer: Answer, run: Run, { troubles }: Evidence): string | undefined {
  for (const trouble of troubles) {
    const lostAtMs = leaseLostAtMs(trouble);
    if (lostAtMs === undefined || !concerns(trouble, answer.node)) continue;
    const { kind, untilMs } = trouble;
    const isLate = answer.atMs > lostAtMs + WIRE_MS;
    const isOld = run.beginAtMs < lostAtMs;
    if (isLate && (isOld || answer.atMs < untilMs)) {
      return `${answer.node} answered m${answer.number} ${answer.atMs - lostAtMs} ms after its lease ended (${kind})`;
    }
  }
  return undefined;
}

function afterTakeover(answer: Answer, run: Run, sameTeam: readonly Run[]): string | undefined {
  const taken = sameTeam.find(
    ({ node, beginAtMs }) => node !== run.node && run.beginAtMs < beginAtMs && beginAtMs < answer.atMs - WIRE_MS,
  );
  if (!taken) return undefined;
  const lateMs = answer.atMs - taken.beginAtMs;
  return `${answer.node} answered m${answer.number} of ${run.team} ${lateMs} ms after ${taken.node} had taken the team over`;
}
