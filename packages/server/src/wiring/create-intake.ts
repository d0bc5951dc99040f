/** Events: where they are stored, how their teams stand, and how they get to the listeners. */
import type { Dispatcher } from '../dispatch/dispatcher.ts';
import { ListenerWorks } from '../dispatch/listener-works.ts';
import { OwedAcks } from '../dispatch/owed-acks.ts';
import { UnroutedDeliveries } from '../dispatch/unrouted.ts';
import type { EngineDeps } from '../engine-deps.ts';
import type { History } from '../history/history.ts';
import type { ReadinessCheck } from '../http/readiness.ts';
import { createInbox } from '../inbox/create-inbox.ts';
import type { Inbox } from '../inbox/inbox.ts';
import type { Claim } from '../inbox/shared/shared-inbox.ts';
import { Standings } from '../installation/standings.ts';
import { SoleOwner } from '../ownership/sole-owner.ts';
import { createDispatcher } from './create-dispatcher.ts';
import type { Judging } from './create-judging.ts';

export interface IntakeDeps
  extends Pick<
    EngineDeps,
    | 'config'
    | 'options'
    | 'storage'
    | 'ownership'
    | 'roster'
    | 'hooks'
    | 'counters'
    | 'tracing'
    | 'bolt'
    | 'redact'
    | 'clock'
    | 'log'
  > {
  judging: Pick<Judging, 'judge' | 'refresher' | 'organizations' | 'names' | 'identifier' | 'check' | 'changed'>;
  history: Pick<History, 'add'>;
  /** Whether every row was read. */
  isBooted(): boolean;
  /** Resolves when this process has seen every change of a row that was written before. */
  caughtUp(): Promise<void>;
  /** Is told of commits. */
  readiness: Pick<ReadinessCheck, 'noteCommit' | 'noteSlow'>;
}

export interface Intake {
  inbox: Inbox;
  dispatcher: Dispatcher;
  standings: Standings;
  /** Every run of listeners. */
  works: ListenerWorks;
  owedAcks: OwedAcks;
  unrouted: UnroutedDeliveries;
}

/** The intake of a server. */
export function createIntake(deps: IntakeDeps): Intake {
  const { options, storage, ownership, roster, hooks, bolt, judging, clock, log } = deps;
  const { refresher, organizations, identifier } = judging;
  // Where one process owns everything for ever there are no epochs to compare.
  const isShared = !(ownership instanceof SoleOwner);
  const onSuperseded = (claims: readonly Claim[]) => ownership.contradicted?.(claims);
  const inbox = createInbox({ store: storage.store, clock, isShared, onSuperseded });
  const standings = new Standings({
    installations: storage.installations,
    roster,
    isBooted: () => deps.isBooted(),
    holdsLease: () => deps.ownership.holdsLease(),
    isContested: (teamId) => organizations.isContested(teamId),
    isTokenAwaited: (key) => refresher.isAwaited(key),
    isIdentityAwaited: (key) => identifier.isAwaited(key),
    caughtUp: () => deps.caughtUp(),
  });
  const owedAcks = new OwedAcks({
    awaitsAck: (callbackId) => bolt.awaitsAck(callbackId),
    isDone: async (eventId) => (await inbox.find(eventId))?.state === 'done',
    onOverdue(teamId, error) {
      log.error({ teamId, err: error }, 'function not acknowledged: Slack delivers it again');
      void hooks.emit('error', { teamId, where: 'listener', error });
    },
    notices: isShared ? storage.notices : undefined,
    clock,
  });
  const unrouted = new UnroutedDeliveries({ onUnrouted: (problem) => void hooks.emit('error', problem), clock, log });
  const { dispatcher: limits, events } = options;
  const works = new ListenerWorks({ notices: isShared ? storage.notices : undefined, clock });
  const stored = { inbox, works, notices: storage.notices, standings, owedAcks, unrouted };
  const onCommit = (error?: unknown) => deps.readiness.noteCommit(error);
  const onSlow = () => deps.readiness.noteSlow();
  const told = { onCommit, onSlow, options: limits, events };
  const dispatcher = createDispatcher({
    ...deps,
    ...judging,
    ...stored,
    ...told,
    transport: deps.config.slackTransport,
  });
  judging.changed.subscribe((key) => {
    for (const { teamId } of roster.view(key)?.teams ?? []) dispatcher.changed(teamId);
  });
  return { inbox, works, standings, owedAcks, unrouted, dispatcher };
}
