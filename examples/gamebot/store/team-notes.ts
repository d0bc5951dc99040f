/** What the bot notes of a team beside its boards, in the document `team`. */
import type { Server } from 'slack-bot-server';

export interface TeamNotes {
  /** Who installed the bot last: told what concerns the whole team, and may set its defaults. */
  installerId?: string | null;
  /** Of the first install; a trial begins then, once. */
  installedAtMs?: number;
  /** Of the last install. */
  backAtMs?: number;
  /** Somebody pays: no trial ends. */
  isSubscribed?: boolean;
  /** When the team was told that its trial is about to end. */
  trialToldAtMs?: number;
  /** When it was told that nothing was played for long. */
  idleToldAtMs?: number;
}

const KEY = 'team';

type Data = Pick<Server, 'data'>;

export async function readNotes(server: Data, teamId: string): Promise<TeamNotes> {
  return (await server.data(teamId).get<TeamNotes>(KEY))?.value ?? {};
}

export async function note(
  server: Data,
  teamId: string,
  change: (before: TeamNotes) => Partial<TeamNotes>,
): Promise<void> {
  await server.data(teamId).update<TeamNotes>(KEY, (before = {}) => ({ ...before, ...change(before) }));
}
