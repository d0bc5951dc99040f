/** Waiting for what the running server writes into rows. */
import { BotServerError, isBotServerError } from '../errors.ts';
import type { RunContext } from './operation.ts';

/** An answer of Slack takes about as long; each poll is a read of few rows. In milliseconds. */
const POLL_MS = 200;

/**
 * Reads until that is enough, and answers what was read last.
 * @param limitMs How long it waits at most, in milliseconds.
 * @throws the reason of the signal
 */
export async function pollRows<Value>(
  { clock, signal }: Pick<RunContext, 'clock' | 'signal'>,
  { read, isEnough, limitMs }: { read: () => Promise<Value>; isEnough: (value: Value) => boolean; limitMs: number },
): Promise<Value> {
  const giveUpAtMs = clock.monotonic() + limitMs;
  for (;;) {
    const value = await read();
    if (isEnough(value) || clock.monotonic() >= giveUpAtMs) return value;
    await untilNextPoll(clock, signal);
  }
}

/** Whoever asked has gone; the row that asks stays. */
async function untilNextPoll(clock: RunContext['clock'], signal: AbortSignal | undefined): Promise<void> {
  try {
    await clock.sleep(POLL_MS, signal);
  } catch (cause) {
    if (!isBotServerError(signal?.reason, 'interrupted')) throw cause;
    const fix = 'The request is stored in the database, and the running server carries it out: check again later.';
    throw new BotServerError('interrupted', 'Stopped waiting for the answer', { cause, fix });
  }
}
