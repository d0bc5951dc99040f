/** Joins the admin API with the running server: its settings, its store, and what operations work with in the server's own process. */
import { type AdminApp, createAdminApp } from '../admin/admin-app.ts';
import { createGate, type Gate } from '../admin/gate.ts';
import { AuditFeed } from '../admin/stream/audit-feed.ts';
import { feedStream, type StreamFeed, teamData } from '../admin/stream/stream-feed.ts';
import { StreamHub } from '../admin/stream/stream-hub.ts';
import type { AdminTokens } from '../admin/tokens.ts';
import type { EngineDeps } from '../engine-deps.ts';
import { BotServerError } from '../errors.ts';
import type { History } from '../history/history.ts';
import { isLoopbackName, nameIn } from '../http/loopback-guard.ts';
import { createHttpServer, type HttpEnv, type HttpServer } from '../http/server.ts';
import type { MetricsAnswer } from '../observability/metrics/metrics-page.ts';
import type { OperationContext } from '../operations/operation-context.ts';
import { operations } from '../operations/operations.ts';
import type { ToldProcess } from '../reports/process-report.ts';
import type { OngoingTrouble } from '../store/store-trouble.ts';
import { version } from '../version.ts';
import { createOperationContext } from './create-operation-context.ts';

export interface AdminDeps
  extends Pick<EngineDeps, 'config' | 'storage' | 'ownership' | 'hooks' | 'redact' | 'clock' | 'random' | 'log'> {
  /** What this process remembers of events. */
  history: Pick<History, 'answer'>;
  /** How this process is now. */
  describeSelf(): ToldProcess;
  /** Why events cannot be stored now; see OperationContext. */
  storeTrouble(): Promise<OngoingTrouble | undefined>;
  /** What Prometheus reads. */
  renderMetrics(): Promise<MetricsAnswer>;
  /** Rows were written: act on them at once. */
  wake(): void;
}

/** What has the public port, or a part of it. */
export interface WebApp {
  fetch(request: Request, env: HttpEnv): Response | Promise<Response>;
}

/** The operator's door of a running server. */
export interface Admin {
  /** Puts the API and the dashboard before the public pages, unless it has a port of its own. */
  behind(pages: WebApp): WebApp;
  /** Listens where ADMIN_PORT says, and tells the log where the API is. @param publicUrl Where the public pages listen. */
  start(publicUrl: string): Promise<void>;
  /** What the stream tells of rows. */
  feed: StreamFeed;
  /** Ends what waits, and after `graceMs` cuts what is left. */
  stop(options: { graceMs: number }): Promise<void>;
}

/** Builds the door; without a token there is none, and nothing tells of it. */
export function createAdmin(deps: AdminDeps): Admin | undefined {
  const { config, log } = deps;
  const tokens = { operate: config.adminToken, read: config.adminReadToken };
  if (tokens.operate === undefined && tokens.read === undefined) return undefined;
  const stopping = new AbortController();
  const hub = new StreamHub({ nodeId: () => deps.ownership.nodeId });
  const app = createAdminApp({
    ...deps,
    ...gateOf(deps, tokens),
    operations,
    version,
    context: serverContext(deps),
    hub,
    changedSince: (seq) => changedSince(deps, seq),
    metrics: () => deps.renderMetrics(),
    stopping: stopping.signal,
  });
  const own = ownListener(deps, app);
  // Not beside the work, as what operators ask: a look takes some microseconds, and on SQLite a second thread would begin with each
  // server, a third of the cost of starting one, which most servers never need.
  const audits = new AuditFeed({ hub, reads: deps.storage.store, clock: deps.clock });
  return {
    feed: feedStream({ hub, on: (name, hook) => deps.hooks.on(name, hook) }),
    behind: (pages) => (own ? pages : joined(app, pages)),
    async start(publicUrl) {
      audits.start();
      const url = own ? (await own.start()).url : publicUrl;
      log.info({ url: `${url}/api`, port: own ? 'its own' : 'that of the public pages' }, 'admin API listens');
    },
    async stop(options) {
      audits.stop();
      stopping.abort(new BotServerError('server_stopped', 'The server stops'));
      await own?.stop(options);
    },
  };
}

/** Rows that a client catches up with; who missed more reads everything anew. */
const MOST_MISSED = 500;

async function changedSince({ storage }: AdminDeps, seq: number): Promise<(() => unknown)[] | undefined> {
  const views = await storage.installations.changedSince(seq, MOST_MISSED);
  return views.length < MOST_MISSED ? views.map((view) => () => teamData(view)) : undefined;
}

function gateOf({ config, storage, clock }: AdminDeps, tokens: AdminTokens): Gate {
  const { publicUrl, adminPort, adminHost = OWN_HOST, host, trustProxy } = config;
  const isShared = adminPort === undefined;
  return createGate({
    tokens,
    key: storage.vault.deriveKey('admin-session'),
    store: storage.store,
    trustProxy,
    publicUrl,
    isSecure: isShared && (publicUrl?.startsWith('https:') ?? false),
    isOnLoopback: isLoopback(isShared ? host : adminHost),
    clock,
  });
}

/** An API that nobody asked to be exposed is not. */
const OWN_HOST = '127.0.0.1';

function isLoopback(host: string): boolean {
  return isLoopbackName(nameIn(host.includes(':') ? `[${host}]` : host) ?? '');
}

/** What operations work with beside a running server is the same here, but for the server: it is this one, and cannot be stopped for them. */
function serverContext(deps: AdminDeps): OperationContext {
  return {
    ...createOperationContext(deps),
    findServer: () => Promise.resolve({ pid: process.pid }),
    recall: (question) => deps.history.answer(question),
    describeSelf: () => deps.describeSelf(),
    storeTrouble: () => deps.storeTrouble(),
    acquireLock() {
      const message = `This needs the server stopped, and the server that you ask runs (pid ${process.pid})`;
      const fix = 'Stop every server of this database, and run the same command of slack-bot-server there.';
      return Promise.reject(new BotServerError('store_locked', message, { fix }));
    },
  };
}

function ownListener({ config, clock, log }: AdminDeps, app: AdminApp): HttpServer | undefined {
  const { adminPort: port, adminHost: host = OWN_HOST } = config;
  if (port === undefined) return undefined;
  return createHttpServer({ host, port, app, clock, log, settings: { host: 'ADMIN_HOST', port: 'ADMIN_PORT' } });
}

function joined(app: AdminApp, pages: WebApp): WebApp {
  return {
    fetch: (request, env) => (isOfApi(request.url) ? app.fetch(request, env) : pages.fetch(request, env)),
  };
}

/** Asked for each request of a page: no URL is parsed for it. */
function isOfApi(url: string): boolean {
  return /^https?:\/\/[^/]*\/(?:(?:api|admin)(?:[/?#]|$)|metrics(?:[?#]|$))/.test(url);
}
