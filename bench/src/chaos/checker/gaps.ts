/** How long teams were without an answer, as the people in them see it. Pure. */
import { type Evidence, LEASE_MS, type Trouble } from '../evidence.ts';
import { numberIn } from '../lines.ts';
import { coveredMs } from '../pauses.ts';
import { unexplained } from '../stalls.ts';
import { buriedIn } from './buried.ts';
import { victimsOf } from './lost-events.ts';
import { socketsOf } from './sockets.ts';

/** A person's message, and when it was answered for the first time. */
export interface Said {
  number: number;
  team: string;
  atMs: number;
  answeredAtMs: number | undefined;
}

/** What is answered within this is no gap, in milliseconds. */
const PROMPT_MS = 3_000;
/** Design, section 13: work of a dead node is served elsewhere within this, in milliseconds. */
const RESUMES_MS = LEASE_MS + 2_000;
/** The machine is shared with the simulator, two databases and the load: a limit of time is over only when it is over by this much. */
const TOLERANCE_MS = 3_000;
/** A message that is said while its team's socket moves is lost on RTM. */
const MOVES_MS = 3_000;

export function saidOf({ log, answers }: Evidence): Said[] {
  const victims = victimsOf(log);
  const answeredAtMs = new Map<number, number>();
  for (const { number, atMs } of answers) {
    answeredAtMs.set(number, Math.min(atMs, answeredAtMs.get(number) ?? Number.POSITIVE_INFINITY));
  }
  return log.flatMap(({ kind, team = '', text = '', atMs }) => {
    const number = kind === 'message' ? numberIn(text) : undefined;
    if (number === undefined || victims.has(team)) return [];
    return [{ number, team, atMs, answeredAtMs: answeredAtMs.get(number) }];
  });
}

/** The longest of each team, in milliseconds: from a message that was not answered promptly until people get answers again. */
export function gapsOf(said: readonly Said[], endedAtMs: number): Map<string, number> {
  const gaps = new Map<string, number>();
  for (const [team, list] of Map.groupBy(said, (one) => one.team)) {
    let sinceMs: number | undefined;
    let longestMs = 0;
    for (const { atMs, answeredAtMs } of list) {
      if (answeredAtMs === undefined) {
        sinceMs ??= atMs;
        continue;
      }
      longestMs = Math.max(longestMs, answeredAtMs - atMs, sinceMs === undefined ? 0 : atMs - sinceMs);
      sinceMs = undefined;
    }
    if (sinceMs !== undefined) longestMs = Math.max(longestMs, endedAtMs - sinceMs);
    gaps.set(team, longestMs);
  }
  return gaps;
}

/** What became of a fault. */
export interface Recovery {
  trouble: Trouble;
  /** From its beginning until every message was answered promptly again, in milliseconds. */
  afterMs: number;
  /** Undefined where nothing is promised. */
  limitMs: number | undefined;
  /** For so long of that the machine had no time for one of those who take part, in milliseconds. */
  pausedMs: number;
}

/** Each fault alone, until the next one begins. */
export function recoveriesOf(evidence: Evidence, said: readonly Said[]): Recovery[] {
  const { troubles, endedAtMs, pauses = [], stalls = [] } = evidence;
  const slowTimes = [...pauses, ...unexplained(stalls, troubles)];
  const sockets = Map.groupBy(socketsOf(evidence), ({ team }) => team);
  const moves = ({ team, atMs }: Said) =>
    sockets.get(team)?.some(({ fromMs }) => Math.abs(fromMs - atMs) < MOVES_MS) ?? false;
  const isBuried = buriedIn(evidence);
  return troubles.map((trouble, index) => {
    const overAtMs = troubles[index + 1]?.fromMs ?? endedAtMs;
    const limitMs = limitOf(trouble, evidence);
    const { fromMs } = trouble;
    // What it had in hand counts, too, when it was answered; on RTM the last words before a death may be lost.
    const met = said.filter(({ atMs }) => fromMs - PROMPT_MS <= atMs && atMs < overAtMs - PROMPT_MS);
    const late = met.flatMap((one) => {
      const { atMs, answeredAtMs } = one;
      if (answeredAtMs === undefined) return atMs < fromMs || moves(one) ? [] : [atMs];
      if (answeredAtMs - atMs <= PROMPT_MS) return [];
      return [isBuried(one, trouble.node) ? atMs : answeredAtMs];
    });
    const afterMs = Math.max(0, ...late.map((atMs) => atMs - fromMs));
    return { trouble, limitMs, afterMs, pausedMs: coveredMs(slowTimes, { fromMs, untilMs: fromMs + afterMs }) };
  });
}

export interface LateRecoveries {
  late: string[];
  /** Not later than the machine had no time. */
  excused: string[];
}

export function lateRecoveries(recoveries: readonly Recovery[]): LateRecoveries {
  const found: LateRecoveries = { late: [], excused: [] };
  for (const { trouble, afterMs, limitMs, pausedMs } of recoveries) {
    if (limitMs === undefined || afterMs <= limitMs + TOLERANCE_MS) continue;
    const words = `${trouble.kind} of ${trouble.node}: work resumed after ${inSeconds(afterMs)}, promised is ${inSeconds(limitMs)}`;
    if (afterMs - pausedMs <= limitMs + TOLERANCE_MS)
      found.excused.push(`${words}; the machine had no time for ${inSeconds(pausedMs)} of that`);
    else found.late.push(words);
  }
  return found;
}

function inSeconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

/** Design, section 13: RTM has the dead node's teams to connect in addition. */
function limitOf({ kind }: Trouble, { transport, teams, nodes, connectsPerSecond }: Evidence): number | undefined {
  if (nodes < 2 || (kind !== 'kill' && kind !== 'freeze' && kind !== 'cut_database')) return undefined;
  return RESUMES_MS + (transport === 'rtm' ? (1_000 * Math.ceil(teams / nodes)) / connectsPerSecond : 0);
}
