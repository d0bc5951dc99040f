/** What this bot does with a message, in a way that may happen twice: `@ann++` is a point for ann, and a reaction says that it counted. */
import type { TeamData } from 'slack-bot-server';

/** The part of a message that matters here; the same in an event and in what conversations.history gives. */
export interface Said {
  ts: string;
  text?: string | undefined;
  user?: string | undefined;
  /** Of messages that no person wrote: joins, bots, edits. */
  subtype?: string | undefined;
  bot_id?: string | undefined;
}

/** A person's points, and for which messages they were given last. */
interface Score {
  points: number;
  counted: string[];
}

/** Messages that a score remembers. What is read again is a few hours old at most, and nobody gets so many points in that time. */
const MOST_COUNTED = 1_000;

/** Whom a message gives a point. Nobody gives one to themselves. */
export function praisedIn({ text = '', user, subtype, bot_id }: Said): string | undefined {
  if (subtype !== undefined || bot_id !== undefined) return undefined;
  const praised = /<@([UW]\w+)(?:\|[^>]*)?>\s?\+\+/.exec(text)?.[1];
  return praised === user ? undefined : praised;
}

/** Counts a message once, however often it comes and on however many processes: points and message are one document. */
export async function count(data: TeamData, praised: string, message: string): Promise<void> {
  await data.update<Score>(`score:${praised}`, (score = { points: 0, counted: [] }) => {
    if (score.counted.includes(message)) return undefined;
    return { points: score.points + 1, counted: [...score.counted, message].slice(-MOST_COUNTED) };
  });
}

/** The best, with their points. */
export async function best(data: TeamData): Promise<{ user: string; points: number }[]> {
  const scores = await data.list<Score>({ prefix: 'score:', limit: 1_000 });
  return scores
    .map(({ key, value }) => ({ user: key.slice('score:'.length), points: value.points }))
    .toSorted((one, other) => other.points - one.points)
    .slice(0, 10);
}
