/** What is said of running failed events again: of an inactive team `events replay` leaves them as they are. Pure. */
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
  if (state?.kind !== 'inactive') return command;
  return `${waitWords(state, 'it', nowMs)} ${backWords(state)}, ${command}`;
}

export interface ReplayWords {
  nowMs: number;
  verb?: string;
}

/** Of several events of a team that failed. */
export function replaysWords(teamId: string, state: ReplayState, nowMs: number): string {
  const shown = `slack-bot-server events groups team:${teamId} shows them`;
  if (state?.kind !== 'inactive') return `${shown}, and events replay runs them again.`;
  return `${shown}. ${waitWords(state, 'them', nowMs)} ${backWords(state)}, events replay runs them again.`;
}

type Inactive = Extract<InstallationState, { kind: 'inactive' }>;

function waitWords({ sinceMs, reason }: Inactive, what: string, nowMs: number): string {
  return `The team is inactive since ${when(sinceMs, nowMs)} (${reason}), and no replay runs ${what} meanwhile.`;
}

function backWords({ reason }: Inactive): string {
  return isDecidedHere(reason) ? 'After the team was reactivated' : 'After the team installed again';
}
