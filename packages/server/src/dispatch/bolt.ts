/**
 * Bolt as the author sees it: one App for all teams, fed by our transports instead of a receiver of its own.
 * Knows Bolt's traps: authorize results are written to, failures are swallowed when `app.error` is set, clients are pooled.
 */
import {
  App,
  type AuthorizeResult,
  ErrorCode,
  type Logger,
  LogLevel,
  type Receiver,
  type ReceiverEvent,
} from '@slack/bolt';
import { WebClient, type WebClientOptions } from '@slack/web-api';
import { BotServerError } from '../errors.ts';
import type { Envelope } from '../inbox/envelope.ts';
import { isLifecycleEvent } from '../inbox/lifecycle-events.ts';
import { routeOfEvent } from '../slack/delivery/route.ts';
import type { SlackFetch } from '../slack/slack-fetch.ts';
import type { Actor } from '../team/actor.ts';
import type { Clock } from '../time/clock.ts';
import type { InteractionCall } from './interactions/interactions.ts';
import type { ListenerContext } from './listener-context.ts';
import { watchListenerNames } from './listener-names.ts';
import { type ListenerWork, presentRun } from './listener-work.ts';
import type { StreamOptions } from './streams/answer-stream.ts';
import { openStream } from './streams/open-stream.ts';
import { TeamClients } from './team-clients.ts';

export interface BoltDeps {
  apiUrl: string;
  slackFetch: SlackFetch;
  /** The team's current credential; undefined when it may not act. */
  actFor(teamId: string, options?: { through: string | undefined }): Actor | undefined;
  clock: Clock;
  log: BoltLog;
}

