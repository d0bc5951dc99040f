/** What browsers and load balancers see: the public pages, /readyz, and the port behind which they and the request URL are. */
import { foreignHostAnswer } from '../admin/foreign-host.ts';
import type { StreamFeed } from '../admin/stream/stream-feed.ts';
import type { EngineDeps } from '../engine-deps.ts';
import type { History } from '../history/history.ts';
import { loopbackGuard } from '../http/loopback-guard.ts';
import { ReadinessCheck } from '../http/readiness.ts';
import { createHttpServer, type HttpServer, type RawHandler } from '../http/server.ts';
import { proveEventsWritable } from '../inbox/write-probe-repository.ts';
import type { ToldProcess } from '../reports/process-report.ts';
import { createAdmin } from './create-admin.ts';
import { createPublicApp } from './create-public-app.ts';

export interface PagesDeps extends EngineDeps {
  history: Pick<History, 'answer'>;
  /** How this process is now. */
  describeSelf(): ToldProcess;
  /** Rows were written: act on them at once. */
  wake(): void;
  /** Whether every row was read. */
  isBooted(): boolean;
}

export interface Pages {
  http: HttpServer;
  readiness: ReadinessCheck;
  /** Where browsers reach this server. Without PUBLIC_URL it is known when it listens. */
  publicUrl(): string;
  /** Listens; `requestUrl` is asked before the pages. */
  start(requestUrl: RawHandler | undefined): Promise<{ url: string }>;
  /** What the stream of the admin API tells of rows; undefined without one. */
  feed: StreamFeed | undefined;
  /** Takes no new request, ends what waits for something, and after `graceMs` cuts what is left. */
  stop(options: { graceMs: number }): Promise<void>;
  /** How many installs are half done. */
  readonly installing: number;
  /** Resolves when no install is half done. */
  installsSettled(): Promise<void>;
}

/** The pages of a server. */
export function createPages(deps: PagesDeps): Pages {
  const { config, storage, loopbackOnly, routes, clock, log } = deps;
  const { host, port } = config;
  const readiness = new ReadinessCheck({
    write: (options) => proveEventsWritable(storage.store, options),
    isBooted: () => deps.isBooted(),
    ownership: deps.ownership,
    clock,
    log,
  });
  const publicApp = createPublicApp({ ...deps, ready: () => readiness.check() });
  const admin = createAdmin({ ...deps, storeTrouble: () => readiness.storeTrouble() });
  // What the server's own paths are the bot's routes cannot name (route-pattern.ts), so the order decides nothing but the cost.
  const pages: typeof publicApp.app = {
    fetch: (request, env) => (routes.isEmpty ? undefined : routes.answer(request)) ?? publicApp.app.fetch(request, env),
  };
  const app = admin?.behind(pages) ?? pages;
  const http = createHttpServer({ host, port, app, clock, log });
  const guard = loopbackOnly ? loopbackGuard(config.publicUrl, foreignHostAnswer) : undefined;
  let listensAt = '';

  return {
    http,
    readiness,
    feed: admin?.feed,
    publicUrl: () => config.publicUrl ?? listensAt,
    async start(requestUrl) {
      await deps.botName.load();
      const { url } = await http.start(guarded(guard, requestUrl));
      listensAt = url;
      publicApp.listensAt(url);
      await admin?.start(url);
      return { url };
    },
    async stop(options) {
      await Promise.all([admin?.stop(options), http.stop(options)]);
    },
    get installing() {
      return publicApp.installing;
    },
    installsSettled: () => publicApp.settled(),
  };
}

function guarded(guard: RawHandler | undefined, requestUrl: RawHandler | undefined): RawHandler | undefined {
  if (!guard) return requestUrl;
  return (request, response) => guard(request, response) || (requestUrl?.(request, response) ?? false);
}
