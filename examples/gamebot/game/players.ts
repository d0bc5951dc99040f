/** The people of a board: who is registered, who is captain, and how they stand in the season. */
import { escapeText, UserError } from 'slack-bot-server/commands';
import { newRating, type Rating } from '../ratings/rating.ts';
import type { Board } from './board.ts';

export interface Player {
  id: string;
  /** As Slack shows them. */
  name: string;
  /** When Slack was asked last. */
  namedAtMs?: number;
  /** What the channel calls them. */
  nickname?: string;
  isRegistered: boolean;
  isCaptain: boolean;
  standing: Standing;
}

/** What a season is made of. A match changes it, and nothing else does. */
export interface Standing {
  rating: Rating;
  wins: number;
  losses: number;
  ties: number;
  /** Above 0: so many wins in a row; below: losses. */
  streak: number;
  /** Points after each of the last matches, the newest last; see MOST_HISTORY. */
  history: number[];
}

/** Somebody who was seen. */
export interface Person {
  id: string;
  name: string;
  /** When Slack said that they are called so. */
  namedAtMs: number;
}

/** After so long a name is asked for again, in milliseconds: Slack may have told of a new one while no server ran. */
const NAME_STAYS_MS = 24 * 3_600_000;

/**
 * Players of one board. A document has at most 256 KiB: a player takes some 500 bytes of it, and the rest of the board less than
 * 50 KiB.
 */
const MOST_PLAYERS = 350;

export const newStanding: Standing = { rating: newRating, wins: 0, losses: 0, ties: 0, streak: 0, history: [] };

/** Somebody gave a command or was named in one. The first one on a board is its captain. */
export function see(board: Board, person: Person): Player {
  const known = rename(board, person);
  if (known) return known;
  const { id, name, namedAtMs } = person;
  const count = Object.keys(board.players).length;
  if (count >= MOST_PLAYERS) throw new UserError(`This board is full: it takes ${MOST_PLAYERS} players.`);
  const player: Player = {
    id,
    name,
    namedAtMs,
    isRegistered: true,
    isCaptain: count === 0,
    standing: structuredClone(newStanding),
  };
  board.players[id] = player;
  return player;
}

/** Somebody has another name in Slack by now. A nickname stays. @returns undefined for whoever was never seen here */
export function rename(board: Board, { id, name, namedAtMs }: Person): Player | undefined {
  const player = board.players[id];
  if (player) Object.assign(player, { name, namedAtMs });
  return player;
}

/** Whether Slack is to be asked again what they are called. */
export function isNameDue({ namedAtMs = Number.NEGATIVE_INFINITY }: Player, atMs: number): boolean {
  return atMs - namedAtMs >= NAME_STAYS_MS;
}

/** @throws Error for somebody who was never seen: the commands see to that */
export function playerOf(board: Board, id: string): Player {
  const player = board.players[id];
  if (!player) throw new Error(`Nobody has seen ${id} on this board`);
  return player;
}

/** A player's name as it can be shown: people choose their names, and a bot must not repeat marks of Slack that they wrote. */
export function nameOf(board: Board, id: string): string {
  const { nickname, name } = playerOf(board, id);
  return escapeText(nickname ?? name);
}

/** `Ann`, `Ann and Bob`, `Ann, Bob and Cleo`. */
export function namesOf(board: Board, ids: readonly string[]): string {
  return listed(ids.map((id) => nameOf(board, id)));
}

export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${last}` : last;
}

export function captainsOf(board: Board): Player[] {
  return Object.values(board.players).filter(({ isCaptain }) => isCaptain);
}

/** @throws UserError */
export function requireCaptain(board: Board, id: string): void {
  if (playerOf(board, id).isCaptain) return;
  throw new UserError(`Only captains may do that: ${listed(captainsOf(board).map((one) => nameOf(board, one.id)))}.`);
}

/** @throws UserError for somebody who has left the board */
export function requireRegistered(board: Board, ids: readonly string[]): void {
  for (const id of ids) {
    if (playerOf(board, id).isRegistered) continue;
    throw new UserError(`${nameOf(board, id)} has left this board; \`register\` brings them back.`);
  }
}

/** @returns whether they were away */
export function register(board: Board, id: string): boolean {
  const player = playerOf(board, id);
  const wasAway = !player.isRegistered;
  player.isRegistered = true;
  return wasAway;
}

/** Their standing stays for when they come back. @returns whether they were there. @throws UserError */
export function unregister(board: Board, id: string): boolean {
  const player = playerOf(board, id);
  if (!player.isRegistered) return false;
  if (board.challenges.some(({ challengers, challenged }) => [...challengers, ...challenged].includes(id))) {
    throw new UserError(`${nameOf(board, id)} is in an open challenge: play, decline or cancel it first.`);
  }
  requireAnotherCaptain(board, id);
  player.isRegistered = false;
  player.isCaptain = false;
  return true;
}

/** @returns whether they were none */
export function promote(board: Board, id: string): boolean {
  requireRegistered(board, [id]);
  const player = playerOf(board, id);
  const wasNone = !player.isCaptain;
  player.isCaptain = true;
  return wasNone;
}

/** @throws UserError for the last one */
export function demote(board: Board, id: string): void {
  requireAnotherCaptain(board, id);
  playerOf(board, id).isCaptain = false;
}

function requireAnotherCaptain(board: Board, id: string): void {
  if (!playerOf(board, id).isCaptain || captainsOf(board).length > 1) return;
  throw new UserError(`${nameOf(board, id)} is the only captain: \`promote\` somebody else first.`);
}
