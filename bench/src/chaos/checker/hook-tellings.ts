/** Hooks are told once per cluster, and at least once over a death. Pure. */
import type { Evidence } from '../evidence.ts';
import { victimsOf } from './lost-events.ts';
import { concerns, type Death } from './runs.ts';

const HOOK = 'deactivated';
/** What was told is written in the row afterwards; a death in between tells it again. In milliseconds. */
const TOLD_MS = 5_000;

const LAST_WORDS: ReadonlySet<string> = new Set(['app_uninstalled', 'tokens_revoked']);

export interface HookTellings {
  told: number;
  never: string[];
  /** More than once, and no death explains it. */
  twice: string[];
}

/** Every team from which the bot was removed is told to be deactivated. */
export function hookTellings({ log, lines, transport }: Evidence, deaths: readonly Death[]): HookTellings {
  const told = Map.groupBy(
    lines.filter((line) => line.what === 'hook' && line.hook === HOOK),
    ({ team }) => team,
  );
  // But for RTM an event tells of it; while nobody takes events, nobody can know.
  const heard = new Set(log.flatMap(({ event = '', ok, team }) => (LAST_WORDS.has(event) && ok && team ? [team] : [])));
  const victims = Array.from(victimsOf(log)).filter((team) => transport === 'rtm' || heard.has(team));
  return {
    told: victims.filter((team) => told.has(team)).length,
    never: victims.filter((team) => !told.has(team)).map((team) => `${HOOK} of ${team} was told to nobody`),
    twice: Array.from(told).flatMap(([team, list]) =>
      list.slice(1).flatMap((again, index) => {
        const before = list[index];
        const isExplained =
          before &&
          deaths.some(
            (death) =>
              concerns(death, before.node) &&
              death.fromMs - TOLD_MS <= again.atMs &&
              before.atMs <= death.untilMs + TOLD_MS,
          );
        return isExplained ? [] : [`${HOOK} of ${team} was told by ${before?.node} and again by ${again.node}`];
      }),
    ),
  };
}
