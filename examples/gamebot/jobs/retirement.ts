/** Once a day: tells teams whose trial ends or who do not play any more, and later deactivates them. Their boards stay; see the README. */
import type { Server, TeamJobContext } from 'slack-bot-server';
import type { Boards } from '../store/boards.ts';
import { note, readNotes } from '../store/team-notes.ts';
import { idleNotice, idleStep } from '../team/idle.ts';
import { tellTeam } from '../team/tell-team.ts';
import { type Trial, trialEnded, trialNotice, trialStep } from '../team/trial.ts';

export interface RetirementDeps {
  server: Server;
  boards: Boards;
  trial: Trial;
}

export function retireTeams(deps: RetirementDeps): void {
  deps.server.everyTeam('day', async (context) => await lookAt(context, deps), { name: 'retirement' });
}

async function lookAt(
  { teamId, client }: Pick<TeamJobContext, 'teamId' | 'client'>,
  { server, boards, trial }: RetirementDeps,
): Promise<void> {
  const nowMs = server.now();
  const notes = await readNotes(server, teamId);
  const tell = async (text: string) => await tellTeam(text, { teamId, client, boards, notes });
  // Told first and noted then: after a crash in between it is told again, rather than never.
  switch (trialStep(notes, trial, nowMs)) {
    case 'tell':
      await tell(trialNotice(notes, trial, nowMs));
      await note(server, teamId, () => ({ trialToldAtMs: nowMs }));
      break;
    case 'end':
      await tell(trialEnded(trial));
      await server.deactivate(teamId, { reason: 'trial_ended' });
      return;
    case 'nothing':
  }
  // A team from before these notes were taken, or that was imported, is known from now on.
  const { installedAtMs = nowMs, backAtMs = installedAtMs } = notes;
  if (notes.installedAtMs === undefined) await note(server, teamId, () => ({ installedAtMs }));
  let activeAtMs = backAtMs;
  for await (const { board } of boards.all(teamId)) activeAtMs = Math.max(activeAtMs, board.activeAtMs);
  switch (idleStep(notes, { activeAtMs, nowMs })) {
    case 'tell':
      await tell(idleNotice);
      await note(server, teamId, () => ({ idleToldAtMs: nowMs }));
      return;
    case 'end':
      await server.deactivate(teamId, { reason: 'not_played' });
      return;
    case 'nothing':
  }
}
