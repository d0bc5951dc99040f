/** Joins the dispatcher with the listeners, with the judge and with whoever is told that a listener failed. */
import type { Bolt } from '../dispatch/bolt.ts';
import { Dispatcher } from '../dispatch/dispatcher.ts';
import type { DispatcherDeps } from '../dispatch/dispatcher-deps.ts';
import type { DispatcherOptions } from '../dispatch/dispatcher-options.ts';
import { placeOfError } from '../dispatch/error-place.ts';
import type { EventObserver } from '../dispatch/event-observer.ts';
import type { ListenerWorks } from '../dispatch/listener-works.ts';
import type { OwedAcks } from '../dispatch/owed-acks.ts';
import { type EventsOptions, eventsDefaults, isOwnFromElsewhere, type Recipient } from '../dispatch/own-messages.ts';
import type { UnroutedDeliveries } from '../dispatch/unrouted.ts';
import { BotServerError, isBotServerError, messageOf } from '../errors.ts';
import type { History } from '../history/history.ts';
import type { Hooks } from '../hooks/hooks.ts';
import type { Envelope } from '../inbox/envelope.ts';
import type { EventFailure, Inbox } from '../inbox/inbox.ts';
import type { LifecycleEvent } from '../inbox/lifecycle-events.ts';
import { isLifecycleEvent } from '../inbox/lifecycle-events.ts';
import type { Organizations } from '../installation/organizations/organizations.ts';
import type { Roster, RosterEntry } from '../installation/roster.ts';
import { eventHandlingOf, type Standing } from '../installation/standing.ts';
import type { Standings } from '../installation/standings.ts';
import type { TeamNames } from '../installation/team-names.ts';
import type { Judge } from '../judge/judge.ts';
import type { PeriodicCheck } from '../judge/periodic-check.ts';
import type { Logger } from '../observability/logger.ts';
import type { Counters } from '../observability/metrics/counters.ts';
import type { Tracing } from '../observability/tracing/tracing.ts';
import type { Ownership } from '../ownership/ownership.ts';
import { revocationIn } from '../slack/delivery/body.ts';
import { keyNamedAfter } from '../team/installation.ts';
import { shardOf } from '../team/shard.ts';
import type { Clock } from '../time/clock.ts';
import { rememberEvents } from './remember-events.ts';
import { logFactsOf, traceHandling } from './trace-events.ts';

export interface CreateDispatcherDeps {
  inbox: Inbox;
  ownership: Pick<Ownership, 'owns'>;
  notices?: DispatcherDeps['notices'];
  standings: Pick<Standings, 'of' | 'recheck'>;
  roster: Pick<Roster, 'keyOfBot' | 'team'>;
  bolt: Pick<Bolt, 'process'>;
  works: ListenerWorks;
  owedAcks: Pick<OwedAcks, 'isOwedFor' | 'ack' | 'failed'>;
  check: Pick<PeriodicCheck, 'heard'>;
  judge: Pick<Judge, 'noteUninstall'>;
  organizations: Pick<Organizations, 'noteEvent'>;
  names: Pick<TeamNames, 'note'>;
  unrouted: Pick<UnroutedDeliveries, 'noteEvent'>;
  hooks: Pick<Hooks, 'emit'>;
  history: Pick<History, 'add'>;
  counters: Counters;
  tracing: Tracing;
  /** How Slack's events come, for their spans. */
  transport: string;
  onCommit(error?: unknown): void;
  onSlow(): void;
  /** Takes secrets out of what is stored of an error. */
  readonly redact: (text: string) => string;
  clock: Clock;
  log: Logger;
  options: DispatcherOptions;
  events: EventsOptions;
}

