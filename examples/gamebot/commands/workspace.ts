/** team and channels: what a workspace is told in a direct message. */
import type { Server } from 'slack-bot-server';
import { type CommandTable, type Permission, UserError } from 'slack-bot-server/commands';
import type { Boards } from '../store/boards.ts';
import { readNotes } from '../store/team-notes.ts';
import { type Trial, trialText } from '../team/trial.ts';
import { counted } from '../words/board-text.ts';
import { ageText, dateText } from '../words/times.ts';

const topic = 'workspace';
/** Lines of one answer. */
const MOST_CHANNELS = 50;

const inDirectMessages: Permission = ({ isDirect }) => {
  if (isDirect) return true;
  throw new UserError('That is for a direct message: ask me there.');
};

export interface WorkspaceDeps {
  server: Pick<Server, 'data' | 'now'>;
  boards: Boards;
  trial: Trial;
}

export function declareWorkspace({ command }: CommandTable, { server, boards, trial }: WorkspaceDeps): void {
  command(
    'team',
    { summary: 'what I know of this workspace', allow: inDirectMessages, topic },
    async ({ teamId, reply }) => {
      const [notes, { timezone }] = await Promise.all([readNotes(server, teamId), boards.teamSettings(teamId)]);
      const counts = { channels: 0, players: 0, matches: 0 };
      for await (const { board } of boards.all(teamId)) {
        counts.channels++;
        counts.players += Object.keys(board.players).length;
        counts.matches += board.season.matches;
      }
      const since = notes.installedAtMs === undefined ? [] : [`here since ${dateText(notes.installedAtMs, timezone)}`];
      const by = typeof notes.installerId === 'string' ? [`installed by <@${notes.installerId}>`] : [];
      const { channels, players, matches } = counts;
      const facts = [
        counted(channels, 'board'),
        counted(players, 'player'),
        `${counted(matches, 'match')} this season`,
      ];
      await reply(
        [
          `Workspace ${teamId}`,
          ...since,
          ...by,
          ...facts,
          ...trialText(notes, { trial, nowMs: server.now(), timezone }),
        ].join(', '),
      );
    },
  );

  command(
    'channels',
    { summary: 'the boards of this workspace', allow: inDirectMessages, topic },
    async ({ teamId, reply }) => {
      const lines: string[] = [];
      for await (const { channelId, board } of boards.all(teamId)) {
        if (lines.length >= MOST_CHANNELS) break;
        const players = Object.values(board.players).filter(({ isRegistered }) => isRegistered);
        const facts = [
          counted(players.length, 'player'),
          counted(board.season.matches, 'match'),
          `${counted(board.challenges.length, 'challenge')} open`,
        ];
        const state = board.isEnabled
          ? `last played ${ageText(server.now() - board.activeAtMs)} ago`
          : 'I was removed from it';
        lines.push(`• <#${channelId}>: ${facts.join(', ')}; ${state}`);
      }
      await reply(lines.length === 0 ? 'There is no board yet. Invite me to a channel.' : lines.join('\n'));
    },
  );
}
