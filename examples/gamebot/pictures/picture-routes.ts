/** Answers for pictures of boards. Anybody may ask: only who knows the board's key gets one, and nobody else learns what there is. */
import { timingSafeEqual } from 'node:crypto';
import type { Server } from 'slack-bot-server';
import type { Board } from '../game/board.ts';
import { ranksOf } from '../game/ranks.ts';
import type { Settings } from '../game/settings.ts';
import type { Boards } from '../store/boards.ts';
import { PICTURE_PATH } from './picture-urls.ts';
import { renderPng } from './render.ts';
import { chartSvg, historySvg } from './svg.ts';

/** A picture is as high as it has rows. */
const MOST_ROWS = 25;
const MOST_CURVES = 5;

interface Drawing {
  board: Board;
  settings: Settings;
  query: URLSearchParams;
}

const drawings: Readonly<Record<string, (drawing: Drawing) => string>> = {
  'chart.png': drawChart,
  'history.png': drawHistory,
};

export function addPictures(server: Server, boards: Boards): void {
  server.route(`GET ${PICTURE_PATH}/:team/:channel/:key/:name`, async (request, { params }) => {
    const { team = '', channel = '', key = '', name = '' } = params;
    const draw = Object.hasOwn(drawings, name) ? drawings[name] : undefined;
    if (!draw || team.length > 50 || channel.length > 50) return new Response(null, { status: 404 });
    const { board, settings } = await boards.read({ teamId: team, channelId: channel });
    if (!board || !isSame(key, board.pictureKey)) return new Response(null, { status: 404 });
    const png = await renderPng(draw({ board, settings, query: new URL(request.url).searchParams }));
    // What Slack shows of this address is what was true when somebody asked: it has the version in it.
    return new Response(png, { headers: { 'content-type': 'image/png', 'cache-control': 'private, max-age=3600' } });
  });
}

function isSame(given: string, key: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(key)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function drawChart({ board, settings: { max, base } }: Drawing): string {
  const rows = ranksOf(board)
    .slice(0, Math.min(max ?? MOST_ROWS, MOST_ROWS))
    .map(({ rank, player: { name, nickname, standing } }) => {
      const { rating, wins, losses, ties } = standing;
      return { rank, name: nickname ?? name, rating: base + Math.round(rating.points), wins, losses, ties };
    });
  return chartSvg(`Season ${board.season.number}`, rows, base);
}

function drawHistory({ board, settings: { base }, query }: Drawing): string {
  const ids = (query.get('players') ?? '').split(',').slice(0, MOST_CURVES);
  const curves = ids.flatMap((id) => {
    const player = Object.hasOwn(board.players, id) ? board.players[id] : undefined;
    if (!player) return [];
    // Everybody began at the base, unless that is longer ago than is kept.
    const { history, wins, losses, ties } = player.standing;
    const start = wins + losses + ties === history.length ? [0] : [];
    return [
      {
        name: player.nickname ?? player.name,
        points: [...start, ...history].map((points) => base + Math.round(points)),
      },
    ];
  });
  return historySvg(`Season ${board.season.number}`, curves, base);
}
