/**
 * The rules against a model that is too simple to be wrong: it remembers the matches of a season, and works everything out anew from
 * the first one. Four players do at random what players do; after each step the board must say what the model says.
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { UserError } from 'slack-bot-server/commands';
import { expect, it } from 'vitest';
import { rateAdaptiveElo } from '../ratings/elo-adaptive.ts';
import { newRating, type Rating } from '../ratings/rating.ts';
import { type Board, newBoard } from './board.ts';
import { accept, cancel, decline, propose } from './challenges.ts';
import { undo } from './matches.ts';
import { register, see, unregister } from './players.ts';
import { ranksOf } from './ranks.ts';
import { expire } from './reminders.ts';
import { drawn, lost, resigned, won } from './results.ts';
import type { Score } from './scores.ts';
import { endSeason } from './seasons.ts';
import { settingsDefaults as settings } from './settings.ts';

const CAPTAIN = 'UA';
const PLAYERS = [CAPTAIN, 'UB', 'UC', 'UD'] as const;
type Id = (typeof PLAYERS)[number];

const HOUR_MS = 3_600_000;
const NO_SCORES: readonly Score[] = [];

interface ModelMatch {
  winner: Id;
  loser: Id;
  isTie: boolean;
  isResigned: boolean;
  scores: readonly Score[];
  atMs: number;
  /** It came of this one. */
  challenge: ModelChallenge | undefined;
}

interface ModelChallenge {
  /** In the order in which they were proposed. */
  order: number;
  from: Id;
  /** Undefined: anyone. */
  to: Id | undefined;
  state: 'proposed' | 'accepted';
  atMs: number;
  draws: Id[];
  /** Those of `from` first. */
  drawScores: readonly Score[];
}

interface ModelSeason {
  number: number;
  startedAtMs: number;
}

type Act =
  | { what: 'challenge'; by: Id; to: Id }
  | { what: 'challenge anyone' | 'accept' | 'decline' | 'cancel' | 'undo' | 'leave' | 'return'; by: Id }
  | { what: 'lost' | 'won' | 'resigned' | 'draw'; by: Id; to?: Id; scores?: readonly Score[] }
  | { what: 'look' | 'reset' };

/** What was played, as its loser or its winner tells it. */
type Told = Pick<ModelMatch, 'isResigned' | 'scores' | 'atMs'> & { isWon: boolean };

class Model {
  matches: ModelMatch[] = [];
  /** The last twenty: only they can be taken back. */
  kept: ModelMatch[] = [];
  challenges: ModelChallenge[] = [];
  season: ModelSeason = { number: 1, startedAtMs: 0 };
  past: object[] = [];
  activeAtMs = 0;
  readonly away = new Set<Id>();
  #order = 0;

  /** Whether it may be done; then it is. */
  does(act: Act, nowMs: number): boolean {
    switch (act.what) {
      case 'look':
        this.challenges = this.challenges.filter(
          ({ state, atMs }) => state !== 'proposed' || nowMs - atMs < 8 * HOUR_MS,
        );
        return true;
      case 'reset':
        return this.#reset(nowMs);
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
      case 'lost':
      case 'won':
      case 'resigned':
        return this.#tell(act, nowMs);
      case 'draw':
        return act.by !== act.to && this.#draw(act, nowMs);
      case 'undo':
        return this.#undo(act.by, nowMs);
      case 'leave':
        return this.#leave(act.by);
      case 'return':
        this.away.delete(act.by);
        return true;
    }
  }

  #of = (id: Id) => this.challenges.find(({ from, to }) => from === id || to === id);
  #accepted = (id: Id) => this.challenges.find((one) => one.state === 'accepted' && (one.from === id || one.to === id));
  #forMe = (id: Id) =>
    this.challenges.find((one) => one.state === 'proposed' && one.to === id) ??
    this.challenges.find((one) => one.state === 'proposed' && one.to === undefined && one.from !== id);
  #isAway = (...ids: (Id | undefined)[]) => ids.some((id) => id !== undefined && this.away.has(id));

