/** Whether the team could have brought a message at that time: was it there, active, connected? Pure. */
import { type Absence, type Look, likely, proved } from './absence.ts';
import { duration, when } from './words.ts';

export function causesOfTeam(absence: Absence): Look {
  const { team, nowMs, sentAtMs } = absence;
  if (!team) {
    const text = 'Which team the link is of is not known: name it (--team T…), and more can be looked at.';
    return { causes: [{ text, certainty: 'unknown', atMs: null }], checks: [] };
  }
  const { view, teamId } = team;
  if (!view) {
    const text = `Team ${teamId} is not known here: it never registered, or was purged. Check that DATABASE_URL names the right database.`;
    return { causes: [proved(text)], checks: [{ check: 'the team', result: 'not in this database' }] };
  }
  const { state, createdAtMs } = view.installation;
  const check = (result: string) => [{ check: `team ${teamId}`, result }];
  if (state.kind !== 'active' && state.sinceMs <= sentAtMs) {
    const text = `Team ${teamId} was ${state.kind} at that time, since ${when(state.sinceMs, nowMs)} (${state.reason}): it has no connection, and Slack posts nothing of it.`;
    return {
      causes: [proved(text, state.sinceMs)],
      checks: check(`${state.kind} since ${when(state.sinceMs, nowMs)}`),
    };
  }
  if (state.kind === 'active' && state.doubt.kind !== 'none' && isRtm(absence) && state.doubt.sinceMs <= sentAtMs) {
    const { kind, code, sinceMs } = state.doubt;
    const what = kind === 'held' ? 'held with many others (slack-bot-server incident)' : 'being checked at Slack';
    const text = `Team ${teamId} was ${what} at that time, since ${when(sinceMs, nowMs)} (${code}): nothing connects it meanwhile, and over RTM Slack sends nothing of that time later.`;
    return { causes: [proved(text, sinceMs)], checks: check(`${kind} since ${when(sinceMs, nowMs)}`) };
  }
  const inactive = lastInactive(absence);
  if (inactive !== undefined) {
    const text = `Team ${teamId} was not active at that time: ${inactive.reason} at ${when(inactive.fromMs, nowMs)}, and it came back at ${when(inactive.toMs, nowMs)}.`;
    return { causes: [proved(text, inactive.fromMs)], checks: check('active again by now') };
  }
  if (createdAtMs > sentAtMs) {
    const text = `Team ${teamId} registered at ${when(createdAtMs, nowMs)}, after the message.`;
    return { causes: [proved(text, createdAtMs)], checks: check('registered after the message') };
  }
  const access = view.teams.find((one) => one.teamId === teamId)?.access;
  if (access === 'revoked') {
    const text = `The organization ${view.installation.key} has not let the app into team ${teamId}: Slack sends nothing of it.`;
    return { causes: [likely(text)], checks: check('no access') };
  }
  return { causes: [], checks: check(`${state.kind} at that time, as far as its timeline tells`) };
}

function isRtm({ processes }: Pick<Absence, 'processes'>): boolean {
  return processes.some(({ transport }) => transport === 'rtm');
}

/** From the verdict before the message to the install after it. */
function lastInactive({ team, sentAtMs }: Absence): { fromMs: number; toMs: number; reason: string } | undefined {
  const entries = (team?.timeline ?? []).toReversed();
  let from: { atMs: number; reason: string } | undefined;
  for (const { atMs, kind, facts } of entries) {
    if (kind === 'verdict' && facts.to === 'inactive') from = { atMs, reason: String(facts.code ?? 'deactivated') };
    else if (from && BACK.has(kind)) {
      if (from.atMs <= sentAtMs && sentAtMs <= atMs) return { fromMs: from.atMs, toMs: atMs, reason: from.reason };
      from = undefined;
    }
  }
  return undefined;
}

/** Kinds of entries with which a team is active again. */
const BACK = new Set(['installed', 'reinstalled', 'reactivated', 'imported']);

/** What its connection did (RTM). */
export function causesOfConnection({ team, sentAtMs, nowMs, processes }: Absence): Look {
  if (!team?.view || !isRtm({ processes })) return { causes: [], checks: [] };
  const { teamId, timeline, connection } = team;
  for (const { kind, facts } of timeline) {
    const [fromMs, toMs] = [Number(facts.fromMs), Number(facts.toMs)];
    if (kind !== 'gap' || !(fromMs <= sentAtMs && sentAtMs <= toMs)) continue;
    const why = facts.reason === 'deaf' ? 'was deaf' : 'was without a connection';
    const text = `Team ${teamId} ${why} from ${when(fromMs, nowMs)} to ${when(toMs, nowMs)} (${duration(toMs - fromMs)}): over RTM Slack sends nothing of that time later.`;
    return { causes: [proved(text, fromMs)], checks: [{ check: 'timeline of the connection', result: 'a gap' }] };
  }
  if (!connection || connection.state !== 'open') {
    const state = connection
      ? `${connection.state} since ${when(connection.sinceMs, nowMs)} (${connection.reason})`
      : 'unknown';
    const text = connection
      ? `The connection of team ${teamId} is ${state}: over RTM Slack sends nothing of that time later.`
      : `No process reports a connection of team ${teamId}: over RTM nothing comes without one.`;
    // One that is tried again and again is in its state of now for a moment only.
    const isSince = connection !== undefined && connection.sinceMs <= sentAtMs;
    const cause = isSince ? proved(text, connection.sinceMs) : likely(text, connection?.sinceMs ?? null);
    return { causes: [cause], checks: [{ check: 'connection', result: state }] };
  }
  const result = `open since ${when(connection.sinceMs, nowMs)}, no gap in its timeline at that time`;
  return { causes: [], checks: [{ check: 'connection', result }] };
}