/** Where Bolt's and the SDK's own words go. */
export interface BoltLog {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** The App and the ways into it. */
export interface Bolt {
  app: App<ListenerContext>;
  /** Runs the listeners of an envelope. @throws BotServerError `listener_failed`, `installation_not_active` */
  process(envelope: Envelope, facts: { attempt: number; work: ListenerWork; ack?: () => void }): Promise<void>;
  /** Whether a listener of the function was added with `autoAcknowledge: false`. */
  awaitsAck(callbackId: string): boolean;
  /** Runs the listeners of an interaction; the answer goes to `call.ack`. @throws as `process` */
  respond(body: Record<string, unknown>, call: InteractionCall): Promise<void>;
}

interface RunFacts {
  attempt: number;
  work: ListenerWork;
  teamId: string;
  through?: string | undefined;
  needsActor: boolean;
}

type ErrorHandler = (error: Error) => Promise<void> | void;

/**
 * Options for every WebClient: the one fetch does timeouts, retries and Retry-After, so the SDK must not.
 * @param token That of a client which is handed out: it carries along of which installation and version that is
 */
export function webClientOptions(
  deps: Pick<BoltDeps, 'apiUrl' | 'slackFetch' | 'log'>,
  token?: string,
): WebClientOptions {
  return {
    slackApiUrl: deps.apiUrl,
    fetch: token === undefined ? deps.slackFetch.fetch : deps.slackFetch.fetchOf(token),
    timeout: 0,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    maxRequestConcurrency: Number.POSITIVE_INFINITY,
    logger: sdkLogger(deps.log),
  };
}

/** Creates the App that bot files get as `bot`. */
export function createBolt(deps: BoltDeps): Bolt {
  const acting = new WeakMap<object, Actor>();
  const failures = new WeakMap<object, Error>();
  const versions = new Map<string, string>();
  const app = new App<ListenerContext>({
    receiver: new PassiveReceiver(),
    authorize: ({ userId }, body) => Promise.resolve(authorizationOf(body && acting.get(body), userId)),
    convoStore: false,
    extendedErrorHandler: true,
    clientOptions: webClientOptions(deps),
    logger: sdkLogger(deps.log),
  });
  const setAuthorsHandler = seeErrorsFirst(app, failures);
  // The author sets `app.error` in Bolt's plain form, with the error alone.
  app.error = ((handler: ErrorHandler) => setAuthorsHandler(handler)) as typeof app.error;

  const found = seeMatches(app);
  const clients = new TeamClients();
  const createClient: CreateClient = (token, options) => {
    // Now, and not when it is made: it is of the installation and version of this moment.
    const ofTeam = { ...options, fetch: deps.slackFetch.fetchOf(token) };
    return clients.add(() => new WebClient(token, ofTeam));
  };
  const ackedByListener = seeOwnAcks(app);

  async function process(
    { body, teamId, type }: Envelope,
    { attempt, work, ack }: { attempt: number; work: ListenerWork; ack?: () => void },
  ): Promise<void> {
    // Events about the installation itself come when there is no credential any more; Bolt asks for none then.
    const { through } = routeOfEvent(body);
    await run(
      { body, ack: ack ? async () => ack() : noAck },
      {
        attempt,
        work,
        teamId,
        through,
        needsActor: !isLifecycleEvent(type),
      },
    );
  }

  async function respond(body: Record<string, unknown>, call: InteractionCall): Promise<void> {
    // Bolt has no listeners for it, and would warn of each one.
    if (body.type === 'dialog_cancellation') return;
    const { teamId, through } = call;
    found.set(body, () => call.onListener());
    const ack: ReceiverEvent['ack'] = (payload?: unknown) => settledBy(() => call.ack(payload));
    await run({ body, ack }, { attempt: 1, work: call.work, teamId, through, needsActor: true });
  }

  async function run(event: ReceiverEvent, { attempt, work, teamId, through, needsActor }: RunFacts) {
    const { body } = event;
    const actor = deps.actFor(teamId, { through });
    const facts = { teamId };
    if (!actor && needsActor) {
      throw new BotServerError('installation_not_active', `Team ${teamId} is not active`, { facts });
    }
    if (actor) {
      dropOldClients(app, versions, { actor, createClient });
      acting.set(body, actor);
    }
    failures.delete(body);
    const stream = (options: StreamOptions = {}) => {
      if (!actor) throw new BotServerError('installation_not_active', `Team ${teamId} is not active`, { facts });
      const ofTeam = actor.teamId === null ? {} : { teamId: actor.teamId };
      const client = new WebClient(actor.botToken, { ...webClientOptions(deps, actor.botToken), ...ofTeam });
      return openStream({ work, client, clock: deps.clock }, options);
    };
    const customProperties = { attempt, signal: work.signal, stream } satisfies ListenerContext;
    await app.processEvent({ ...event, customProperties });
    const cause = failures.get(body);
    if (cause) throw new BotServerError('listener_failed', `A listener failed for team ${teamId}`, { cause, facts });
  }

  return { app, process, respond, awaitsAck: (callbackId) => ackedByListener.has(callbackId) };
}

/** A fresh copy each time: Bolt writes the event's user into what authorize returns. */
function authorizationOf(actor: Actor | undefined, userId: string | undefined): AuthorizeResult {
  if (!actor) throw new BotServerError('installation_not_active', 'No credential for this event');
  const { teamId, enterpriseId, botToken, botId, botUserId } = actor;
  const userToken = userId === undefined ? undefined : actor.userTokens?.get(userId);
  const result: AuthorizeResult = {
    botToken,
    ...(userId === undefined ? {} : { userId }),
    ...(userToken === undefined ? {} : { userToken }),
    ...(enterpriseId === null ? {} : { enterpriseId }),
    ...(botId === null ? {} : { botId }),
    ...(botUserId === null ? {} : { botUserId }),
  };
  if (teamId === null) Object.defineProperty(result, 'teamId', noTeam);
  else result.teamId = teamId;
  return result;
}

/**
 * Where there is no team Bolt writes in that of the event, which on Slack Connect is another organization's, and its clients
 * name it in every call.
 */
const noTeam: PropertyDescriptor = { get: () => undefined, set() {}, enumerable: true };

function seeErrorsFirst(app: App, failures: WeakMap<object, Error>): (handler: ErrorHandler) => void {
  let authorsHandler: ErrorHandler | undefined;
  app.error(async ({ error, body }: { error: Error; body: object }) => {
    failures.set(body, authorsErrorIn(error));
    await authorsHandler?.(error);
  });
  return (handler) => {
    authorsHandler = handler;
  };
}

type Listener = (args: { body: object }) => unknown;

/**
 * Bolt does not say whether a listener matched, and without that a missing ack cannot be explained. The last function of a
 * chain is called only when all before it let the event through. Answers where to put what is called then, by body; in which event it
 * was is remembered for operators.
 */
function seeMatches(app: App): WeakMap<object, () => void> {
  const found = new WeakMap<object, () => void>();
  const { listeners } = app as unknown as { listeners: Listener[][] };
  const nameOfAdded = watchListenerNames(app);
  listeners.push = (...chains) => {
    const name = nameOfAdded();
    const watched = chains.map((chain) =>
      chain.map((listener, index) => (index === chain.length - 1 ? watch(listener, name) : listener)),
    );
    return Array.prototype.push.apply(listeners, watched);
  };
  const watch =
    (listener: Listener, name: string): Listener =>
    (args) => {
      found.get(args.body)?.();
      presentRun()?.matched(name);
      return listener(args);
    };
  return found;
}

/** Functions of which a listener acknowledges by itself: Bolt keeps that in a closure. */
function seeOwnAcks(app: App): ReadonlySet<string> {
  const callbackIds = new Set<string>();
  const add = app.function.bind(app) as (...args: unknown[]) => App;
  app.function = ((callbackId: string, ...rest: unknown[]) => {
    const [options] = rest as [{ autoAcknowledge?: unknown } | undefined];
    if (typeof options === 'object' && options.autoAcknowledge === false) callbackIds.add(callbackId);
    return add(callbackId, ...rest);
  }) as App['function'];
  return callbackIds;
}

/** Bolt wraps what a listener threw in an error of its own, whose stack leads into Bolt. */
function authorsErrorIn(error: Error & { code?: unknown; original?: unknown }): Error {
  return error.code === ErrorCode.UnknownError && error.original instanceof Error ? error.original : error;
}

type CreateClient = (token: string, options: WebClientOptions) => WebClient;

/** Stands in for Bolt's pool of a team, whose clients would not carry of which installation and version they are. */
class ClientPool {
  readonly #create: CreateClient;
  readonly #clients = new Map<string, WebClient>();

