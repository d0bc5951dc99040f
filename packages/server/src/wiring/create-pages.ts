/** What browsers and load balancers see: the public pages, /readyz, and the port behind which they and the request URL are. */
import type { EngineDeps } from '../engine-deps.ts';
import { loopbackGuard } from '../http/loopback-guard.ts';
import { ReadinessCheck } from '../http/readiness.ts';
import { createHttpServer, type HttpServer, type RawHandler } from '../http/server.ts';
import { proveEventsWritable } from '../inbox/write-probe-repository.ts';
import { createPublicApp } from './create-public-app.ts';

export interface PagesDeps extends EngineDeps {
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
  /** Resolves when no install is half done. */
  installsSettled(): Promise<void>;
}

/** The pages of a server. */
export function createPages(deps: PagesDeps): Pages {
  const { config, storage, loopbackOnly, clock, log } = deps;
  const { host, port } = config;
  const readiness = new ReadinessCheck({
    write: () => proveEventsWritable(storage.store),
    isBooted: () => deps.isBooted(),
    ownership: deps.ownership,
    clock,
    log,
  });
  const publicApp = createPublicApp({ ...deps, ready: () => readiness.check() });
  const http = createHttpServer({ host, port, app: publicApp.app, clock, log });
  const guard = loopbackOnly ? loopbackGuard(config.publicUrl) : undefined;
  let listensAt = '';

  return {
    http,
    readiness,
    publicUrl: () => config.publicUrl ?? listensAt,
    async start(requestUrl) {
      const { url } = await http.start(guarded(guard, requestUrl));
      listensAt = url;
      publicApp.listensAt(url);
      return { url };
    },
    installsSettled: () => publicApp.settled(),
  };
}

function guarded(guard: RawHandler | undefined, requestUrl: RawHandler | undefined): RawHandler | undefined {
  if (!guard) return requestUrl;
  return (request, response) => guard(request, response) || (requestUrl?.(request, response) ?? false);
}