  #leave(id: Id): boolean {
    if (this.away.has(id)) return true;
    if (id === CAPTAIN || this.#of(id)) return false;
    this.away.add(id);
    return true;
  }

  #drop(challenge: ModelChallenge | undefined): boolean {
    this.challenges = this.challenges.filter((one) => one !== challenge);
    return challenge !== undefined;
  }

  #propose(from: Id, to: Id | undefined, atMs: number): boolean {
    if (this.#of(from) || (to && this.#of(to)) || this.#isAway(from, to)) return false;
    this.#challenge({ from, to, state: 'proposed', atMs });
    this.activeAtMs = atMs;
    return true;
  }

  #challenge(facts: Pick<ModelChallenge, 'from' | 'to' | 'state' | 'atMs'>): ModelChallenge {
    const challenge = { ...facts, order: this.#order++, draws: [], drawScores: NO_SCORES };
    this.challenges.push(challenge);
    return challenge;
  }

  #accept(id: Id): boolean {
    const challenge = this.#forMe(id);
    if (!challenge || this.#isAway(id) || (challenge.to === undefined && this.#of(id))) return false;
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

  #tell({ what, by, to, scores = NO_SCORES }: Extract<Act, { scores?: unknown }>, atMs: number): boolean {
    if (by === to) return false;
    if (what === 'lost' && to === undefined && scores.length > 0 && !this.#accepted(by)) {
      return this.#correct(by, scores, atMs);
    }
    const isResigned = what === 'resigned';
    return this.#ended(by, to, { isWon: what === 'won', isResigned, scores: isResigned ? NO_SCORES : scores, atMs });
  }

  #ended(by: Id, to: Id | undefined, { isWon, ...told }: Told): boolean {
    const meant = this.#meant(by, to);
    if (!meant || !isLost(told.scores) || this.#isAway(by, meant.other)) return false;
    const [winner, loser] = isWon ? [by, meant.other] : [meant.other, by];
    this.#record({ winner, loser, isTie: false, ...told, challenge: meant.challenge });
    return true;
  }

  #draw({ by, to, scores = NO_SCORES }: Extract<Act, { scores?: unknown }>, atMs: number): boolean {
    const meant = this.#meant(by, to);
    if (!meant || sum(scores, 0) !== sum(scores, 1)) return false;
    if (!meant.challenge && (this.#isAway(by, meant.other) || this.#of(by) || this.#of(meant.other))) return false;
    const before = meant.challenge;
    const said = [...new Set([...(before?.draws ?? []), by])];
    if (said.length === 2 && this.#isAway(by, meant.other)) return false;
    const challenge = before ?? this.#challenge({ from: by, to: meant.other, state: 'accepted', atMs });
    challenge.draws = said;
    if (scores.length > 0) challenge.drawScores = challenge.from === by ? scores : scores.map(([a, b]) => [b, a]);
    const { from, to: second, drawScores } = challenge;
    if (said.length === 2 && second) {
      const facts = { isTie: true, isResigned: false, scores: drawScores, atMs, challenge };
      this.#record({ winner: second, loser: from, ...facts });
    }
    return true;
  }

  #record(match: ModelMatch): void {
    this.matches.push(match);
    this.kept = [...this.kept, match].slice(-20);
    this.activeAtMs = match.atMs;
    this.#drop(match.challenge);
  }

  /** The match that somebody may still change: their last one, while nobody of it has played again. */
  #changeable(by: Id, nowMs: number, { isCaptain }: { isCaptain: boolean }): ModelMatch | undefined {
    const isIn = ({ winner, loser }: ModelMatch, id: Id) => winner === id || loser === id;
    const at = isCaptain ? this.kept.length - 1 : this.kept.findLastIndex((match) => isIn(match, by));
    const match = this.kept[at];
    if (!match || (!isCaptain && nowMs - match.atMs > HOUR_MS)) return undefined;
    const since = this.kept.slice(at + 1);
    return since.some((one) => isIn(one, match.winner) || isIn(one, match.loser)) ? undefined : match;
  }

  #undo(by: Id, nowMs: number): boolean {
    const match = this.#changeable(by, nowMs, { isCaptain: by === CAPTAIN });
    if (!match) return false;
    this.matches = this.matches.filter((one) => one !== match);
    this.kept = this.kept.filter((one) => one !== match);
    const { challenge } = match;
    if (challenge && !this.#of(challenge.from) && challenge.to && !this.#of(challenge.to)) {
      const again: ModelChallenge = { ...challenge, state: 'accepted', draws: [], drawScores: NO_SCORES };
      this.challenges = [...this.challenges, again].sort((a, b) => a.order - b.order);
    }
    return true;
  }

  #correct(by: Id, scores: readonly Score[], nowMs: number): boolean {
    const match = this.#changeable(by, nowMs, { isCaptain: false });
    if (!match || match.isTie || match.loser !== by || !isLost(scores) || this.#isAway(by, match.winner)) return false;
    Object.assign(match, { scores, isResigned: false });
    return true;
  }

  #reset(nowMs: number): boolean {
    if (this.matches.length === 0) return false;
    const ranks = this.ranks().map(({ rank, id }) => ({ rank, id, ...this.standings()[id].counts }));
    this.past = [...this.past, { ...this.season, endedAtMs: nowMs, matches: this.matches.length, ranks }].slice(-10);
    this.season = { number: this.season.number + 1, startedAtMs: nowMs };
    this.matches = [];
    this.kept = [];
    return true;
  }

  /** Everybody, worked out from the first match on. */
  standings(): Record<Id, Summary> {
    const table = Object.fromEntries(PLAYERS.map((id) => [id, unplayed()])) as Record<Id, Summary>;
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
        if (isTie) one.counts.ties++;
        else if (by > 0) one.counts.wins++;
        else one.counts.losses++;
        one.streak = isTie ? 0 : one.streak * by > 0 ? one.streak + by : by;
        one.history.push(one.rating.points);
      }
    }
    return table;
  }

  /** Who has played and is there: the more points, then wins, then fewer losses, then ties. */
  ranks(): { rank: number; id: Id }[] {
    const table = this.standings();
    const better = ({ rating, counts }: Summary, other: Summary) =>
      other.rating.points - rating.points ||
      other.counts.wins - counts.wins ||
      counts.losses - other.counts.losses ||
      other.counts.ties - counts.ties;
    const ids = PLAYERS.filter((id) => !this.away.has(id) && table[id].history.length > 0);
    const sorted = ids.toSorted((a, b) => better(table[a], table[b]));
    const isNew = sorted.map((id, at) => at === 0 || better(table[sorted[at - 1] as Id], table[id]) !== 0);
    return sorted.map((id, at) => ({ rank: isNew.slice(0, at + 1).filter(Boolean).length, id }));
  }

  /** Of each pair in the order of their ids: how often the first, the second, and neither has won. */
  pairs(): Record<string, number[]> {
    const table: Record<string, number[]> = {};
    for (const { winner, loser, isTie } of this.matches) {
      const key = [winner, loser].toSorted().join('|');
      const totals = (table[key] ??= [0, 0, 0]);
      const at = isTie ? 2 : key.startsWith(winner) ? 0 : 1;
      totals[at] = (totals[at] ?? 0) + 1;
    }
    return table;
  }
}

