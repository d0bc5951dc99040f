/** Whom a command means. */
import type { UserMention } from 'slack-bot-server/commands';
import type { Sides } from '../game/challenges.ts';

export function idsOf(mentions: readonly UserMention[] | undefined = []): string[] {
  return mentions.map(({ id }) => id);
}

/** My side and the other one; whoever names nobody means no one else. */
export function sidesOf(
  me: string,
  others: readonly UserMention[] | undefined,
  mates: readonly UserMention[] | undefined,
): Sides | undefined {
  if (!others || others.length === 0) return undefined;
  const own = [me, ...idsOf(mates).filter((id) => id !== me)];
  return { own, others: idsOf(others) };
}
