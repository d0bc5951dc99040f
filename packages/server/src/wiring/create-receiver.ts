/** Joins what Slack delivers with listeners, inbox and hooks: one receiver for all transports, and the request URL for http. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Config } from '../config.ts';
import type { BotServerError, ErrorCode } from '../errors.ts';
import type { Roster } from '../installation/roster.ts';
import type { Bolt } from '../dispatch/bolt.ts';
import type { Delivery, Intake } from '../dispatch/intake.ts';
import {
  type InteractionDelivery,
  type InteractionFacts,
  Interactions,
  type InteractionsOptions,
} from '../dispatch/interactions/interactions.ts';
import type { OwedAcks } from '../dispatch/owed-acks.ts';
import { createReceiver, type Receiver } from '../dispatch/receiver.ts';
import type { Place, Route } from '../slack/delivery/route.ts';
import { Unplaced } from '../dispatch/interactions/unplaced.ts';
import type { Logger } from '../observability/logger.ts';
import { createRequestUrl } from '../request-url/request-url.ts';
import type { SlackFetch } from '../slack/slack-fetch.ts';
import type { Hooks } from '../hooks/hooks.ts';
import type { Clock } from '../time/clock.ts';
import type { TeamIdentifier } from '../installation/identify-teams.ts';
import type { TeamHearing } from '../hearing/team-hearing.ts';
import type { TokenWaits } from '../installation/token-waits.ts';

export interface SlackDeliveriesDeps {
  config: Config;
  roster: Roster;
  hooks: Hooks;
  bolt: Pick<Bolt, 'respond'>;
  slackFetch: Pick<SlackFetch, 'fetch'>;
  identifier: Pick<TeamIdentifier, 'isAwaited' | 'settled'>;
  tokenWaits: Pick<TokenWaits, 'isAwaited' | 'settled'>;
  intake: Pick<Intake, 'accept'>;
  hearing: Pick<TeamHearing, 'heardEvent' | 'excused'>;
  owedAcks: OwedAcks;
  isAnswering(teamId: string): boolean;
  /** At which of our rows a delivery is. */
  placeOf(route: Route): Place;
  locate(route: Route): Promise<Place>;
  recheck(teamId: string): Promise<Delivery>;
  /** Whether every row was read: before that nobody can be said to be inactive. */
  isReady(): boolean;
  /** The app of this server; null while it is not known. */
  appId(): string | null;
  /** Where browsers reach this server. */
  publicUrl(): string;
  /** A request over this connection was signed by Slack. */
  onSigned: (socket: Socket) => void;
  clock: Clock;
  log: Logger;
  options: InteractionsOptions;
}

/** What the engine keeps of it. */
export interface SlackDeliveries {
  receiver: Receiver;
  interactions: Interactions;
  /** Served before the pages; undefined unless Slack posts. */
  requestUrl: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
}

/** Builds the way in for events, commands and payloads. */
export function createSlackDeliveries(deps: SlackDeliveriesDeps): SlackDeliveries {
  const { config, roster, hooks, intake, clock, log } = deps;
  const unplaced = new Unplaced({
    onUnplaced: (error) => void hooks.emit('error', { teamId: null, where: 'routing', error }),
    clock,
    log,
  });
  const locate = async (route: Route, body: Record<string, unknown>) => {
    const place = await deps.locate(route);
    if (!place.isKnown) unplaced.note(body, route);
    return place;
  };
  const interactions = new Interactions({
    respond: (body, call) => deps.bolt.respond(body, call),
    placeOf: (route) => deps.placeOf(route),
    locate,
    isWithoutAccess: (teamId) => roster.isWithoutAccess(teamId),
    deliveryOf: (teamId) => deliveryOf(deps, teamId),
    async recheck(teamId) {
      const found = await deps.recheck(teamId);
      const now = deliveryOf(deps, teamId);
      return now === 'starting' ? now : found;
    },
    async started(teamId) {
      const key = roster.team(teamId)?.installation.key;
      if (key !== undefined) await Promise.all([deps.identifier.settled(key), deps.tokenWaits.settled(key)]);
    },
    installUrlOf: (teamId) => installUrlOf(deps, teamId),
    tell: (responseUrl, message) => tell(deps, responseUrl, message),
    onFailure: (facts, error) => reportInteraction(deps, facts, error),
    clock,
    log,
    options: deps.options,
  });
  const receiver = createReceiver({
    intake,
    owedAcks: deps.owedAcks,
    isAnswering: (teamId) => deps.isAnswering(teamId),
    interactions,
    appId: () => deps.appId(),
    placeOf: (route) => deps.placeOf(route),
    locate: (route) => deps.locate(route),
    onEvent: (teamId, event, facts) => deps.hearing.heardEvent(teamId, event, facts),
    onRateLimited: (teamId) => deps.hearing.excused(teamId),
    onStoreFailure: (error) => void hooks.emit('error', { teamId: null, where: 'store', error }),
    onRefused: (teamId, error) => void hooks.emit('error', { teamId, where: 'store', error }),
    log,
  });
  const { slackTransport, slackSigningSecret: signingSecret } = config;
  const isPosted = slackTransport === 'http' && signingSecret !== undefined;
  return {
    receiver,
    interactions,
    requestUrl: isPosted
      ? createRequestUrl({ signingSecret, receiver, onSigned: deps.onSigned, clock, log })
      : undefined,
  };
}

function deliveryOf(deps: SlackDeliveriesDeps, teamId: string): InteractionDelivery {
  const { roster, identifier, tokenWaits } = deps;
  if (!deps.isReady()) return 'starting';
  const delivery = roster.deliveryOf(teamId);
  const key = delivery === 'answering' ? roster.team(teamId)?.installation.key : undefined;
  if (key === undefined) return delivery;
  return identifier.isAwaited(key) || tokenWaits.isAwaited(key) ? 'starting' : delivery;
}

async function tell({ slackFetch, log }: SlackDeliveriesDeps, url: string, message: object): Promise<void> {
  try {
    const headers = { 'content-type': 'application/json' };
    const response = await slackFetch.fetch(url, { method: 'POST', headers, body: JSON.stringify(message) });
    // An answer that nobody reads keeps its connection, and so the process, open.
    await response.body?.cancel();
  } catch (error) {
    log.warn({ err: error }, 'a person was not told that the app cannot answer');
  }
}

function installUrlOf(deps: SlackDeliveriesDeps, teamId: string): string | undefined {
  if (deps.config.slackClientId === undefined) return undefined;
  return `${deps.publicUrl()}/slack/install?team=${encodeURIComponent(teamId)}`;
}

const WHAT_FAILED: Partial<Record<ErrorCode, string>> = {
  ack_missing: 'interaction not acknowledged',
  answer_not_sendable: 'interaction answered in the place of its listener',
};

/** Like a failed event, and with what its author looks for: the command, action_id or callback_id. */
function reportInteraction({ hooks, log }: SlackDeliveriesDeps, facts: InteractionFacts, error: BotServerError): void {
  const isAnswer = error.code === 'ack_missing' || error.code === 'answer_not_sendable';
  log.error({ ...facts, err: error }, WHAT_FAILED[error.code] ?? 'interaction failed');
  void hooks.emit('error', { teamId: facts.teamId, where: isAnswer ? 'interaction' : 'listener', error });
}
