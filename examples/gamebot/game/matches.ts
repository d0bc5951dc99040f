/** Matches: recorded, corrected, taken back. Each keeps how its players stood before, so that taking it back is exact. */
import { UserError } from 'slack-bot-server/commands';
import { algorithms } from '../ratings/algorithms.ts';
import type { Rating } from '../ratings/rating.ts';
import type { Board } from './board.ts';
import { type Challenge, close, notAcceptedYet, participantsOf } from './challenges.ts';
import { namesOf, playerOf, requireRegistered, type Standing } from './players.ts';
import { requireLosersFirst, type Score, totalsOf } from './scores.ts';
import type { Settings } from './settings.ts';

/** What was played. */
export interface Result {
  winners: string[];
  losers: string[];
  isTie: boolean;
  isResigned: boolean;
  scores: Score[];
}

export interface Match extends Result {
  id: number;
  playedAtMs: number;
  /** As it was when it was played. */
  challenge?: Challenge;
  /** How its players stood. */
  before: Record<string, Standing>;
}

interface At {
  atMs: number;
  settings: Settings;
}

/** So many can be taken back, one after the other. Each takes about a kilobyte of the board. */
const MOST_LAST_MATCHES = 20;
/** For the mean of ten, and for a curve. */
const MOST_HISTORY = 30;
/** Pairs whose totals are kept; then those that played least go. */
const MOST_PAIRS = 500;
/** For so long players can take back and correct, in milliseconds. */
const SECOND_THOUGHTS_MS = 3_600_000;

/** Rates it. @throws UserError for a player who is away, and for scores of the wrong side */
export function recordMatch(
  board: Board,
  result: Result,
  { atMs, settings, challenge }: At & { challenge?: Challenge | undefined },
): Match {
  const ids = [...result.winners, ...result.losers];
  requireRegistered(board, ids);
  if (!result.isTie) requireLosersFirst(result.scores);
  const before = Object.fromEntries(ids.map((id) => [id, structuredClone(playerOf(board, id).standing)]));
  board.season.algorithm ??= settings.algorithm;
  rate(board, result, settings);
  count(board.season.pairs, result, 1);
  board.season.matches++;
  // A correction keeps the time of its match, and somebody may have proposed a challenge since.
  board.activeAtMs = Math.max(board.activeAtMs, atMs);
  const match: Match = { ...result, id: board.nextId++, playedAtMs: atMs, before };
  if (challenge) match.challenge = close(board, challenge);
  board.lastMatches = [...board.lastMatches, match].slice(-MOST_LAST_MATCHES);
  return match;
}

function rate(board: Board, { winners, losers, isTie, scores }: Result, settings: Settings): void {
  const standings = (ids: readonly string[]) => ids.map((id) => playerOf(board, id).standing);
  const ratings = (ids: readonly string[]) => standings(ids).map(({ rating }) => rating);
  const rated = algorithms[board.season.algorithm ?? settings.algorithm](
    {
      winners: ratings(winners),
      losers: ratings(losers),
      isTie,
      points: scores.length === 0 ? undefined : totalsOf(scores),
    },
    settings,
  );
  advance(standings(winners), rated.winners, isTie ? 'ties' : 'wins');
  advance(standings(losers), rated.losers, isTie ? 'ties' : 'losses');
}

function advance(standings: readonly Standing[], ratings: readonly Rating[], what: 'wins' | 'losses' | 'ties'): void {
  for (const [index, standing] of standings.entries()) {
    standing.rating = ratings[index] ?? standing.rating;
    standing[what]++;
    standing.streak = streakAfter(standing.streak, what);
    standing.history = [...standing.history, standing.rating.points].slice(-MOST_HISTORY);
  }
}

function streakAfter(streak: number, what: 'wins' | 'losses' | 'ties'): number {
  if (what === 'ties') return 0;
  return what === 'wins' ? Math.max(streak, 0) + 1 : Math.min(streak, 0) - 1;
}