  constructor(create: CreateClient) {
    this.#create = create;
  }

  getOrCreate(token: string, options: WebClientOptions): WebClient {
    const client = this.#clients.get(token) ?? this.#create(token, options);
    this.#clients.set(token, client);
    return client;
  }
}

/** Bolt's pool of clients never forgets a token; a new version starts a new pool. */
function dropOldClients(
  app: App,
  versions: Map<string, string>,
  { actor, createClient }: { actor: Actor; createClient: CreateClient },
): void {
  const { teamId, enterpriseId, versionKey } = actor;
  const pool = teamId ?? enterpriseId ?? '';
  if (versions.get(pool) === versionKey) return;
  versions.set(pool, versionKey);
  const { clients } = app as unknown as { clients: Record<string, unknown> };
  clients[pool] = new ClientPool(createClient);
}

/** Rejects where `act` throws. A listener that does not await its ack is told by the report alone: nothing floats. */
function settledBy(act: () => void): Promise<void> {
  const settled = new Promise<void>((resolve) => resolve(act()));
  settled.catch(() => {});
  return settled;
}

/** Accepted before Bolt sees it: there is nothing left to acknowledge. */
const noAck: ReceiverEvent['ack'] = async () => {};

/** Our transports call `process`; Bolt itself receives nothing. */
class PassiveReceiver implements Receiver {
  init(): void {}
  start(): Promise<void> {
    return Promise.reject(
      new BotServerError('usage', 'The server starts the bot: call server.start(), not app.start()'),
    );
  }
  stop(): Promise<void> {
    return Promise.resolve();
  }
}

function sdkLogger(log: BoltLog): Logger {
  const write =
    (level: keyof BoltLog) =>
    (...words: unknown[]) =>
      log[level]({ from: 'slack sdk' }, words.map(String).join(' '));
  return {
    debug: write('debug'),
    // The SDK's "info" narrates each client; only warnings and errors are news to an operator.
    info: write('debug'),
    warn: write('warn'),
    error: write('error'),
    setLevel() {},
    getLevel: () => LogLevel.INFO,
    setName() {},
  };
}
