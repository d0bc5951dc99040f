/**
 * Commands that change something in many steps, and a person who presses Ctrl-C meanwhile: the step under way ends, so that nothing is
 * left half done, and the command says what is left to do. Servers end by lifeline.ts.
 */
import { BotServerError } from '../errors.ts';
import { ENDING_SIGNALS, onSigint } from './lifeline.ts';
import { complain } from './output.ts';

/** A step that ends sooner needs no words, in milliseconds. */
const PATIENCE_MS = 500;

/**
 * Runs work that ends early when its signal aborts: at Ctrl-C, SIGTERM or SIGHUP. A second Ctrl-C ends the process at once. What comes
 * before or after the work does to the process what it does to any.
 */
export async function interruptible<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const stopping = new AbortController();
  let patience: NodeJS.Timeout | undefined;
  const stop = () => {
    if (stopping.signal.aborted) return;
    stopping.abort(interrupted('Interrupted'));
    patience = setTimeout(() => complain('stops after the current step; Ctrl-C again ends it at once'), PATIENCE_MS);
  };
  const forgetSigint = onSigint(stop);
  const others = ENDING_SIGNALS.filter((name) => name !== 'SIGINT');
  for (const name of others) process.on(name, stop);
  try {
    return await work(stopping.signal);
  } finally {
    clearTimeout(patience);
    forgetSigint();
    for (const name of others) process.off(name, stop);
  }
}

/** With it a command ends that was ended early: `left` says what is done, the fix how it goes on. */
export function interrupted(left: string, fix?: string): BotServerError {
  return new BotServerError('interrupted', left, fix === undefined ? {} : { fix });
}
