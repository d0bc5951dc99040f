/** Scores of a match: points by set, the loser's first. */
import { escapeText, UserError } from 'slack-bot-server/commands';

/** One set: the points of the side that lost the match, and of the one that won it. */
export type Score = readonly [losers: number, winners: number];

/** How clear a result was. */
export type Margin = 'unscored' | 'tie' | 'narrow' | 'normal' | 'heavy' | 'humiliating';

const MOST_SETS = 20;
const SCORE = /^(\d{1,5})[:-](\d{1,5})$/;

/** Reads `15:21 12-21`; no scores are no sets. @throws UserError */
export function parseScores(text: string): Score[] {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '');
  if (words.length > MOST_SETS) throw new UserError(`That are ${words.length} sets; I take ${MOST_SETS}.`);
  return words.map((word) => {
    const [, first, second] = SCORE.exec(word) ?? [];
    if (first === undefined || second === undefined) {
      throw new UserError(
        `“${escapeText(word)}” is neither a score nor somebody whom you mention. Scores look like \`15:21 12:21\`.`,
      );
    }
    return [Number(first), Number(second)];
  });
}

/** With the other side first. */
export function turned(scores: readonly Score[]): Score[] {
  return scores.map(([losers, winners]) => [winners, losers]);
}

/** Whether those who come first have lost more than half of the sets. */
export function isLosersFirst(scores: readonly Score[]): boolean {
  return scores.filter(([losers, winners]) => losers < winners).length > scores.length / 2;
}

export function totalsOf(scores: readonly Score[]): { losers: number; winners: number } {
  return {
    losers: scores.reduce((sum, [losers]) => sum + losers, 0),
    winners: scores.reduce((sum, [, winners]) => sum + winners, 0),
  };
}

/** @throws UserError when nobody, or the wrong side, has lost by these */
export function requireLosersFirst(scores: readonly Score[]): void {
  if (scores.length === 0 || isLosersFirst(scores)) return;
  throw new UserError('By these scores it was not lost. The points of whoever lost come first: `15:21`.');
}

/** @throws UserError when somebody has won by these */
export function requireEqual(scores: readonly Score[]): void {
  const { losers, winners } = totalsOf(scores);
  if (losers === winners) return;
  throw new UserError(`A draw has as many points on both sides; these are ${losers} and ${winners}.`);
}

export function marginOf(scores: readonly Score[], isTie: boolean): Margin {
  if (isTie) return 'tie';
  const { losers, winners } = totalsOf(scores);
  if (winners === 0) return 'unscored';
  const ratio = losers / winners;
  if (ratio > 0.9) return 'narrow';
  if (ratio > 0.4) return 'normal';
  return ratio > 0 ? 'heavy' : 'humiliating';
}
