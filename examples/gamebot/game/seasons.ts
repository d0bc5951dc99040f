/** Seasons: what was, is kept in short, and everybody begins anew. */
import { UserError } from 'slack-bot-server/commands';
import { type Board, newSeason } from './board.ts';
import { newStanding } from './players.ts';
import { type Ranked, ranksOf } from './ranks.ts';

/** A season that is over. */
export interface PastSeason {
  number: number;
  startedAtMs: number;
  endedAtMs: number;
  matches: number;
  /** How it ended, the best first; see MOST_RANKS. */
  ranks: PastRank[];
}

/** Somebody in a past season, by the name of then. */
export interface PastRank extends Pick<Ranked, 'rank'> {
  id: string;
  name: string;
  points: number;
  wins: number;
  losses: number;
  ties: number;
}

const MOST_PAST_SEASONS = 10;
const MOST_RANKS = 25;

/** Ends the season and begins the next one. Open challenges go on. @throws UserError when nothing was played */
export function endSeason(board: Board, atMs: number): PastSeason {
  const { number, startedAtMs, matches } = board.season;
  if (matches === 0) throw new UserError('Nothing was played this season, so there is nothing to archive.');
  const ranks = ranksOf(board)
    .slice(0, MOST_RANKS)
    .map(({ rank, player: { id, name, nickname, standing } }): PastRank => {
      const { rating, wins, losses, ties } = standing;
      return { rank, id, name: nickname ?? name, points: Math.round(rating.points), wins, losses, ties };
    });
  const past: PastSeason = { number, startedAtMs, endedAtMs: atMs, matches, ranks };
  board.pastSeasons = [...board.pastSeasons, past].slice(-MOST_PAST_SEASONS);
  board.season = newSeason(number + 1, atMs);
  board.lastMatches = [];
  for (const player of Object.values(board.players)) player.standing = structuredClone(newStanding);
  return past;
}
