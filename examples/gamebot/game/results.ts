/** What people say of their matches: lost, won, drawn, resigned. It finds out what was meant, and records it. */
import { UserError } from 'slack-bot-server/commands';
import type { Board } from './board.ts';
import {
  acceptedBy,
  type Challenge,
  notAcceptedYet,
  participantsOf,
  requireSides,
  type Sides,
  sidesFor,
} from './challenges.ts';
import { correctScores, type Match, recordMatch } from './matches.ts';
import { requireRegistered } from './players.ts';
import { requireEqual, type Score, turned } from './scores.ts';
import type { Settings } from './settings.ts';

/** What somebody says of a match. */
export interface Said {
  me: string;
  /** Undefined: my accepted challenge is meant. */
  sides: Sides | undefined;
  /** The points of whoever lost first. */
  scores: Score[];
}

interface At {
  atMs: number;
  settings: Settings;
}

/** A match that was meant: my challenge, or one that nobody has proposed. */
interface Meant {
  sides: Sides;
  challenge: Challenge | undefined;
}

/** Without an opponent and without a challenge, scores correct those of my last loss. @throws UserError */
export function lost(board: Board, said: Said, at: At): { match: Match; isCorrection: boolean } {
  const { me, scores } = said;
  if (!said.sides && !acceptedBy(board, me) && scores.length > 0) {
    return { match: correctScores(board, me, scores, at), isCorrection: true };
  }
  return { match: decided(board, said, at, { isWon: false }), isCorrection: false };
}

/** @throws UserError */
export function won(board: Board, said: Said, at: At): Match {
  return decided(board, said, at, { isWon: true });
}

/** @throws UserError */
export function resigned(board: Board, said: Omit<Said, 'scores'>, at: At): Match {
  return decided(board, { ...said, scores: [] }, at, { isWon: false, isResigned: true });
}

function decided(
  board: Board,
  { me, sides, scores }: Said,
  { atMs, settings }: At,
  { isWon, isResigned = false }: { isWon: boolean; isResigned?: boolean },
): Match {
  const meant = meantBy(board, { me, sides, settings });
  const [winners, losers] = isWon ? [meant.sides.own, meant.sides.others] : [meant.sides.others, meant.sides.own];
  const result = { winners: [...winners], losers: [...losers], isTie: false, isResigned, scores };
  return recordMatch(board, result, { atMs, settings, challenge: meant.challenge });
}

/** The last one to say so records it. @returns the match, or who has not said it yet. @throws UserError */
export function drawn(
  board: Board,
  { me, sides, scores }: Said,
  { atMs, settings }: At,
): Match | { missing: string[] } {
  requireEqual(scores);
  const meant = meantBy(board, { me, sides, settings });
  const challenge = meant.challenge ?? drawnWithoutChallenge(board, meant.sides, atMs);
  const isTurned = challenge.challenged.includes(me);
  const { by, scores: given } = challenge.draw ?? { by: [], scores: [] };
  challenge.state = 'drawing';
  challenge.draw = {
    by: [...new Set([...by, me])],
    scores: scores.length === 0 ? given : isTurned ? turned(scores) : scores,
  };
  const { draw } = challenge;
  const missing = participantsOf(challenge).filter((id) => !draw.by.includes(id));
  if (missing.length > 0) return { missing };
  // In a tie the challengers stand where the losers do, so that scores have a side to be first of.
  const { challengers: losers, challenged: winners } = challenge;
  const result = { winners, losers, isTie: true, isResigned: false, scores: draw.scores };
  return recordMatch(board, result, { atMs, settings, challenge });
}

function drawnWithoutChallenge(board: Board, { own, others }: Sides, atMs: number): Challenge {
  const busy = board.challenges.some((one) => participantsOf(one).some((id) => [...own, ...others].includes(id)));
  if (busy) throw new UserError('One of you is in another challenge: play, decline or cancel that one first.');
  const challenge: Challenge = {
    id: board.nextId++,
    state: 'drawing',
    challengers: [...own],
    challenged: [...others],
    isOpen: false,
    proposedAtMs: atMs,
  };
  board.challenges.push(challenge);
  return challenge;
}

function meantBy(board: Board, { me, sides, settings }: Pick<Said, 'me' | 'sides'> & Pick<At, 'settings'>): Meant {
  const challenge = acceptedBy(board, me);
  if (!sides) {
    if (challenge) return { sides: sidesFor(challenge, me), challenge };
    const hint = 'You have no accepted challenge. Say whom you played against: `lost to @…`, `draw to @…`.';
    throw notAcceptedYet(board, me) ?? new UserError(hint);
  }
  if (challenge && isOf(challenge, sides, me)) return { sides: sidesFor(challenge, me), challenge };
  requireSides(board, sides, settings);
  requireRegistered(board, [...sides.own, ...sides.others]);
  return { sides, challenge: undefined };
}

/** Also when my mates were not named: whom I played against says enough. */
function isOf(challenge: Challenge, { own, others }: Sides, me: string): boolean {
  const real = sidesFor(challenge, me);
  const isSame = (some: readonly string[], all: readonly string[]) => some.toSorted().join() === all.toSorted().join();
  return isSame(others, real.others) && (own.length === 1 || isSame(own, real.own));
}
