/** Joins what operations work with: an open storage, the settings, and how Slack is asked. */
import type { Config } from '../config/config.ts';
import { createInbox } from '../inbox/create-inbox.ts';
import type { OperationContext } from '../operations/operation-context.ts';
import type { Clock } from '../time/clock.ts';
import { createExchangeCall } from './create-exchange-call.ts';
import { findServer, type Storage } from './create-storage.ts';
import { createTeamCalls } from './create-team-call.ts';

export interface OperationContextDeps {
  config: Config;
  storage: Storage;
  clock: Clock;
  random: () => number;
}

/** Of a process that works beside a server or without one. */
export function createOperationContext({ config, storage, clock, random }: OperationContextDeps): OperationContext {
  const { store, reads, vault, installations } = storage;
  return {
    store,
    reads,
    showsTexts: config.adminShowTexts,
    vault,
    installations,
    inbox: createInbox({ store, clock }),
    clock,
    transport: config.slackTransport,
    slackApiUrl: config.slackApiUrl,
    acquireLock: () => storage.acquireLock(),
    findServer: () => findServer(config),
    ...createTeamCalls({ config, installations, clock, random }),
    data: (teamId) => storage.data(teamId),
    createExchangeCall: () => createExchangeCall({ config, clock, random }),
  };
}