interface Summary {
  rating: Rating;
  counts: { wins: number; losses: number; ties: number };
  streak: number;
  history: number[];
}

function unplayed(): Summary {
  return { rating: newRating, counts: { wins: 0, losses: 0, ties: 0 }, streak: 0, history: [] };
}

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
    case 'undo':
      return undo(board, act.by, atMs);
    case 'leave':
      return unregister(board, act.by);
    case 'return':
      return register(board, act.by);
    case 'lost':
      return lost(board, saidIn(act), at);
    case 'won':
      return won(board, saidIn(act), at);
    case 'resigned':
      return resigned(board, saidIn(act), at);
    case 'draw':
      return drawn(board, saidIn(act), at);
  }
}

function saidIn({ by, to, scores = NO_SCORES }: Extract<Act, { scores?: unknown }>) {
  return { me: by, sides: to && { own: [by], others: [to] }, scores: [...scores] };
}

const player = fc.constantFrom(...PLAYERS);
const scores: fc.Arbitrary<readonly Score[]> = fc.oneof(
  fc.array(fc.tuple(fc.nat(21), fc.nat(21)), { minLength: 1, maxLength: 3 }),
  // Those of a draw, and of a loss.
  fc.constantFrom<readonly Score[]>(
    [[2, 2]],
    [
      [1, 3],
      [3, 1],
    ],
    [[15, 21]],
    [
      [0, 21],
      [21, 3],
      [4, 5],
    ],
  ),
);
const alone = (...what: Extract<Act, { by: Id; to?: never }>['what'][]) =>
  fc.record({ what: fc.constantFrom(...what), by: player });
