/**
 * A board: one channel's players, open challenges, season, and what was played last. It is one JSON document, so that whatever a
 * command changes is changed at once or not at all, on however many servers. The rules beside this file change it in place: they get
 * a copy that nobody else has, and when they throw, nothing of it is written.
 */
import type { Algorithm } from '../ratings/algorithms.ts';
import type { Challenge } from './challenges.ts';
import type { Match } from './matches.ts';
import type { Player } from './players.ts';
import type { PastSeason } from './seasons.ts';

export interface Board {
  /** False while the bot is not in the channel. */
  isEnabled: boolean;
  createdAtMs: number;
  /** Of the last challenge or match. */
  activeAtMs: number;
  /** By their Slack ids, in the order in which they were first seen. */
  players: Record<string, Player>;
  /** Those that are neither played nor over, oldest first. */
  challenges: Challenge[];
  /** Challenges of the day, for the limits. */
  today: { day: string; count: number; by: Record<string, number> };
  season: Season;
  /** The newest last; see MOST_PAST_SEASONS. */
  pastSeasons: PastSeason[];
  /** Of this season, the newest last: what can be taken back. See MOST_LAST_MATCHES. */
  lastMatches: Match[];
  /** Numbers challenges and matches. */
  nextId: number;
  /** Part of the address of its pictures: only who was shown one can ask for it. */
  pictureKey: string;
}

export interface Season {
  number: number;
  startedAtMs: number;
  matches: number;
  /** Set by the first match: from then on it stays for the season. */
  algorithm?: Algorithm;
  /** By two sides, `U1+U2|U3`: how often the first, the second, and neither has won. */
  pairs: Record<string, [number, number, number]>;
}

export function newBoard({ atMs, pictureKey }: { atMs: number; pictureKey: string }): Board {
  return {
    isEnabled: true,
    createdAtMs: atMs,
    activeAtMs: atMs,
    players: {},
    challenges: [],
    today: { day: '', count: 0, by: {} },
    season: newSeason(1, atMs),
    pastSeasons: [],
    lastMatches: [],
    nextId: 1,
    pictureKey,
  };
}

export function newSeason(number: number, startedAtMs: number): Season {
  return { number, startedAtMs, matches: 0, pairs: {} };
}
