/**
 * The rules against a model that is too simple to be wrong: it remembers the matches of a season, and works everything out anew from
 * the first one. Four players do at random what players do; after each step the board must say what the model says.
 */

import fc from 'fast-check';
import { UserError } from 'slack-bot-server/commands';
import { expect, it } from 'vitest';
import { rateAdaptiveElo } from '../ratings/elo-adaptive.ts';
import { newRating } from '../ratings/rating.ts';
import { type Board, newBoard } from './board.ts';
import { accept, cancel, decline, participantsOf, propose } from './challenges.ts';
import { undo } from './matches.ts';
import { see } from './players.ts';
import { ranksOf } from './ranks.ts';
import { expire } from './reminders.ts';
import { drawn, lost } from './results.ts';
import type { Score } from './scores.ts';
import { endSeason } from './seasons.ts';
import { settingsDefaults as settings } from './settings.ts';

const CAPTAIN = 'UA';
const PLAYERS = [CAPTAIN, 'UB', 'UC', 'UD'] as const;
type Id = (typeof PLAYERS)[number];

const HOUR_MS = 3_600_000;

interface ModelMatch {
  winner: Id;
  loser: Id;
  isTie: boolean;
  scores: readonly Score[];
  atMs: number;
  /** It came of a challenge of these two. */
  challenged: [Id, Id] | undefined;
}

interface ModelChallenge {
  from: Id;
  /** Undefined: anyone. */
  to: Id | undefined;
  isOpen: boolean;
  state: 'proposed' | 'accepted';
  atMs: number;
  draws: Id[];
}

type Act =
  | { what: 'challenge' | 'lost to' | 'draw to'; by: Id; to: Id }
  | { what: 'challenge anyone' | 'accept' | 'decline' | 'cancel' | 'lost' | 'draw' | 'undo'; by: Id }
  | { what: 'lost with'; by: Id; scores: Score[] }
  | { what: 'look' | 'reset' };

class Model {
  matches: ModelMatch[] = [];
  challenges: ModelChallenge[] = [];
  past = 0;

  /** Whether it may be done; then it is. */
  does(act: Act, nowMs: number): boolean {
    switch (act.what) {
      case 'look':
        this.challenges = this.challenges.filter(
          ({ state, atMs }) => state !== 'proposed' || nowMs - atMs < 8 * HOUR_MS,
        );
        return true;
      case 'reset':
        if (this.matches.length === 0) return false;
        this.matches = [];
        this.past++;
        return true;
      case 'challenge':
        return act.by !== act.to && this.#propose(act.by, act.to, nowMs);
      case 'challenge anyone':
        return this.#propose(act.by, undefined, nowMs);
      case 'accept':
        return this.#accept(act.by);
      case 'decline':
        return this.#drop(this.#forMe(act.by));
      case 'cancel':
        return this.#drop(this.#of(act.by));
      case 'lost to':
        return act.by !== act.to && this.#lost(act.by, act.to, { scores: [], atMs: nowMs });
      case 'lost':
        return this.#lost(act.by, undefined, { scores: [], atMs: nowMs });
      case 'lost with':
        return this.#accepted(act.by)
          ? this.#lost(act.by, undefined, { scores: act.scores, atMs: nowMs })
          : this.#correct(act.by, act.scores, nowMs);
      case 'draw to':
        return act.by !== act.to && this.#draw(act.by, act.to, nowMs);
      case 'draw':
        return this.#draw(act.by, undefined, nowMs);
      case 'undo':
        return this.#undo(act.by, nowMs);
    }
  }

  #of = (id: Id) => this.challenges.find(({ from, to }) => from === id || to === id);
  #accepted = (id: Id) => this.challenges.find((one) => one.state === 'accepted' && (one.from === id || one.to === id));
  #forMe = (id: Id) =>
    this.challenges.find((one) => one.state === 'proposed' && one.to === id) ??
    this.challenges.find((one) => one.state === 'proposed' && one.isOpen && one.from !== id);