const told = fc.record(
  { what: fc.constantFrom('lost', 'lost', 'won', 'resigned', 'draw', 'draw'), by: player, to: player, scores },
  { requiredKeys: ['what', 'by'] },
);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ what: fc.constant('challenge' as const), by: player, to: player }) },
  { weight: 9, arbitrary: told },
  { weight: 7, arbitrary: alone('accept', 'accept', 'decline', 'cancel', 'challenge anyone') },
  { weight: 4, arbitrary: alone('undo') },
  { weight: 2, arbitrary: alone('leave', 'return') },
  { weight: 2, arbitrary: fc.constantFrom({ what: 'look' } as const, { what: 'reset' } as const) },
);
/** What people do who mean it: a challenge that is accepted and played, and perhaps taken back. */
const played: fc.Arbitrary<Act[]> = fc
  .record({
    players: fc.shuffledSubarray([...PLAYERS], { minLength: 2, maxLength: 2 }) as fc.Arbitrary<[Id, Id]>,
    isOpen: fc.boolean(),
    ending: fc.constantFrom('lost', 'draw', 'draw and lost', 'undo', 'correct', 'resigned and corrected'),
    scores,
  })
  .map(({ players: [by, to], isOpen, ending, scores: given }) => {
    const accepted: Act[] = [
      isOpen ? { what: 'challenge anyone', by } : { what: 'challenge', by, to },
      { what: 'accept', by: to },
    ];
    const endings: Record<typeof ending, Act[]> = {
      lost: [{ what: 'lost', by: to, scores: given }],
      draw: [
        { what: 'draw', by, scores: given },
        { what: 'draw', by },
        { what: 'draw', by: to },
        { what: 'undo', by },
      ],
      // Who drew has nothing to correct.
      'draw and lost': [
        { what: 'draw', by },
        { what: 'draw', by: to },
        { what: 'lost', by, scores: [[15, 21]] },
      ],
      undo: [
        { what: 'lost', by: to },
        { what: 'undo', by: to },
      ],
      correct: [
        { what: 'lost', by: to },
        { what: 'lost', by: to, scores: given },
        { what: 'undo', by },
      ],
      'resigned and corrected': [
        { what: 'resigned', by: to },
        { what: 'lost', by: to, scores: given },
      ],
    };
    return [...accepted, ...endings[ending]];
  });