function count(pairs: Board['season']['pairs'], { winners, losers, isTie }: Result, by: 1 | -1): void {
  const [first = '', second = ''] = [winners, losers].map((side) => side.toSorted().join('+'));
  const isTurned = first > second;
  const key = isTurned ? `${second}|${first}` : `${first}|${second}`;
  // Taken back, and its pair is among those that had to go.
  if (by < 0 && !pairs[key]) return;
  const totals = pairs[key] ?? [0, 0, 0];
  const at = isTie ? 2 : isTurned ? 1 : 0;
  totals[at] += by;
  if (totals.every((total) => total === 0)) delete pairs[key];
  else pairs[key] = totals;
  const keys = Object.keys(pairs);
  if (keys.length > MOST_PAIRS) delete pairs[keys.toSorted((a, b) => gamesOf(pairs[a]) - gamesOf(pairs[b]))[0] ?? ''];
}

export function gamesOf(totals: readonly number[] = []): number {
  return totals.reduce((sum, total) => sum + total, 0);
}

/**
 * Takes back my last match, or for a captain the last one of the channel, whenever it was: everybody stands as before, and its
 * challenge is accepted again.
 * @throws UserError when it is too late, or somebody has played since
 */
export function undo(board: Board, me: string, atMs: number): Match {
  const match = lastFor(board, me, atMs, { isCaptain: playerOf(board, me).isCaptain });
  takeBack(board, match);
  const { challenge } = match;
  const isBusy = (id: string) => board.challenges.some((one) => participantsOf(one).includes(id));
  // Whoever is in another one by now stays in that one.
  if (challenge && !participantsOf(challenge).some(isBusy)) {
    const { draw: _, ...open } = challenge;
    board.challenges = [...board.challenges, { ...open, state: 'accepted' as const }].sort((a, b) => a.id - b.id);
  }
  return match;
}

/** Other scores for my last loss. @throws UserError */
export function correctScores(board: Board, me: string, scores: Score[], { atMs, settings }: At): Match {
  const last = board.lastMatches.findLast(({ before }) => me in before);
  if (!last || last.isTie || !last.losers.includes(me)) {
    throw (
      notAcceptedYet(board, me) ??
      new UserError('You have no accepted challenge, and no loss to correct. Say whom you lost to: `lost to @…`.')
    );
  }
  const match = lastFor(board, me, atMs, { isCaptain: false });
  takeBack(board, match);
  const { id, winners, losers, isTie, challenge, playedAtMs } = match;
  const result = { winners, losers, isTie, isResigned: false, scores };
  const again = recordMatch(board, result, { atMs: playedAtMs, settings });
  // It stays where it was among the others.
  Object.assign(again, { id }, challenge && { challenge });
  board.lastMatches.sort((a, b) => a.id - b.id);
  return again;
}

function lastFor(board: Board, me: string, atMs: number, { isCaptain }: { isCaptain: boolean }): Match {
  const isIn = (match: Match, ids: readonly string[]) => ids.some((id) => id in match.before);
  const match = isCaptain ? board.lastMatches.at(-1) : board.lastMatches.findLast((one) => isIn(one, [me]));
  if (!match) throw new UserError(`There is no match${isCaptain ? '' : ' of yours'} to take back.`);
  if (!isCaptain && atMs - match.playedAtMs > SECOND_THOUGHTS_MS) {
    throw new UserError('Your last match was more than an hour ago: only a captain can take it back.');
  }
  const since = board.lastMatches.filter(({ id }) => id > match.id).flatMap(({ before }) => Object.keys(before));
  const others = Object.keys(match.before).filter((id) => since.includes(id));
  if (others.length === 0) return match;
  throw new UserError(
    `${namesOf(board, others)} played another match since then: that one has to be taken back first.`,
  );
}

function takeBack(board: Board, match: Match): void {
  for (const [id, standing] of Object.entries(match.before)) playerOf(board, id).standing = structuredClone(standing);
  count(board.season.pairs, match, -1);
  board.season.matches--;
  if (board.season.matches === 0) delete board.season.algorithm;
  board.lastMatches = board.lastMatches.filter(({ id }) => id !== match.id);
}