/** The dispatcher of a server. */
export function createDispatcher(deps: CreateDispatcherDeps): Dispatcher {
  const { inbox, ownership, notices, standings, roster, bolt, owedAcks, check, unrouted, clock, log, options } = deps;
  const { ownMessages } = { ...eventsDefaults, ...deps.events };
  const isAckOwed = ({ type, body }: Envelope) => type === 'function_executed' && owedAcks.isOwedFor(body);
  return new Dispatcher({
    inbox,
    works: deps.works,
    ownership,
    notices,
    handle: (envelope, { attempt, run, work }) => {
      const entry = roster.team(envelope.teamId);
      if (entry) check.heard(entry.installation.key);
      if (entry && ownMessages === 'ignore' && isOwnFromElsewhere(envelope.body, recipientOf(roster, entry))) {
        log.debug({ teamId: envelope.teamId, eventId: envelope.id }, 'message of this app from elsewhere left out');
        if (run) run.leftOut = 'own_message_elsewhere';
        return Promise.resolve();
      }
      // Others are acknowledged when they are stored.
      const ack = isAckOwed(envelope) ? { ack: () => owedAcks.ack(envelope.id) } : {};
      const listeners = () => bolt.process(envelope, { attempt, work, ...ack });
      return traceHandling(deps, { envelope, attempt, work }, listeners);
    },
    shardOf: (teamId) => shardOf(roster.team(teamId)?.installation.key ?? keyNamedAfter(teamId)),
    handlingOf: (teamId) => eventHandlingOf(standings.of(teamId)),
    isUnknown: (teamId) => isUnknown(standings.of(teamId)),
    async recheck(teamId) {
      const standing = await standings.recheck(teamId);
      if (isUnknown(standing)) unrouted.noteEvent(teamId);
      return eventHandlingOf(standing);
    },
    onLifecycleEvent: (event) => noteLifecycle(deps, event),
    onCommit: (error) => deps.onCommit(error),
    onSlow: () => deps.onSlow(),
    describe: (error) => describeFailure(error, deps.redact),
    onFailure: (envelope, error) => {
      if (isAckOwed(envelope)) owedAcks.failed(envelope.id);
      onListenerFailure(deps, envelope, error);
    },
    observer: observerOf(deps),
    clock,
    log,
    options,
  });
}

function isUnknown(standing: Standing): boolean {
  return standing.kind === 'gone' && standing.why === 'unknown';
}

function observerOf({
  counters,
  history,
  roster,
  clock,
}: Pick<CreateDispatcherDeps, 'counters' | 'history' | 'roster' | 'clock'>): EventObserver {
  const remember = rememberEvents({ history, wroteItself: (envelope) => wroteItself(roster, envelope), clock });
  const { eventsAccepted, eventsRepeated, eventsDropped, putToHandled, listener } = counters;
  return {
    accepted: () => eventsAccepted.add(),
    repeated(envelope) {
      eventsRepeated.add();
      remember.repeated(envelope);
    },
    dropped(reason, count, known) {
      eventsDropped.addMany(count, reason);
      remember.dropped(reason, count, known);
    },
    handled(envelope, ended) {
      const { receivedAtMs } = envelope;
      listener.observe(ended.ms);
      remember.handled(envelope, ended);
      if (receivedAtMs !== undefined) putToHandled.observe(clock.now() - receivedAtMs);
    },
    failed(envelope, ended) {
      listener.observe(ended.ms);
      remember.failed(envelope, ended);
    },
  };
}

/** Such messages Bolt hands to no listener. */
function wroteItself(roster: CreateDispatcherDeps['roster'], { teamId, body }: Envelope): boolean {
  const { botId, botUserId } = roster.team(teamId)?.team ?? {};
  const { bot_id: author, user } = (body.event ?? {}) as { bot_id?: unknown; user?: unknown };
  return (typeof author === 'string' && author === botId) || (typeof user === 'string' && user === botUserId);
}

function recipientOf(roster: CreateDispatcherDeps['roster'], { installation }: RosterEntry): Recipient {
  return {
    key: installation.key,
    appId: installation.appId,
    installationOfBot: (id) => roster.keyOfBot(id),
    installationOf: (teamId) => roster.team(teamId)?.installation.key,
  };
}

function noteLifecycle({ roster, judge, organizations, names }: CreateDispatcherDeps, event: LifecycleEvent): void {
  const { teamId, type, body = {}, receivedAtMs } = event;
  const key = roster.team(teamId)?.installation.key;
  if (key !== undefined && isLifecycleEvent(type)) {
    judge.noteUninstall(key, { type, receivedAtMs, ...revocationIn(body) });
  }
  organizations.noteEvent(event);
  names.note(event);
}

function onListenerFailure(deps: CreateDispatcherDeps, envelope: Envelope, cause: unknown): void {
  const { hooks, counters, log } = deps;
  const { teamId } = envelope;
  counters.eventsFailed.add(isBotServerError(cause) ? cause.code : 'listener_failed');
  log.error({ ...logFactsOf(envelope), err: cause }, 'event failed');
  const error =
    cause instanceof BotServerError ? cause : new BotServerError('listener_failed', 'A listener failed', { cause });
  void hooks.emit('error', { teamId, where: 'listener', error });
}

/** What is stored of an error. Messages of listeners may quote what Slack sent, so secrets are taken out. */
function describeFailure(error: unknown, redact: (text: string) => string): EventFailure {
  const cause = isBotServerError(error, 'listener_failed') ? error.cause : error;
  const code = isBotServerError(error) ? error.code : 'listener_failed';
  return { code, message: redact(messageOf(cause)).slice(0, 1_000), at: placeOfError(cause) };
}
