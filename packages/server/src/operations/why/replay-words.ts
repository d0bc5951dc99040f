/** What is said of running failed events again: of a team that is not active `events replay` leaves them as they are. Pure. */
import type { InstallationState } from '../../team/installation.ts';
import { isDecidedHere } from './tell-team.ts';
import { when } from './words.ts';

/** Whose events these are; undefined where nothing is known of the team. */
export type ReplayState = InstallationState | undefined;

/** @param verb What a replay does to it: `runs it again`. */
export function replayWords(
  eventId: string | null,
  state: ReplayState,
  { nowMs, verb = 'runs it again' }: ReplayWords,
) {
  const command = `slack-bot-server events replay ${eventId} ${verb}.`;
  if (!isAway(state)) return command;
  return `${waitWords(state, 'it', nowMs)} ${backWords(state)}, ${command}`;
}

export interface ReplayWords {
  nowMs: number;
  verb?: string;
}

/** Of several events of a team that failed. */
export function replaysWords(teamId: string, state: ReplayState, nowMs: number): string {
  const shown = `slack-bot-server events groups team:${teamId} shows them`;
  if (!isAway(state)) return `${shown}, and events replay runs them again.`;
  return `${shown}. ${waitWords(state, 'them', nowMs)} ${backWords(state)}, events replay runs them again.`;
}

type Away = Exclude<InstallationState, { kind: 'active' }>;

/** Whether the team is inactive or suspended. */
export function isAway(state: ReplayState): state is Away {
  return state !== undefined && state.kind !== 'active';
}

function waitWords({ kind, sinceMs, reason }: Away, what: string, nowMs: number): string {
  return `The team is ${kind} since ${when(sinceMs, nowMs)} (${reason}), and no replay runs ${what} meanwhile.`;
}

function backWords({ kind, reason }: Away): string {
  if (kind === 'suspended') return 'When the team is active again';
  return isDecidedHere(reason) ? 'After the team was reactivated' : 'After the team installed again';
}
