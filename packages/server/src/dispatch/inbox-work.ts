/**
 * Knows in which event something is done: a listener called, a call to Slack made. The lease of a node may be renewed while the shard of
 * an event is another node's, which begins the event again: until its listeners have ended here, what they send is refused. Follows their
 * asynchronous calls; the queue of the SDK's client starts a call at once, because its concurrency has no limit (bolt.ts).
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { BotServerError, isBotServerError } from '../errors.ts';
import type { GateAnswer } from '../slack/slack-fetch.ts';
import type { EventRun } from './event-run.ts';

/** One run of the listeners of an event. */
interface InboxWork {
  teamId: string;
  /** Who remembers it, if somebody does. */
  run: EventRun | undefined;
  /** What the nodes that share the inbox need; undefined where one process has it to itself. */
  shared?: {
    /** Whether the event is another node's by now. */
    readonly isLost: () => boolean;
    /** One of its calls was refused because the lease of this process may be over. */
    readonly onFenced: () => void;
  };
  isOver: boolean;
}

const present = new AsyncLocalStorage<InboxWork>();

/** Runs the listeners of an event. */
export function asInboxWork(facts: Omit<InboxWork, 'isOver'>, run: () => Promise<void>): Promise<void> {
  const work: InboxWork = { ...facts, isOver: false };
  if (!work.shared) return present.run(work, run);
  return present.run(work, run).finally(() => {
    work.isOver = true;
  });
}

/** That of the event in which this is asked; undefined outside of one. */
export function presentRun(): EventRun | undefined {
  return present.getStore()?.run;
}

/** The gate, but for what an event sends that another node has by now. */
export function unlessLost<Args extends unknown[]>(
  lookup: (...args: Args) => GateAnswer,
): (...args: Args) => GateAnswer {
  return (...args) => {
    const work = present.getStore();
    if (!work?.shared || work.isOver) return lookup(...args);
    const { teamId, shared } = work;
    if (!shared.isLost()) {
      const answer = lookup(...args);
      if (!answer.pass && isBotServerError(answer.error, 'fenced')) shared.onFenced();
      return answer;
    }
    const message = `Another node has the event of team ${teamId} by now, and begins it again: nothing is sent for it here`;
    return { pass: false, error: new BotServerError('fenced', message, { facts: { teamId } }) };
  };
}
