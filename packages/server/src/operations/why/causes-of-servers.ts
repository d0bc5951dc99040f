/** Whether the servers took what came at that time: did one run, was something turned away, did Slack send anything at all? Pure. */
import { isAround } from '../../history/question.ts';
import { type Absence, type Look, likely, proved } from './absence.ts';
import type { Check, KnownFact, Sentence } from './evidence.ts';
import { counted, duration, when } from './words.ts';

export function causesOfServers(absence: Absence): Look {
  const looks = [running(absence), turnedAway(absence), notTaken(absence), silent(absence)];
  return { causes: looks.flatMap(({ causes }) => causes), checks: looks.flatMap(({ checks }) => checks) };
}

/** A time without any server; `toMs` undefined: none has started since. */
export interface Downtime {
  fromMs: number;
  toMs: number | undefined;
  /** The last one wrote no word: until then it may have worked, and gave its last sign of life at `fromMs`. */
  leaseEndMs?: number | undefined;
  /** Nobody wrote down when its lease was over. */
  isEndUnknown?: boolean;
}

/**
 * Whether no server ran when the message was written, by the rows that servers write when they start and stop. For one that is killed,
 * whoever finds that its lease is over writes it; on SQLite, where there are no leases, it counts as running until another one starts.
 */
export function downtimeOf({ around, sentAtMs, isAlone, processes }: Absence): Downtime | undefined {
  const told = around.filter(({ kind }) => kind === 'started' || kind === 'stopped');
  const before = told.filter(({ atMs }) => atMs <= sentAtMs);
  const on = new Set<string>();
  for (const { kind, node } of before) {
    if (isAlone) on.clear();
    if (kind === 'started') on.add(node);
    else on.delete(node);
  }
  const last = before.at(-1);
  if (!last || on.size > 0) return undefined;
  // One that runs now may have no row of its start: not yet, or not any more.
  const ended = new Set(told.flatMap(({ kind, node }) => (kind === 'stopped' ? [node] : [])));
  const startsMs = processes.flatMap(({ node, startedAtMs }) => (ended.has(node) ? [] : (startedAtMs ?? [])));
  if (startsMs.some((startMs) => startMs <= sentAtMs)) return undefined;
  const next = told.find(({ kind, atMs }) => kind === 'started' && atMs > sentAtMs);
  const toMs = next?.atMs ?? (startsMs.length > 0 ? Math.min(...startsMs) : undefined);
  const { reason, toMs: endMs } = last.details;
  // Beside one whose end is not known the others' ends prove nothing either.
  const isEndUnknown = before.some(({ details }) => details.reason === 'no_word');
  return { fromMs: last.atMs, toMs, leaseEndMs: reason === 'lease_over' ? endMs : undefined, isEndUnknown };
}

/** Within which Slack tries an event again over HTTP, in milliseconds. (https://docs.slack.dev/apis/events-api/#retries) */
const RETRIES_MS = 360_000;

/** Whether Slack may still send the message: no server took it when it was written, and over HTTP Slack tries again. */
export function mayStillCome(absence: Absence): boolean {
  const { transport, nowMs, sentAtMs } = absence;
  return transport === 'http' && nowMs - sentAtMs < RETRIES_MS && downtimeOf(absence) !== undefined;
}

function running(absence: Absence): Look {
  const downtime = downtimeOf(absence);
  if (!downtime) return { causes: [], checks: [] };
  const { nowMs, transport, sentAtMs } = absence;
  const { fromMs, toMs, leaseEndMs, isEndUnknown = false } = downtime;
  const until = toMs === undefined ? 'and none has started since' : `and the next one started at ${when(toMs, nowMs)}`;
  const text = `No server ran at that time: ${endWords(downtime, nowMs)}, ${until}.`;
  if (transport !== 'http') {
    const isSure = !isEndUnknown && (leaseEndMs === undefined || sentAtMs >= leaseEndMs);
    return { causes: [(isSure ? proved : likely)(text, fromMs)], checks: [] };
  }
  const more =
    ' Slack tries an event again three times within six minutes; where the app has Delayed Events, hourly for a day.';
  return { causes: [likely(text + more, fromMs)], checks: [] };
}

function endWords({ fromMs, leaseEndMs, isEndUnknown }: Downtime, nowMs: number): string {
  if (isEndUnknown && leaseEndMs === undefined)
    return `the last sign of life of any was at ${when(fromMs, nowMs)}, and one of them left no word of its end`;
  if (leaseEndMs === undefined) return `the last one stopped at ${when(fromMs, nowMs)}`;
  return `the last one was killed or lost the database; its last sign of life was at ${when(fromMs, nowMs)}, and its lease was over at ${when(leaseEndMs, nowMs)}`;
}

