/**
 * P4: an event is handled and answered once, unless its node dies; then only if it was unfinished or had ended less than 100 ms
 * before, and its attempt says so. Pure.
 */
import { REPEAT_WINDOW_MS } from '../../crash/verdict.ts';
import type { Answer } from '../evidence.ts';
import { concerns, type Death, type Run } from './runs.ts';

export interface Repeats {
  /** Allowed ones. */
  inside: number;
  /** Others, each with the reason. */
  outside: string[];
}

export function repeatsOf(runs: ReadonlyMap<number, readonly Run[]>, deaths: readonly Death[]): Repeats {
  const all = Array.from(runs.values()).flatMap((list) =>
    list.slice(1).map((again, index) => ({ before: list[index], again })),
  );
  const outside = all.flatMap(({ before, again }) => (before ? (objectionTo(before, again, deaths) ?? []) : []));
  return { inside: all.length - outside.length, outside };
}

/** Answers that no listener's work explains: more of one message than times that one began it. */
export function surplusAnswers(answers: readonly Answer[], runs: ReadonlyMap<number, readonly Run[]>): string[] {
  const counts = Map.groupBy(answers, ({ number }) => number);
  return Array.from(counts).flatMap(([number, list]) => {
    const begun = runs.get(number)?.length ?? 0;
    return list.length > begun ? [`m${number} was begun ${begun} times and answered ${list.length} times`] : [];
  });
}

function objectionTo(before: Run, again: Run, deaths: readonly Death[]): string | undefined {
  const what = `m${again.number} of ${again.team}, ${before.node} then ${again.node}`;
  const between = deaths.filter((death) => isBetween(death, before, again));
  if (between.length === 0) return `${what}: handled again without a death`;
  const { endAtMs } = before;
  const soonestMs = Math.min(...between.map(({ fromMs }) => fromMs - (endAtMs ?? fromMs)));
  if (soonestMs >= REPEAT_WINDOW_MS) return `${what}: came again; it had ended ${soonestMs} ms before the death`;
  return again.attempt > 1 ? undefined : `${what}: came again as attempt ${again.attempt}`;
}

function isBetween(death: Death, before: Run, again: Run): boolean {
  return concerns(death, before.node) && before.beginAtMs <= death.untilMs && death.fromMs <= again.beginAtMs;
}
