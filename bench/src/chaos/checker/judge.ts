/** All that is promised to hold in chaos, from the evidence of one run. Pure; what is missing in the evidence counts as bad. */
import { percentile } from '../../statistics.ts';
import type { Evidence } from '../evidence.ts';
import { unexplained } from '../stalls.ts';
import { droppedSockets } from './dropped-sockets.ts';
import { callsAfterFence } from './fence.ts';
import { gapsOf, lateRecoveries, type Recovery, recoveriesOf, saidOf } from './gaps.ts';
import { hookTellings } from './hook-tellings.ts';
import { acceptedOf, lostOf } from './lost-events.ts';
import { doubleConnections } from './one-connection.ts';
import { repeatsOf, surplusAnswers } from './repeats.ts';
import { deathsOf, runsByNumber } from './runs.ts';

/** What is broken, by the promise, with each case in words. */
export interface Broken {
  lost: string[];
  doubled: string[];
  connections: string[];
  sockets: string[];
  fence: string[];
  hooksNever: string[];
  hooksTwice: string[];
  late: string[];
  /** A run that shows nothing, and nodes that ended by themselves. */
  other: string[];
}

export interface ChaosVerdict {
  transport: Evidence['transport'];
  said: number;
  answered: number;
  accepted: number;
  /** Of RTM: messages of which nobody outside can know whether they were accepted. */
  doubtful: number;
  repeatedInside: number;
  /** How often the database did not answer a node although nothing was done to it. */
  stalls: number;
  /** How often a process did nothing for long although nobody had stopped it, and the longest time, in milliseconds. */
  pauses: number;
  longestPauseMs: number;
  /** What would be a broken promise on a machine that had the time: each case with its excuse. */
  excused: string[];
  /** Planned moves of sockets, and how many teams were without one at the same time because of them. */
  moved: number;
  movedAtOnce: number;
  hooksTold: number;
  longestGapMs: number;
  gapP99Ms: number;
  recoveries: Recovery[];
  broken: Broken;
  isKept: boolean;
}

export function judge(evidence: Evidence, problems: readonly string[] = []): ChaosVerdict {
  const deaths = deathsOf(evidence);
  const runs = runsByNumber(evidence.lines);
  const accepted = acceptedOf(evidence);
  const repeats = repeatsOf(runs, deaths, evidence.pauses);
  const hooks = hookTellings(evidence, deaths);
  const said = saidOf(evidence);
  const gaps = Array.from(gapsOf(said, evidence.endedAtMs).values());
  const recoveries = recoveriesOf(evidence, said);
  const fence = callsAfterFence(evidence, runs);
  const sockets = droppedSockets(evidence);
  const late = lateRecoveries(recoveries);
  const pauses = evidence.pauses ?? [];
  const broken: Broken = {
    lost: lostOf(accepted, runs),
    doubled: [...repeats.outside, ...surplusAnswers(evidence.answers, runs)],
    connections: doubleConnections(evidence, runs),
    sockets: sockets.dropped,
    fence: fence.calls,
    hooksNever: hooks.never,
    hooksTwice: hooks.twice,
    late: late.late,
    other: [...problems, ...(accepted.owed.size === 0 ? ['no event was accepted: the run proves nothing'] : [])],
  };
  return {
    transport: evidence.transport,
    said: said.length,
    answered: said.filter(({ answeredAtMs }) => answeredAtMs !== undefined).length,
    accepted: accepted.owed.size,
    doubtful: accepted.doubtful,
    repeatedInside: repeats.inside,
    stalls: unexplained(evidence.stalls ?? [], evidence.troubles).length,
    pauses: pauses.length,
    longestPauseMs: Math.max(0, ...pauses.map(({ fromMs, untilMs }) => untilMs - fromMs)),
    excused: [...repeats.excused, ...fence.excused, ...sockets.excused, ...late.excused],
    moved: sockets.moved,
    movedAtOnce: sockets.movedAtOnce,
    hooksTold: hooks.told,
    longestGapMs: Math.max(0, ...gaps),
    gapP99Ms: gaps.length === 0 ? 0 : percentile(gaps, 99),
    recoveries,
    broken,
    isKept: Object.values(broken).every((cases) => cases.length === 0),
  };
}
