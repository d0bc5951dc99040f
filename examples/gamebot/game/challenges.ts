/**
 * Challenges, until they are played. Those that are over are on the board no more:
 *
 *   proposed → accepted → drawing → (played)
 *      │          │          │
 *      │          └──────────┴──→ (played), (canceled)
 *      └→ (declined), (canceled), (expired)
 */
import { UserError } from 'slack-bot-server/commands';
import type { Board } from './board.ts';
import { nameOf, namesOf, requireRegistered } from './players.ts';
import type { Score } from './scores.ts';
import type { Settings } from './settings.ts';

export interface Challenge {
  id: number;
  /** `drawing`: somebody has said that it was a draw, and not everybody has. */
  state: 'proposed' | 'accepted' | 'drawing';
  challengers: string[];
  /** Nobody yet in one to anyone. */
  challenged: string[];
  /** To anyone: whoever takes it is the challenged. */
  isOpen: boolean;
  proposedAtMs: number;
  remindedAtMs?: number;
  /** Who has said that it was a draw, and the last scores that were given with it. */
  draw?: { by: string[]; scores: Score[] };
}

/** Two sides. */
export interface Sides {
  /** Of whoever gives the command, who comes first. */
  own: readonly string[];
  others: readonly string[];
}

interface At {
  atMs: number;
  settings: Settings;
}

export function participantsOf({ challengers, challenged }: Pick<Challenge, 'challengers' | 'challenged'>): string[] {
  return [...challengers, ...challenged];
}

/** @throws UserError where a rule of the board is against it */
export function propose(
  board: Board,
  { own, others, isOpen = false }: Sides & { isOpen?: boolean },
  { atMs, settings }: At,
): Challenge {
  if (isOpen && own.length > 1) throw new UserError('A challenge to anyone is one against one: leave out `with`.');
  if (!isOpen) requireSides(board, { own, others }, settings);
  requireRegistered(board, [...own, ...others]);
  requireFree(board, [...own, ...others]);
  countChallenge(board, own[0] ?? '', { atMs, settings });
  const challenge: Challenge = {
    id: board.nextId++,
    state: 'proposed',
    challengers: [...own],
    challenged: [...others],
    isOpen,
    proposedAtMs: atMs,
  };
  board.challenges.push(challenge);
  board.activeAtMs = atMs;
  return challenge;
}

/** @throws UserError for sides that cannot play each other */
export function requireSides(board: Board, { own, others }: Sides, settings: Pick<Settings, 'unbalanced'>): void {
  const [me = ''] = own;
  if (others.includes(me)) throw new UserError('You cannot play against yourself.');
  const all = [...own, ...others];
  const twice = all.find((id, index) => all.indexOf(id) !== index);
  if (twice !== undefined) throw new UserError(`${nameOf(board, twice)} cannot be there twice.`);
  if (own.length === others.length || settings.unbalanced) return;
  throw new UserError(
    `Sides are equal here, and these are ${own.length} against ${others.length}. Name your mates behind \`with\`; a captain can \`set unbalanced on\`.`,
  );
}

function requireFree(board: Board, ids: readonly string[]): void {
  const busy = ids.find((id) => board.challenges.some((challenge) => participantsOf(challenge).includes(id)));
  if (busy === undefined) return;
  throw new UserError(`${nameOf(board, busy)} is in a challenge already: play, decline or cancel that one first.`);
}

function countChallenge(board: Board, by: string, { atMs, settings }: At): void {
  const day = dayOf(atMs, settings.timezone);
  if (board.today.day !== day) board.today = { day, count: 0, by: {} };
  const { today } = board;
  const { perDay, perUser } = settings;
  const ofUser = today.by[by] ?? 0;
  if (perDay !== null && today.count >= perDay) {
    throw new UserError(`That is all for today: the limit of this board is ${perDay}.`);
  }
  if (perUser !== null && ofUser >= perUser) {
    throw new UserError(`That is all for today: the limit of each player here is ${perUser}.`);
  }
  today.count++;
  today.by[by] = ofUser + 1;
}

/** A day on the clocks of a time zone, as `2026-11-28`. */
export function dayOf(atMs: number, timezone: string): string {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' });
  return format.format(atMs);
}

/** One to anyone becomes one with whoever accepts. @throws UserError */
export function accept(board: Board, me: string): Challenge {
  const challenge = forMe(board, me);
  requireRegistered(board, [me]);
  if (challenge.isOpen) {
    requireFree(board, [me]);
    challenge.challenged = [me];
  }
  challenge.state = 'accepted';
  return challenge;
}

/** @throws UserError */
export function decline(board: Board, me: string): Challenge {
  return close(board, forMe(board, me));
}

/** By either side, also after it was accepted. @throws UserError */
export function cancel(board: Board, me: string): Challenge {
  const challenge = board.challenges.find((one) => participantsOf(one).includes(me));
  if (!challenge) throw new UserError('You are in no challenge.');
  return close(board, challenge);
}

/** One to me, or else the oldest to anyone. */
function forMe(board: Board, me: string): Challenge {
  const proposed = board.challenges.filter(({ state }) => state === 'proposed');
  const found =
    proposed.find(({ challenged }) => challenged.includes(me)) ??
    proposed.find(({ isOpen, challengers }) => isOpen && !challengers.includes(me));
  if (found) return found;
  if (proposed.some(({ challengers }) => challengers.includes(me))) {
    throw new UserError('That is for the other side to say; you can `cancel` it.');
  }
  throw new UserError('Nobody has challenged you.');
}

/** It is over. */
export function close(board: Board, challenge: Challenge): Challenge {
  board.challenges = board.challenges.filter(({ id }) => id !== challenge.id);
  return challenge;
}

/** The one that I play: accepted, or about to be drawn. */
export function acceptedBy(board: Board, me: string): Challenge | undefined {
  return board.challenges.find((one) => one.state !== 'proposed' && participantsOf(one).includes(me));
}

/** Why there is nothing to report: what somebody is in is only proposed. */
export function notAcceptedYet(board: Board, me: string): UserError | undefined {
  const proposed = board.challenges.find((one) => one.state === 'proposed' && participantsOf(one).includes(me));
  return proposed && new UserError(`Nobody has accepted ${describe(board, proposed)} yet: \`accept\` comes first.`);
}

/** The sides of a challenge as one of its players sees them. */
export function sidesFor({ challengers, challenged }: Challenge, me: string): Sides {
  return challengers.includes(me) ? { own: challengers, others: challenged } : { own: challenged, others: challengers };
}

/** `Ann and Bob against Cleo and Dan`. */
export function describe(board: Board, { challengers, challenged }: Challenge): string {
  const others = challenged.length === 0 ? 'anyone' : namesOf(board, challenged);
  return `${namesOf(board, challengers)} against ${others}`;
}
