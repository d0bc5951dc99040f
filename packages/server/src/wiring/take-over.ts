/** What a server does with what the process before it left, before it accepts anything: what is unfinished now is that one's. */
import type { Dispatcher } from '../dispatch/dispatcher.ts';
import type { EngineDeps } from '../engine-deps.ts';
import { forgetCopy } from '../store/copy-mark.ts';
import { readAppId } from '../store/identity-repository.ts';
import { clampFutureTimes } from '../team/future-times-repository.ts';

export interface TakeOverDeps extends Pick<EngineDeps, 'random' | 'clock'> {
  storage: Pick<EngineDeps['storage'], 'store'>;
  ownership: Pick<EngineDeps['ownership'], 'start'>;
  log: Pick<EngineDeps['log'], 'info' | 'warn'>;
  dispatcher: Pick<Dispatcher, 'takeOver'>;
  /** Passes on what a step answers. @throws BotServerError `server_stopped` when the server was stopped meanwhile */
  readonly unlessStopped: <T>(step: Promise<T>) => Promise<T>;
}

/** Answers the Slack app of the server; null until a team has registered. */
export async function takeOver(deps: TakeOverDeps): Promise<string | null> {
  const { storage, ownership, dispatcher, random, clock, log, unlessStopped } = deps;
  await unlessStopped(ownership.start());
  await unlessStopped(forgetCopy(storage.store));
  const owner = `${process.pid}-${random().toString(36).slice(2)}`;
  const left = await unlessStopped(dispatcher.takeOver(owner));
  if (left.unfinished > 0 || left.hadDied) log.info({ ...left }, 'inbox taken over');
  const ahead = await unlessStopped(clampFutureTimes({ store: storage.store, clock }));
  if (ahead.installations > 0 || ahead.isIncident)
    log.warn({ ...ahead }, 'times ahead of this clock: they count from now');
  return await unlessStopped(readAppId(storage.store));
}