const TURNED_AWAY: Readonly<Record<string, string>> = {
  no_signature: 'it had no signature of Slack',
  stale_timestamp: 'its timestamp was too old, or too far ahead',
  wrong_signature: 'its signature was wrong: check SLACK_SIGNING_SECRET',
  too_slow: 'it took too long to arrive',
  too_large: 'it was too large',
  not_slacks: 'it was signed, but nothing that Slack sends',
};

function turnedAway({ around, channel, ts, team, sentAtMs, nowMs }: Absence): Look {
  const all = around.filter(({ kind, atMs }) => kind === 'turned_away' && isAround(atMs, sentAtMs));
  const checks: Check[] = [
    { check: 'requests that were turned away', result: all.length === 0 ? 'none' : counted(all.length, 'request') },
  ];
  const ofMessage = all.filter((fact) => fact.channel === channel && fact.ts === ts);
  const ofTeam = all.filter(({ teamId }) => teamId !== null && teamId === team?.teamId);
  // What was not read does not say whose it is.
  const ofNobody = all.filter(({ teamId }) => teamId === null);
  const [first] = [...ofMessage, ...ofTeam, ...ofNobody];
  if (!first) return { causes: [], checks };
  const whose =
    ofMessage.length > 0
      ? 'A request that claims to be this very message'
      : ofTeam.length > 0
        ? 'A request that claims to be of that team'
        : 'A request of an unknown team';
  const { details, atMs } = first;
  const skew =
    details.skewMs === undefined
      ? ''
      : ` (${duration(Math.abs(details.skewMs))} ${details.skewMs > 0 ? 'old' : 'ahead'}: check the clock of this machine)`;
  const text = `${whose} was turned away at ${when(atMs, nowMs)} with status ${details.status}: ${TURNED_AWAY[details.reason ?? ''] ?? details.reason}${skew}.`;
  return { causes: [likely(text, atMs)], checks };
}

function notTaken({ around, team, sentAtMs, nowMs }: Absence): Look {
  const isOfTeam = ({ teamId }: KnownFact) => teamId === null || teamId === team?.teamId;
  const near = around.filter((fact) => isAround(fact.atMs, sentAtMs) && isOfTeam(fact));
  const causes: Sentence[] = [];
  const refused = near.find(({ kind, details }) => kind === 'refused' && details.reason === 'other_app');
  if (refused)
    causes.push(
      likely(
        `An event of that team was refused at ${when(refused.atMs, nowMs)}: it is for another Slack app than the one of this database.`,
        refused.atMs,
      ),
    );
  const unavailable = near.find(({ kind }) => kind === 'unavailable');
  if (unavailable)
    causes.push(
      likely(
        `Events of that team could not be taken at ${when(unavailable.atMs, nowMs)} (${unavailable.details.code}); Slack was told to send them again.`,
        unavailable.atMs,
      ),
    );
  return { causes, checks: [] };
}

/** Slack's minutes: it says which one, or a minute before it told. */
const MINUTE_MS = 60_000;

function silent({ around, team, sentAtMs, nowMs }: Absence): Look {
  const causes: Sentence[] = [];
  for (const { kind, teamId, atMs, details } of around) {
    const { fromMs = atMs, toMs } = details;
    const isOfTeam = teamId === null || teamId === team?.teamId || teamId === team?.view?.installation.key;
    if (!isOfTeam) continue;
    if (kind === 'rate_limited' && Math.abs(sentAtMs - fromMs) <= MINUTE_MS)
      causes.push(
        likely(
          `Slack dropped events of that team in the minute of ${when(fromMs, nowMs)}: more than 30,000 within an hour. It sends them at no other time.`,
          fromMs,
        ),
      );
    if (kind === 'gap' && toMs !== undefined && fromMs <= sentAtMs && sentAtMs <= toMs)
      causes.push(likely(`The app was without a socket from ${when(fromMs, nowMs)} to ${when(toMs, nowMs)}.`, fromMs));
    if (kind === 'deaf' && fromMs <= sentAtMs)
      causes.push(
        likely(
          `Slack sent no events from ${when(fromMs, nowMs)} on: posts of the bot did not come back either. Check Event Subscriptions in the settings of the app.`,
          fromMs,
        ),
      );
  }
  return { causes, checks: [] };
}