  #drop(challenge: ModelChallenge | undefined): boolean {
    this.challenges = this.challenges.filter((one) => one !== challenge);
    return challenge !== undefined;
  }

  #propose(from: Id, to: Id | undefined, atMs: number): boolean {
    if (this.#of(from) || (to && this.#of(to))) return false;
    this.challenges.push({ from, to, isOpen: to === undefined, state: 'proposed', atMs, draws: [] });
    return true;
  }

  #accept(id: Id): boolean {
    const challenge = this.#forMe(id);
    if (!challenge || (challenge.isOpen && this.#of(id))) return false;
    challenge.to = id;
    challenge.state = 'accepted';
    return true;
  }

  /** The challenge and the opponent that somebody means. */
  #meant(by: Id, to: Id | undefined): { other: Id; challenge: ModelChallenge | undefined } | undefined {
    const challenge = this.#accepted(by);
    const other = challenge?.from === by ? challenge.to : challenge?.from;
    if (to === undefined) return challenge && other ? { other, challenge } : undefined;
    return { other: to, challenge: other === to ? challenge : undefined };
  }

  #lost(loser: Id, to: Id | undefined, { scores, atMs }: Pick<ModelMatch, 'scores' | 'atMs'>): boolean {
    const meant = this.#meant(loser, to);
    if (!meant || !isLost(scores)) return false;
    this.#record({ winner: meant.other, loser, isTie: false, scores, atMs }, meant.challenge);
    return true;
  }

  #draw(by: Id, to: Id | undefined, atMs: number): boolean {
    const meant = this.#meant(by, to);
    if (!meant) return false;
    let { challenge } = meant;
    if (!challenge) {
      if (this.#of(by) || this.#of(meant.other)) return false;
      challenge = { from: by, to: meant.other, isOpen: false, state: 'accepted', atMs, draws: [] };
      this.challenges.push(challenge);
    }
    challenge.draws = [...new Set([...challenge.draws, by])];
    const { from, to: second } = challenge;
    if (challenge.draws.length === 2 && second) {
      this.#record({ winner: second, loser: from, isTie: true, scores: [], atMs }, challenge);
    }
    return true;
  }

  #record(match: Omit<ModelMatch, 'challenged'>, challenge: ModelChallenge | undefined): void {
    this.matches.push({ ...match, challenged: challenge?.to && [challenge.from, challenge.to] });
    this.#drop(challenge);
  }

  /** The match that somebody may still change: their last one, while nobody of it has played again. */
  #changeable(by: Id, nowMs: number, { isCaptain }: { isCaptain: boolean }): ModelMatch | undefined {
    const isIn = ({ winner, loser }: ModelMatch, id: Id) => winner === id || loser === id;
    const at = isCaptain ? this.matches.length - 1 : this.matches.findLastIndex((match) => isIn(match, by));
    const match = this.matches[at];
    if (!match || (!isCaptain && nowMs - match.atMs > HOUR_MS)) return undefined;
    const since = this.matches.slice(at + 1);
    return since.some((one) => isIn(one, match.winner) || isIn(one, match.loser)) ? undefined : match;
  }

  #undo(by: Id, nowMs: number): boolean {
    const match = this.#changeable(by, nowMs, { isCaptain: by === CAPTAIN });
    if (!match) return false;
    this.matches = this.matches.filter((one) => one !== match);
    if (match.challenged && !match.challenged.some((id) => this.#of(id))) {
      const [from, to] = match.challenged;
      this.challenges.push({ from, to, isOpen: false, state: 'accepted', atMs: match.atMs, draws: [] });
    }
    return true;
  }

  #correct(by: Id, scores: readonly Score[], nowMs: number): boolean {
    const match = this.#changeable(by, nowMs, { isCaptain: false });
    if (!match || match.isTie || match.loser !== by || !isLost(scores)) return false;
    match.scores = scores;
    return true;
  }

  /** Everybody, worked out from the first match on. */
  standings(): Record<Id, Summary> {
    const table = Object.fromEntries(PLAYERS.map((id) => [id, { ...unplayed }])) as Record<Id, Summary>;
    for (const { winner, loser, isTie, scores } of this.matches) {
      const [best, worst] = [table[winner], table[loser]];
      const points = scores.length > 0 ? { losers: sum(scores, 0), winners: sum(scores, 1) } : undefined;
      const match = { winners: [best.rating], losers: [worst.rating], isTie, points };
      const rated = rateAdaptiveElo(match, settings);
      best.rating = rated.winners[0] ?? best.rating;
      worst.rating = rated.losers[0] ?? worst.rating;
      for (const [one, by] of [
        [best, 1],
        [worst, -1],
      ] as const) {
        if (isTie) one.ties++;
        else if (by > 0) one.wins++;
        else one.losses++;
        one.streak = isTie ? 0 : one.streak * by > 0 ? one.streak + by : by;
      }
    }
    return table;
  }
}

type Summary = Pick<Board['players'][string]['standing'], 'rating' | 'wins' | 'losses' | 'ties' | 'streak'>;
const unplayed: Summary = { rating: newRating, wins: 0, losses: 0, ties: 0, streak: 0 };

const sum = (scores: readonly Score[], at: 0 | 1) => scores.reduce((total, points) => total + points[at], 0);
const isLost = (scores: readonly Score[]) =>
  scores.length === 0 || scores.filter(([a, b]) => a < b).length > scores.length / 2;

/** What the commands do. @throws UserError */
function doOn(board: Board, act: Act, atMs: number): unknown {
  const at = { atMs, settings };
  switch (act.what) {
    case 'look':
      return expire(board, atMs, settings);
    case 'reset':
      return endSeason(board, atMs);
    case 'challenge':
      return propose(board, { own: [act.by], others: [act.to] }, at);
    case 'challenge anyone':
      return propose(board, { own: [act.by], others: [], isOpen: true }, at);
    case 'accept':
      return accept(board, act.by);
    case 'decline':
      return decline(board, act.by);
    case 'cancel':
      return cancel(board, act.by);
    case 'lost to':
      return lost(board, { me: act.by, sides: { own: [act.by], others: [act.to] }, scores: [] }, at);
    case 'lost':
      return lost(board, { me: act.by, sides: undefined, scores: [] }, at);
    case 'lost with':
      return lost(board, { me: act.by, sides: undefined, scores: act.scores }, at);
    case 'draw to':
      return drawn(board, { me: act.by, sides: { own: [act.by], others: [act.to] }, scores: [] }, at);
    case 'draw':
      return drawn(board, { me: act.by, sides: undefined, scores: [] }, at);
    case 'undo':
      return undo(board, act.by, atMs);
  }
}

