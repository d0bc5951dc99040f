/** What Slack delivers, and what it is answered: one receiver for all transports, and the request URL for http. */
import type { Socket } from 'node:net';
import type { Dispatcher } from '../dispatch/dispatcher.ts';
import type { Interactions } from '../dispatch/interactions/interactions.ts';
import type { OwedAcks } from '../dispatch/owed-acks.ts';
import { createReceiver, type Receiver } from '../dispatch/receiver.ts';
import type { EngineDeps } from '../engine-deps.ts';
import type { TeamHearing } from '../hearing/team-hearing.ts';
import type { History } from '../history/history.ts';
import type { RawHandler } from '../http/server.ts';
import { createRequestUrl, type TurnedAway } from '../request-url/request-url.ts';
import { rememberTurnedAway } from './create-history.ts';
import { type CreateInteractionsDeps, createInteractions } from './create-interactions.ts';
import { factAlone, factOfBody } from './remember-events.ts';
import { traceDeliveries, traceOfDelivery } from './trace-events.ts';

export interface ReceptionDeps extends CreateInteractionsDeps, Pick<EngineDeps, 'tracing'> {
  dispatcher: Pick<Dispatcher, 'accept'>;
  owedAcks: OwedAcks;
  hearing: Pick<TeamHearing, 'heardEvent' | 'excused'>;
  history: Pick<History, 'add'>;
  /** The app of this server; null while it is not known. */
  appId(): string | null;
  /** Resolves when no install is half done, or when one takes long; undefined while there is none. */
  installing(): Promise<void> | undefined;
  /** A request over this connection was signed by Slack. */
  readonly onSigned: (socket: Socket) => void;
}

export interface Reception {
  receiver: Receiver;
  interactions: Interactions;
  /** Served before the pages; undefined unless Slack posts. */
  requestUrl: RawHandler | undefined;
}

/** The way in for events, commands and payloads. */
export function createReception(deps: ReceptionDeps): Reception {
  const { config, hooks, dispatcher, owedAcks, hearing, history, organizations, standings, clock, log } = deps;
  const interactions = createInteractions(deps);
  const plain = createReceiver({
    dispatcher,
    traceOf: (delivery) => traceOfDelivery(deps.tracing, delivery),
    owedAcks,
    isAnswering: (teamId) => standings.of(teamId).kind === 'acting',
    interactions,
    appId: () => deps.appId(),
    ownerOf: (route) => organizations.ownerOf(route),
    locate: (route) => organizations.locate(route),
    installing: () => deps.installing(),
    onEvent: (teamId, event, facts) => hearing.heardEvent(teamId, event, facts),
    onRateLimited(teamId, minute) {
      hearing.excused(teamId);
      const fromMs = typeof minute === 'number' ? minute * 1_000 : undefined;
      history.add(factAlone('rate_limited', clock.now(), { fromMs }, teamId));
    },
    onNotTaken(body, { why: reason, ...facts }) {
      const kind = reason === 'unavailable' ? 'unavailable' : 'refused';
      history.add(factOfBody(kind, body, { ...facts, reason, atMs: clock.now() }));
    },
    onStoreFailure: (error) => void hooks.emit('error', { teamId: null, where: 'store', error }),
    onRefused: (teamId, error) => void hooks.emit('error', { teamId, where: 'store', error }),
    log,
  });
  const { slackTransport, slackSigningSecret: signingSecret } = config;
  const receiver: Receiver = {
    counts: plain.counts,
    receive: traceDeliveries({ tracing: deps.tracing, transport: slackTransport, clock }, plain),
  };
  const isPosted = slackTransport === 'http' && signingSecret !== undefined;
  const { onSigned } = deps;
  const remember = rememberTurnedAway(history, clock);
  const onTurnedAway = (turned: TurnedAway) => {
    if (turned.status === 401) deps.counters.requestsRejected.add();
    remember(turned);
  };
  const onChallenge = () => history.add(factAlone('challenged', clock.now(), {}));
  const requestUrl = isPosted
    ? createRequestUrl({ signingSecret, receiver, onSigned, onChallenge, onTurnedAway, clock, log })
    : undefined;
  return { receiver, interactions, requestUrl };
}
