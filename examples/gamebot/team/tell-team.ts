/** Says something that concerns a whole team: to whoever installed the bot, else in the channels of its boards. */
import type { TeamJobContext } from 'slack-bot-server';
import type { Boards } from '../store/boards.ts';
import type { TeamNotes } from '../store/team-notes.ts';

/** More would be noise. */
const MOST_CHANNELS = 5;

type Client = TeamJobContext['client'];

export interface TellOptions extends Pick<TeamJobContext, 'teamId' | 'client'> {
  boards: Boards;
  notes: TeamNotes;
}

/** @throws what Slack answers, unless it is that a place does not take it */
export async function tellTeam(text: string, { teamId, client, boards, notes }: TellOptions): Promise<void> {
  if (typeof notes.installerId === 'string' && (await tryToPost(client, notes.installerId, text))) return;
  let told = 0;
  for await (const { channelId, board } of boards.all(teamId)) {
    if (board.isEnabled && (await tryToPost(client, channelId, text))) told++;
    if (told >= MOST_CHANNELS) return;
  }
}

/** People leave, and channels are archived: that is no failure, and no reason to try again. */
const CLOSED = new Set([
  'channel_not_found',
  'is_archived',
  'not_in_channel',
  'user_not_found',
  'user_disabled',
  'restricted_action',
  'messages_tab_disabled',
  'cannot_dm_bot',
]);

export async function tryToPost(client: Client, channel: string, text: string): Promise<boolean> {
  try {
    await client.chat.postMessage({ channel, text });
    return true;
  } catch (error) {
    const code = (error as { data?: { error?: string } }).data?.error;
    if (code !== undefined && CLOSED.has(code)) return false;
    throw error;
  }
}