const flow = fc.oneof({ weight: 3, arbitrary: act.map((one) => [one]) }, { weight: 2, arbitrary: played });
/** Mostly within an hour of one another, and sometimes exactly an hour, or eight, later. */
const waitMs = fc.oneof(
  { weight: 6, arbitrary: fc.nat(10 * 60_000) },
  { weight: 2, arbitrary: fc.nat(90 * 60_000) },
  fc.constantFrom(HOUR_MS, 8 * HOUR_MS),
);
const steps = fc.array(fc.record({ acts: flow, waitMs }), { minLength: 4, maxLength: 20 });

it('challenges, matches, corrections, undo and seasons do what the matches of the season say', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const model = new Model();
      let board = newBoard({ atMs: 0, pictureKey: 'key' });
      for (const id of PLAYERS) see(board, { id, name: id, namedAtMs: 0 });
      let nowMs = 0;
      for (const { acts, waitMs } of all) {
        nowMs += waitMs;
        for (const doing of acts) {
          // As it is stored: what a refused command has changed is thrown away.
          const next = JSON.parse(JSON.stringify(board)) as Board;
          const isDone = isAllowed(() => doOn(next, doing, nowMs));
          const mayBe = model.does(doing, nowMs);
          if (isDone !== mayBe) expect({ doing, isDone }).toEqual({ doing, isDone: mayBe });
          if (isDone) board = next;
          compare(board, model);
        }
      }
    }),
    { numRuns: 600 },
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
  const [shown, expected] = [seenOn(board), seenIn(model)];
  // Much faster than `expect`, which says what differs.
  if (!isDeepStrictEqual(shown, expected)) expect(shown).toEqual(expected);
}

/** All that a board has to say. */
function seenOn(board: Board): object {
  return {
    standings: PLAYERS.map((id) => {
      const { rating, wins, losses, ties, streak, history } = board.players[id]?.standing ?? ({} as never);
      return { rating, counts: { wins, losses, ties }, streak, history };
    }),
    away: PLAYERS.filter((id) => !board.players[id]?.isRegistered),
    ranks: ranksOf(board).map(({ rank, player: { id } }) => ({ rank, id })),
    challenges: board.challenges.map(({ challengers, challenged, state, draw, proposedAtMs }) => ({
      sides: [challengers[0], challenged[0]],
      state,
      by: draw?.by ?? [],
      scores: draw?.scores ?? [],
      proposedAtMs,
    })),
    lastMatches: board.lastMatches.map(({ winners, losers, isTie, isResigned, scores, playedAtMs, challenge }) => ({
      sides: [winners[0], losers[0], isTie, isResigned, challenge?.challengers[0]],
      scores,
      playedAtMs,
    })),
    pairs: { ...board.season.pairs },
    season: [board.season.number, board.season.startedAtMs, board.season.matches, board.season.algorithm],
    past: board.pastSeasons.map(({ ranks, ...past }) => ({
      ...past,
      ranks: ranks.map(({ rank, id, wins, losses, ties }) => ({ rank, id, wins, losses, ties })),
    })),
    activeAtMs: board.activeAtMs,
  };
}

function seenIn(model: Model): object {
  const { matches, season } = model;
  const standings = model.standings();
  return {
    standings: PLAYERS.map((id) => ({ ...standings[id], history: standings[id].history.slice(-30) })),
    away: PLAYERS.filter((id) => model.away.has(id)),
    ranks: model.ranks(),
    challenges: model.challenges.map(({ from, to, state, draws, drawScores, atMs }) => ({
      sides: [from, to],
      state: draws.length > 0 ? 'drawing' : state,
      by: draws,
      scores: drawScores,
      proposedAtMs: atMs,
    })),
    lastMatches: model.kept.map(({ winner, loser, isTie, isResigned, scores: given, atMs, challenge }) => ({
      sides: [winner, loser, isTie, isResigned, challenge?.from],
      scores: given,
      playedAtMs: atMs,
    })),
    pairs: model.pairs(),
    season: [season.number, season.startedAtMs, matches.length, matches.length > 0 ? 'adaptive' : undefined],
    past: model.past,
    activeAtMs: model.activeAtMs,
  };
}
