/**
 * P4: an event is handled and answered once, unless its node dies; then only if it was unfinished or had ended less than 100 ms
 * before, and its attempt says so. What ended earlier than that while the machine had no time for its node, which had to write it, is
 * excused. Pure.
 */
import { REPEAT_WINDOW_MS } from '../../crash/verdict.ts';
import { type Answer, nameOf, type Pause } from '../evidence.ts';
import { coveredMs } from '../pauses.ts';
import { concerns, type Death, type Run } from './runs.ts';

export interface Repeats {
  /** Allowed ones. */
  inside: number;
  /** Others, each with the reason. */
  outside: string[];
  excused: string[];
}

export function repeatsOf(
  runs: ReadonlyMap<number, readonly Run[]>,
  deaths: readonly Death[],
  pauses: readonly Pause[] = [],
): Repeats {
  const all = Array.from(runs.values()).flatMap((list) =>
    list.slice(1).map((again, index) => ({ before: list[index], again })),
  );
  const found = all.flatMap(({ before, again }) =>
    before ? (objectionTo(before, again, { deaths, pauses }) ?? []) : [],
  );
  const outside = found.flatMap(({ words, isExcused }) => (isExcused ? [] : [words]));
  const excused = found.flatMap(({ words, isExcused }) =>
    isExcused ? [`${words}; the machine had no time for it`] : [],
  );
  return { inside: all.length - found.length, outside, excused };
}

/** Answers that no listener's work explains: more of one message than times that one began it. */
export function surplusAnswers(answers: readonly Answer[], runs: ReadonlyMap<number, readonly Run[]>): string[] {
  const counts = Map.groupBy(answers, ({ number }) => number);
  return Array.from(counts).flatMap(([number, list]) => {
    const begun = runs.get(number)?.length ?? 0;
    return list.length > begun ? [`m${number} was begun ${begun} times and answered ${list.length} times`] : [];
  });
}

interface Objection {
  words: string;
  isExcused: boolean;
}

function objectionTo(
  before: Run,
  again: Run,
  { deaths, pauses }: { deaths: readonly Death[]; pauses: readonly Pause[] },
): Objection | undefined {
  const what = `m${again.number} of ${again.team}, ${before.node} then ${again.node}`;
  const between = deaths.filter((death) => isBetween(death, before, again));
  if (between.length === 0) return { words: `${what}: handled again without a death`, isExcused: false };
  const { endAtMs } = before;
  const soonestMs = Math.min(...between.map(({ fromMs }) => fromMs - (endAtMs ?? fromMs)));
  if (soonestMs >= REPEAT_WINDOW_MS) {
    const own = pauses.filter(({ of }) => of === nameOf(before.node));
    const awakeMs = between.map(({ fromMs }) => {
      const since = endAtMs ?? fromMs;
      return fromMs - since - coveredMs(own, { fromMs: since, untilMs: fromMs });
    });
    const words = `${what}: came again; it had ended ${soonestMs} ms before the death`;
    return { words, isExcused: Math.min(...awakeMs) < REPEAT_WINDOW_MS };
  }
  if (again.attempt > 1) return undefined;
  return { words: `${what}: came again as attempt ${again.attempt}`, isExcused: false };
}

function isBetween(death: Death, before: Run, again: Run): boolean {
  return concerns(death, before.node) && before.beginAtMs <= death.untilMs && death.fromMs <= again.beginAtMs;
}
