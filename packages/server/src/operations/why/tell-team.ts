/** How a team is, in one sentence, with its reason and what helps. Pure. */
import { assertNever } from '../../assert-never.ts';
import { APP_MOVED } from '../../team/app-move-repository.ts';
import { IMPORTED_INACTIVE } from '../../team/installation.ts';
import type { RunningServers, TeamEvidence } from './evidence.ts';
import { when } from './words.ts';

export interface TeamWords {
  /** `Inactive since Tuesday 09:12:03 UTC: Slack answered account_inactive.` */
  sentence: string;
  sinceMs: number | null;
  advice: string | null;
}

export function tellTeam({ teamId, view, timeline, connection, servers }: TeamEvidence, nowMs: number): TeamWords {
  if (!view) {
    return {
      sentence: `Team ${teamId} is not known here: it never installed the app, or was purged.`,
      sinceMs: null,
      advice: 'Check that DATABASE_URL names the right database; else install the app in that workspace.',
    };
  }
  const { installation, teams, strays = [] } = view;
  const { state, key } = installation;
  if (strays.some((team) => team.teamId === teamId)) {
    return {
      sentence: `Nothing is done for team ${teamId}: somebody changed its row in the database.`,
      sinceMs: null,
      advice: 'Install the app there again, and find out who can write to the database.',
    };
  }
  const team = teams.find((one) => one.teamId === teamId);
  switch (state.kind) {
    case 'inactive':
      return {
        sentence: `Inactive since ${when(state.sinceMs, nowMs)}: ${reasonWords(state.reason)}.`,
        sinceMs: state.sinceMs,
        advice: isDecidedHere(state.reason)
          ? `slack-bot-server teams reactivate ${key} asks Slack and believes the answer; or the team installs again.`
          : `It comes back when the team installs again. slack-bot-server teams reactivate ${key} asks Slack whether it takes the token by now.`,
      };
    case 'suspended':
      return {
        sentence: `Suspended since ${when(state.sinceMs, nowMs)}: Slack answered ${state.reason}, which is for the workspace or its organization to change. Its events are kept for a day.`,
        sinceMs: state.sinceMs,
        advice: `It is probed again automatically; slack-bot-server teams probe ${key} does it now.`,
      };
    case 'active':
      if (team?.access === 'revoked') {
        const sinceMs = team.noAccessSinceMs;
        const since = sinceMs === null ? '' : ` since ${when(sinceMs, nowMs)}`;
        return {
          sentence: `The organization ${key} has not let the app into team ${teamId}${since}: its events are kept for a day, and nothing is sent.`,
          sinceMs,
          advice: 'An admin of the organization adds the workspace to the app.',
        };
      }
      return state.doubt.kind === 'none'
        ? activeWords({
            teamId,
            sinceMs: activeSinceMs(timeline, installation.installedAtMs),
            connection,
            servers,
            nowMs,
          })
        : doubtWords(state.doubt, key, nowMs);
    default:
      return assertNever(state, 'state of an installation');
  }
}

/** Who made it inactive, and of what. */
export function reasonWords(reason: string): string {
  if (reason === 'operator') return 'an operator deactivated it';
  if (reason === APP_MOVED) return 'the database was given to another Slack app, which has no token there yet';
  if (reason === IMPORTED_INACTIVE) return 'it was so already where it was imported from';
  if (isDecidedHere(reason)) return `the bot deactivated it itself${reason === 'bot' ? '' : ` (${reason.slice(5)})`}`;
  return `Slack answered ${reason}`;
}

/** By an operator or by the bot (see operations/deactivation.ts): at Slack the app is still installed. */
export function isDecidedHere(reason: string): boolean {
  return reason === 'operator' || reason === 'bot' || reason.startsWith('bot: ');
}

function doubtWords(
  doubt: { kind: 'confirming' | 'held'; code: string; sinceMs: number },
  key: string,
  nowMs: number,
): TeamWords {
  const since = when(doubt.sinceMs, nowMs);
  if (doubt.kind === 'held') {
    return {
      sentence: `Held since ${since}: Slack answered ${doubt.code}, as for many other teams at the same time. Nothing is sent until that is decided.`,
      sinceMs: doubt.sinceMs,
      advice: 'slack-bot-server incident says what is held, and what can be done.',
    };
  }
  return {
    sentence: `In doubt since ${since}: Slack answered ${doubt.code}, and is asked once more. Its events wait meanwhile.`,
    sinceMs: doubt.sinceMs,
    advice: `It decides itself within a minute; slack-bot-server teams probe ${key} asks now.`,
  };
}

/** Since its install, or since it came back; what is older than its timeline is not known. */
function activeSinceMs(timeline: TeamEvidence['timeline'], installedAtMs: number): number {
  const back = timeline.find(({ kind, facts }) => {
    const isActive = (state: unknown) => String(state).startsWith('active');
    return kind === 'verdict' && isActive(facts.to) && !isActive(facts.from);
  });
  return Math.max(installedAtMs, back?.atMs ?? installedAtMs);
}

interface ActiveTeam extends Pick<TeamEvidence, 'teamId' | 'connection'> {
  servers: RunningServers | undefined;
  sinceMs: number;
  nowMs: number;
}

function activeWords({ teamId, sinceMs, connection, servers, nowMs }: ActiveTeam): TeamWords {
  const since = `Active since ${when(sinceMs, nowMs)}`;
  const unserved = servers && unservedWords(servers, connection, nowMs);
  if (unserved) return { sentence: `${since}, but ${unserved.text}.`, sinceMs, advice: unserved.advice };
  if (!connection || connection.state === 'open') {
    const open = connection ? `, connected since ${when(connection.sinceMs, nowMs)}` : '';
    return { sentence: `${since}${open}.`, sinceMs, advice: null };
  }
  const again = connection.retryAtMs === null ? '' : ` It is tried again at ${when(connection.retryAtMs, nowMs)}.`;
  return {
    sentence: `Active, but its connection is ${connection.state} since ${when(connection.sinceMs, nowMs)} (${connection.reason}).${again}`,
    sinceMs: connection.sinceMs,
    advice: `slack-bot-server teams timeline ${teamId} says what its connection went through.`,
  };
}

/** Why nothing of an active team comes in just now, where that is the servers' matter; undefined where one serves it. */
function unservedWords(
  { isAny, told }: RunningServers,
  connection: TeamEvidence['connection'],
  nowMs: number,
): { text: string; advice: string } | undefined {
  if (!isAny)
    return { text: 'no server runs, so nothing of it is connected or handled', advice: 'slack-bot-server start' };
  // None has reported yet, or rows of one that serves teams in another way are left.
  if (told.length === 0) return undefined;
  const status = 'slack-bot-server status says which servers run, and how they are.';
  if (told.every(({ transport }) => transport === 'socket')) {
    if (told.some(({ connections }) => (connections.open ?? 0) > 0)) return undefined;
    const atMs = Math.min(...told.map(({ toldAtMs }) => toldAtMs));
    const text = `no server had an open Socket Mode connection when it told last, at ${when(atMs, nowMs)}, and Slack sends nothing without one`;
    return { text, advice: `${status} slack-bot-server doctor looks at the app-level token.` };
  }
  if (!told.every(({ transport }) => transport === 'rtm')) return undefined;
  if (!connection) return { text: 'no server has told of a connection of it', advice: status };
  if (told.some(({ node }) => node === connection.node)) return undefined;
  return { text: `${connection.node}, which told of its connection, has not reported for two minutes`, advice: status };
}
