/** How a season is told. */
import { escapeText } from 'slack-bot-server/commands';
import type { Board } from '../game/board.ts';
import { nameOf } from '../game/players.ts';
import { ranksOf } from '../game/ranks.ts';
import type { PastSeason } from '../game/seasons.ts';
import type { Settings } from '../game/settings.ts';
import { counted } from './board-text.ts';
import { dateText } from './times.ts';

/** Of each season so many are named. */
const MOST_NAMED = 3;

export function seasonText(board: Board, { timezone }: Pick<Settings, 'timezone'>): string {
  const { number, startedAtMs, matches } = board.season;
  const best = ranksOf(board)
    .slice(0, MOST_NAMED)
    .map(({ rank, player }) => `${rank}. ${nameOf(board, player.id)}`);
  return seasonLine({ title: `Season ${number}, since ${dateText(startedAtMs, timezone)}`, matches, best });
}

export function pastSeasonText(past: PastSeason, { timezone }: Pick<Settings, 'timezone'>): string {
  const { number, startedAtMs, endedAtMs, matches, ranks } = past;
  const [from, to] = [startedAtMs, endedAtMs].map((atMs) => dateText(atMs, timezone));
  const best = ranks.slice(0, MOST_NAMED).map(({ rank, name }) => `${rank}. ${escapeText(name)}`);
  return seasonLine({ title: `Season ${number}, ${from} to ${to}`, matches, best });
}

function seasonLine({ title, matches, best }: { title: string; matches: number; best: readonly string[] }): string {
  const leaders = best.length === 0 ? '' : ` ${best.join(', ')}`;
  return `${title}: ${counted(matches, 'match')}.${leaders}`;
}
