/** Every quarter of an hour: ends challenges that nobody has accepted, and reminds of those that are open. */
import type { Server, TeamJobContext } from 'slack-bot-server';
import type { Board } from '../game/board.ts';
import { describe } from '../game/challenges.ts';
import { nameOf } from '../game/players.ts';
import { expire, remind } from '../game/reminders.ts';
import type { Boards } from '../store/boards.ts';
import { tryToPost } from '../team/tell-team.ts';
import { ageText } from '../words/times.ts';

const EVERY_S = 15 * 60;

export function watchChallenges(server: Server, boards: Boards): void {
  server.everyTeam({ seconds: EVERY_S }, async (context) => await lookAt(context, { server, boards }), {
    name: 'challenges',
  });
}

async function lookAt(
  { teamId, client, signal }: Pick<TeamJobContext, 'teamId' | 'client' | 'signal'>,
  { server, boards }: { server: Pick<Server, 'now'>; boards: Boards },
): Promise<void> {
  for await (const { channelId, board } of boards.all(teamId)) {
    signal.throwIfAborted();
    if (!board.isEnabled || board.challenges.length === 0) continue;
    const place = { teamId, channelId };
    const settings = await boards.settings(place);
    const atMs = server.now();
    // Only what is due is written: most boards have nothing, and are left alone.
    if (passed(structuredClone(board), atMs, settings).length === 0) continue;
    const text = await boards.change(place, (now) => passed(now, atMs, settings).join('\n'));
    if (text !== '') await tryToPost(client, channelId, text);
  }
}

/** What has become of challenges by now, as lines for the channel. */
function passed(board: Board, atMs: number, times: Parameters<typeof expire>[2]): string[] {
  const over = expire(board, atMs, times).map(
    (challenge) => `Nobody answered, so it is off: ${describe(board, challenge)}.`,
  );
  const open = remind(board, atMs, times).map((challenge) => {
    const { state, challenged, challengers, proposedAtMs } = challenge;
    const asked = (state === 'proposed' ? challenged : [...challengers, ...challenged])
      .map((id) => `<@${id}>`)
      .join(', ');
    const what = state === 'proposed' ? '`accept` or `decline`?' : 'who won? The losers say `lost`.';
    const by = challengers.map((id) => nameOf(board, id)).join(', ');
    return `${asked === '' ? `${by} would like to play with anyone` : `${asked}: ${describe(board, challenge)}`}, since ${ageText(atMs - proposedAtMs)}: ${what}`;
  });
  return [...over, ...open];
}
