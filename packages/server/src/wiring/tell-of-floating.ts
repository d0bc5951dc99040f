/** What is told of a promise that the author's code rejected and nobody handled. */
import { BotServerError } from '../errors.ts';
import type { HookEmitter } from '../events.ts';

/** Logs it and tells it as `error`. */
export function tellOfFloating(
  reason: unknown,
  { log, hooks }: { log: { error(facts: object, message: string): void }; hooks: HookEmitter },
): void {
  log.error({ err: reason }, 'unhandled promise rejection');
  const error = new BotServerError('listener_failed', 'A promise was rejected and nothing handled it', {
    cause: reason,
  });
  void hooks.emit('error', { teamId: null, where: 'floating rejection', error });
}
