/** The Home tab: the boards on which a person plays, and how to begin. */
import type { BotServer } from 'slack-bot-server';
import type { AnswerMessage } from 'slack-bot-server/commands';
import type { Board } from '../game/board.ts';
import { ranksAround, ranksOf } from '../game/ranks.ts';
import type { Settings } from '../game/settings.ts';
import { type PictureUrls, pictureBlock } from '../pictures/picture-urls.ts';
import type { Boards, Found, Place } from '../store/boards.ts';
import { boardText, ranksText } from '../words/board-text.ts';

type Block = NonNullable<AnswerMessage['blocks']>[number];

/** Boards of one person; a view takes 100 blocks. */
const MOST_BOARDS = 10;
const SHOWN_RANKS = 5;
/** Slack's limit of a section's text, in characters. */
const LONGEST_TEXT = 3_000;

export interface HomeDeps extends Pick<BotServer, 'bot'> {
  boards: Boards;
  pictures: PictureUrls;
}

export function showHome({ bot, boards, pictures }: HomeDeps): void {
  bot.event('app_home_opened', async ({ event, context, client }) => {
    if (event.tab !== 'home' || !context.teamId) return;
    const { teamId } = context;
    const blocks: Block[] = [];
    let count = 0;
    for await (const { channelId, board } of boards.all(teamId)) {
      if (!board.isEnabled || !board.players[event.user]?.isRegistered) continue;
      const found = await boards.read({ teamId, channelId });
      blocks.push(...boardBlocks({ teamId, channelId }, found, { me: event.user, pictures }));
      if (++count >= MOST_BOARDS) break;
    }
    await client.views.publish({
      user_id: event.user,
      view: { type: 'home', blocks: blocks.length === 0 ? [section(EMPTY)] : blocks },
    });
  });
}

const EMPTY =
  '*You are on no board yet.*\nA board is a channel that I am in: invite me to one, mention me there with `challenge` and somebody’s name, and play. `help` says everything else.';

function boardBlocks(
  place: Place,
  { board, settings, version }: Found,
  { me, pictures }: { me: string; pictures: PictureUrls },
): Block[] {
  if (!board) return [];
  const blocks: Block[] = [
    section(`*<#${place.channelId}>*, season ${board.season.number}\n${boardText(board, settings, SHOWN_RANKS)}`),
  ];
  const mine = mineText(board, settings, me);
  if (mine !== undefined) blocks.push(section(mine));
  if (ranksOf(board).length > 0) {
    blocks.push(pictureBlock({ url: pictures.chart({ ...place, board, version }), alt: 'The leaderboard as a chart' }));
  }
  return [...blocks, { type: 'divider' }];
}

/** Undefined when I am among those who are shown anyway. */
function mineText(board: Board, settings: Settings, me: string): string | undefined {
  const ranks = ranksOf(board);
  const own = ranksAround(ranks, [me]);
  return own.length === 0 || ranks.indexOf(own[0] as (typeof ranks)[number]) < SHOWN_RANKS
    ? undefined
    : ranksText(board, settings, own);
}

function section(text: string): Block {
  return { type: 'section', text: { type: 'mrkdwn', text: text.slice(0, LONGEST_TEXT) } };
}