const player = fc.constantFrom(...PLAYERS);
const scores = fc.array(fc.tuple(fc.nat(21), fc.nat(21)), { minLength: 1, maxLength: 3 });
const two = (what: 'challenge' | 'lost to' | 'draw to') =>
  fc.record({ what: fc.constant(what), by: player, to: player });
const one = (what: 'challenge anyone' | 'accept' | 'decline' | 'cancel' | 'lost' | 'draw' | 'undo') =>
  fc.record({ what: fc.constant(what), by: player });
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: two('challenge') },
  { weight: 3, arbitrary: two('lost to') },
  two('draw to'),
  one('challenge anyone'),
  { weight: 4, arbitrary: one('accept') },
  one('decline'),
  one('cancel'),
  { weight: 3, arbitrary: one('lost') },
  { weight: 2, arbitrary: one('draw') },
  { weight: 3, arbitrary: one('undo') },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('lost with' as const), by: player, scores }) },
  fc.constant({ what: 'look' } as const),
  fc.constant({ what: 'reset' } as const),
);
/** What people do who mean it: a challenge that is accepted and played, and perhaps taken back. */
const played: fc.Arbitrary<Act[]> = fc
  .record({
    players: fc.shuffledSubarray([...PLAYERS], { minLength: 2, maxLength: 2 }) as fc.Arbitrary<[Id, Id]>,
    ending: fc.constantFrom('lost', 'lost with', 'draw', 'undo', 'correct'),
    scores,
  })
  .map(({ players: [by, to], ending, scores: given }) => {
    const accepted: Act[] = [
      { what: 'challenge', by, to },
      { what: 'accept', by: to },
    ];
    const loss: Act = { what: 'lost', by: to };
    switch (ending) {
      case 'lost with':
        return [...accepted, { what: 'lost with', by: to, scores: given }];
      case 'draw':
        return [...accepted, { what: 'draw', by }, { what: 'draw', by: to }];
      case 'undo':
        return [...accepted, loss, { what: 'undo', by: to }];
      case 'correct':
        return [...accepted, loss, { what: 'lost with', by: to, scores: given }];
      case 'lost':
        return [...accepted, loss];
    }
  });
const flow = fc.oneof({ weight: 3, arbitrary: act.map((one) => [one]) }, { weight: 2, arbitrary: played });
/** Mostly within an hour of one another. */
const steps = fc.array(fc.record({ acts: flow, waitMs: fc.oneof(fc.nat(20 * 60_000), fc.nat(90 * 60_000)) }), {
  minLength: 4,
  maxLength: 12,
});

it('challenges, matches, corrections, undo and seasons do what the matches of the season say', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const model = new Model();
      let board = newBoard({ atMs: 0, pictureKey: 'key' });
      for (const id of PLAYERS) see(board, { id, name: id });
      let nowMs = 0;
      for (const { acts, waitMs } of all) {
        nowMs += waitMs;
        for (const doing of acts) {
          // As it is stored: what a refused command has changed is thrown away.
          const next = JSON.parse(JSON.stringify(board)) as Board;
          const isDone = isAllowed(() => doOn(next, doing, nowMs));
          expect([doing, isDone]).toEqual([doing, model.does(doing, nowMs)]);
          if (isDone) board = next;
          compare(board, model);
        }
      }
    }),
    { numRuns: 150 },
  );
});

function isAllowed(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

function compare(board: Board, model: Model): void {
  const expected = model.standings();
  for (const id of PLAYERS) expect(board.players[id]?.standing).toMatchObject(expected[id]);
  expect(board.season.matches).toBe(model.matches.length);
  expect(
    Object.values(board.season.pairs)
      .flat()
      .reduce((total, n) => total + n, 0),
  ).toBe(model.matches.length);
  expect(board.pastSeasons).toHaveLength(Math.min(model.past, 10));
  const open = model.challenges.map(
    ({ from, to, state, draws }) => `${from}-${to ?? 'anyone'} ${draws.length > 0 ? 'drawing' : state}`,
  );
  const shown = board.challenges.map((it) => `${it.challengers[0]}-${it.challenged[0] ?? 'anyone'} ${it.state}`);
  expect(shown.toSorted()).toEqual(open.toSorted());
  const busy = board.challenges.flatMap(participantsOf);
  expect(busy).toHaveLength(new Set(busy).size);
  const ratings = ranksOf(board).map(({ player: { standing } }) => standing.rating.points);
  expect(ratings).toEqual(ratings.toSorted((a, b) => b - a));
}
