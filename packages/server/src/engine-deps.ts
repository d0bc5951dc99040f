/**
 * What the engine is made of: what server.ts creates without a store, and what only code can set of the parts that it joins. Each
 * setting is described, with its defaults, where the part is.
 */
import type { Config } from './config/config.ts';
import type { SocketConnectionsOptions } from './connection/socket-connections.ts';
import type { Bolt } from './dispatch/bolt.ts';
import type { DispatcherOptions } from './dispatch/dispatcher-options.ts';
import type { InteractionsOptions } from './dispatch/interactions/interactions.ts';
import type { EventsOptions } from './dispatch/own-messages.ts';
import type { Hooks } from './hooks/hooks.ts';
import type { BotPages } from './http/bot-pages.ts';
import type { BotRoutes } from './http/bot-routes.ts';
import type { BotName } from './installation/bot-name.ts';
import type { RefresherOptions } from './installation/refresher-options.ts';
import type { Roster } from './installation/roster.ts';
import type { TokenMap } from './installation/token-map.ts';
import type { JudgeOptions } from './judge/judge-options.ts';
import type { PeriodicCheckOptions } from './judge/periodic-check.ts';
import type { Logger } from './observability/logger.ts';
import type { Counters } from './observability/metrics/counters.ts';
import type { MetricsAnswer } from './observability/metrics/metrics-page.ts';
import type { Tracing } from './observability/tracing/tracing.ts';
import type { LeaseOptions } from './ownership/node-model.ts';
import type { Ownership, OwnershipFollower } from './ownership/ownership.ts';
import type { Egress } from './slack/proxy.ts';
import type { SlackFetch } from './slack/slack-fetch.ts';
import type { CallSlack } from './slack/web-api.ts';
import type { Clock } from './time/clock.ts';
import type { ServerJobs } from './wiring/create-jobs.ts';
import type { Storage } from './wiring/create-storage.ts';
import type { TeamConnectionsOptions } from './wiring/create-team-connections.ts';

/** Settings of connections, of teams (RTM) and of the app (Socket Mode). */
export type ConnectionsOptions = TeamConnectionsOptions & SocketConnectionsOptions;

export interface EngineOptions {
  judge: JudgeOptions;
  periodicCheck: PeriodicCheckOptions;
  refresher: RefresherOptions;
  dispatcher: DispatcherOptions;
  interactions: InteractionsOptions;
  events: EventsOptions;
  connections: ConnectionsOptions;
}

/** What no bot should change and benchmarks and tests may; index.ts does not export it. */
export interface ServerTuning {
  /** Each commit of SQLite takes so much longer, in milliseconds, as on a slower disk; see openSqliteStore. @defaultValue 0 */
  commitDelayMs?: number | undefined;
  /** Says what this server owns, and the database is not locked: for several servers of a test on one PostgreSQL. @defaultValue the database says it */
  ownership?: Ownership;
  /** What is counted for /metrics. @defaultValue counters of its own */
  counters?: Counters;
  /** Times of the lease on PostgreSQL. */
  lease?: LeaseOptions;
  /** Whether several servers share a PostgreSQL database. @defaultValue true */
  isShared?: boolean;
}

export interface EngineDeps {
  config: Config;
  options: EngineOptions;
  loopbackOnly: boolean;
  storage: Storage;
  /** Which part of the work is this process's. */
  ownership: Ownership;
  roster: Roster;
  tokens: TokenMap;
  hooks: Hooks;
  bolt: Pick<Bolt, 'awaitsAck' | 'process' | 'respond'>;
  slackFetch: Pick<SlackFetch, 'fetch'>;
  callSlack: CallSlack;
  /** What the public pages call the bot. */
  botName: BotName;
  /** The bot's own, for the public pages. */
  templates: Pick<BotPages, 'dress'>;
  /** The bot's own, on the public port. */
  routes: Pick<BotRoutes, 'isEmpty' | 'answer' | 'drain'>;
  /** Undefined without a proxy. */
  egress: Egress | undefined;
  jobs: Pick<ServerJobs, 'observe' | 'start' | 'stop' | 'prune'> & OwnershipFollower;
  /** What is counted for /metrics. */
  counters: Counters;
  /** What it shows. */
  renderMetrics(): Promise<MetricsAnswer>;
  /** Off without an OpenTelemetry SDK. */
  tracing: Tracing;
  /** Takes secrets out of a text that is stored or told. */
  readonly redact: (text: string) => string;
  clock: Clock;
  random: () => number;
  log: Logger;
}
