/** Whether the team could have brought a message at that time: was it there, active, connected? Pure. */
import type { InstallationState } from '../../team/installation.ts';
import { type Absence, type Look, likely, proved } from './absence.ts';
import type { Sentence } from './evidence.ts';
import { type InactiveTime, inactiveTimeAt } from './inactive-time.ts';
import { isDecidedHere, reasonWords } from './tell-team.ts';
import { duration, listed, when } from './words.ts';

export function causesOfTeam(absence: Absence): Look {
  const { team, nowMs, sentAtMs, strangeDomain } = absence;
  if (!team && strangeDomain !== undefined) {
    const text = `No team with the domain ${strangeDomain} is known here: that workspace never installed the app, was purged, or is stored without its domain. Which team the link is of is not known then: name it (--team T…), and more can be looked at.`;
    return { causes: [likely(text)], checks: [{ check: `a team with the domain ${strangeDomain}`, result: 'none' }] };
  }
  if (!team) {
    const text = 'Which team the link is of is not known: name it (--team T…), and more can be looked at.';
    return { causes: [{ text, certainty: 'unknown', atMs: null }], checks: [] };
  }
  const { view, teamId } = team;
  if (!view) {
    const text = `Team ${teamId} is not known here: it never installed the app, or was purged. Check that DATABASE_URL names the right database.`;
    return { causes: [proved(text)], checks: [{ check: 'the team', result: 'not in this database' }] };
  }
  const { state, createdAtMs } = view.installation;
  const check = (result: string) => [{ check: `team ${teamId}`, result }];
  if (state.kind !== 'active' && state.sinceMs <= sentAtMs) {
    const result = `${state.kind} since ${when(state.sinceMs, nowMs)} (${state.reason})`;
    return { causes: causesOfState(absence, { state, teamId }), checks: check(result) };
  }
  if (state.kind === 'active' && state.doubt.kind !== 'none' && isRtm(absence) && state.doubt.sinceMs <= sentAtMs) {
    const { kind, code, sinceMs } = state.doubt;
    const what = kind === 'held' ? 'held with many others (slack-bot-server incident)' : 'being checked at Slack';
    const text = `Team ${teamId} was ${what} at that time, since ${when(sinceMs, nowMs)} (${code}): nothing connects it meanwhile, and over RTM Slack sends nothing of that time later.`;
    return { causes: [proved(text, sinceMs)], checks: check(`${kind} since ${when(sinceMs, nowMs)}`) };
  }
  const inactive = inactiveTimeAt(team.timeline, sentAtMs);
  if (inactive !== undefined) {
    const words = `not active from ${when(inactive.fromMs, nowMs)} to ${when(inactive.toMs, nowMs)}: ${reasonWords(inactive.reason)}`;
    return {
      causes: causesOfPast(absence, { ...inactive, text: `Team ${teamId} was ${words}` }),
      checks: check(words),
    };
  }
  if (createdAtMs > sentAtMs) {
    const text = `Team ${teamId} installed the app at ${when(createdAtMs, nowMs)}, after the message.`;
    return { causes: [proved(text, createdAtMs)], checks: check('installed after the message') };
  }
  const { access, noAccessSinceMs } = view.teams.find((one) => one.teamId === teamId) ?? {};
  if (access === 'revoked' && (noAccessSinceMs ?? sentAtMs) <= sentAtMs) {
    const since = noAccessSinceMs ? ` since ${when(noAccessSinceMs, nowMs)}` : '';
    const text = `The organization ${view.installation.key} has not let the app into team ${teamId}${since}: Slack sends nothing of it.`;
    return { causes: [likely(text, noAccessSinceMs)], checks: check(`no access${since}`) };
  }
  return { causes: [], checks: check(`${state.kind} at that time, as far as its timeline tells`) };
}

/** Over RTM nothing connects such a team. Else Slack sends what it would send anyway: it knows nothing of what was decided here. */
function causesOfState(
  absence: Absence,
  { state, teamId }: { state: Exclude<InstallationState, { kind: 'active' }>; teamId: string },
): Sentence[] {
  const { kind, reason, sinceMs } = state;
  const text = `Team ${teamId} was ${kind} at that time, since ${when(sinceMs, absence.nowMs)} (${reason})`;
  if (isRtm(absence)) return [proved(`${text}: nothing connects it meanwhile.`, sinceMs)];
  if (kind === 'suspended') return [likely(`${text}: Slack may send nothing of it meanwhile.`, sinceMs)];
  return isDecidedHere(reason) ? [] : [proved(`${text}: Slack sends nothing of it from then on.`, sinceMs)];
}

/** The same of a team that has come back since. */
function causesOfPast(absence: Absence, { reason, fromMs, text }: InactiveTime & { text: string }): Sentence[] {
  if (isRtm(absence)) return [proved(`${text}. Nothing connected it meanwhile.`, fromMs)];
  return isDecidedHere(reason) ? [] : [proved(`${text}. Slack sent nothing of it meanwhile.`, fromMs)];
}

function isRtm({ processes }: Pick<Absence, 'processes'>): boolean {
  return processes.some(({ transport }) => transport === 'rtm');
}

/** Socket Mode: without one connection of the app Slack sends nothing of any team. One that was without for a while has a row of that. */
function causesOfSockets({ processes, nowMs }: Absence): Look {
  const told = processes.flatMap(({ transport, connections, toldAtMs }) =>
    transport === 'socket' && connections && toldAtMs !== undefined ? [{ connections, toldAtMs }] : [],
  );
  if (told.length === 0) return { causes: [], checks: [] };
  const states = new Map<string, number>();
  for (const [state, count] of told.flatMap(({ connections }) => Object.entries(connections)))
    if (count > 0) states.set(state, (states.get(state) ?? 0) + count);
  const atMs = Math.min(...told.map(({ toldAtMs }) => toldAtMs));
  const result = listed([...states].map(([state, count]) => `${count} ${state}`)) || 'none';
  const checks = [{ check: `Socket Mode connections of all servers at ${when(atMs, nowMs)}`, result }];
  if (states.has('open')) return { causes: [], checks };
  const text = `No server had an open Socket Mode connection when it told last, at ${when(atMs, nowMs)}, and Slack sends nothing without one: the log says why, and \`slack-bot-server doctor\` looks at the app-level token.`;
  return { causes: [likely(text, atMs)], checks };
}

/** What its connection did (RTM), or those of the app do. */
export function causesOfConnection(absence: Absence): Look {
  const { team, sentAtMs, nowMs, processes } = absence;
  const sockets = causesOfSockets(absence);
  if (sockets.checks.length > 0) return sockets;
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
