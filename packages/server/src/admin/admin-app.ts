/**
 * The admin API: a door to operations/ over HTTP. It finds the operation of a request, asks who is there, reads the fields, and writes
 * down what the operation answers; what there is, what it takes and who may do it is said by the operation.
 */
import { randomUUID } from 'node:crypto';
import { BotServerError, isBotServerError } from '../errors.ts';
import type { HttpEnv } from '../http/server.ts';
import { type Operation, perform } from '../operations/operation.ts';
import type { OperationContext } from '../operations/operation-context.ts';
import type { Clock } from '../time/clock.ts';
import { summedUp } from '../time/summed.ts';
import { within } from '../time/within.ts';
import type { Caller } from './access.ts';
import { answerLines, wantsLines } from './answer-lines.ts';
import { createDashboardFiles, DASHBOARD_PATH, type DashboardFiles } from './dashboard/dashboard-files.ts';
import type { Gate } from './gate.ts';
import { readJsonBody } from './json-body.ts';
import { createDocument } from './openapi/document.ts';
import { DOCUMENT_PATH } from './openapi/door-paths.ts';
import { headersOf, PROBLEM_TYPE, problemOf } from './problem.ts';
import { queryFields, withPathField } from './query-fields.ts';
import type { Route } from './route.ts';
import { createRoutes } from './routes.ts';
import { answerSession, SESSION_PATH } from './session-routes.ts';
import { answerStream, STREAM_PATH, type StreamDeps } from './stream/answer-stream.ts';

/** How long an answer to a question may take, in milliseconds. What is done is not cut: half done it would be of no use. */
const READ_LIMIT_MS = 30_000;

export interface AdminAppDeps extends Gate, Pick<StreamDeps, 'hub' | 'changedSince'> {
  operations: readonly Operation[];
  /** Of the package, as the document says it. */
  version: string;
  context: OperationContext;
  /** What Prometheus reads. @defaultValue there is no /metrics */
  metrics?: () => Promise<{ contentType: string; text: string }>;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
  /** Something was changed: act on it at once. */
  wake(): void;
  /** Aborts when the server stops: what waits ends. */
  stopping: AbortSignal;
  clock: Clock;
  log: Record<'info' | 'warn' | 'error', (facts: object, message: string) => void>;
}

/** Where Prometheus looks by itself. */
export const METRICS_PATH = '/metrics';

/** The API, to be served with createHttpServer() below /api. */
export interface AdminApp {
  fetch(request: Request, env: HttpEnv): Promise<Response>;
}

const COMMON_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** Builds the API of operations. */
export function createAdminApp(deps: AdminAppDeps): AdminApp {
  const routes = createRoutes(deps.operations);
  const toJson = (value: unknown) => jsonOf(value, deps.redact);
  const dashboard = createDashboardFiles();
  // Strangers ask as often as they like.
  const noteRefused = summedUp<Refused>(deps.clock, (times, last) =>
    deps.log.warn({ ...last, times }, 'admin access refused'),
  );
  const all: Deps = { ...deps, dashboard, routes, own: ownRoutes(deps, routes, toJson), toJson, noteRefused };
  return {
    async fetch(request, env) {
      const requestId = requestIdOf(request);
      const call = { request, requestId, url: new URL(request.url), address: deps.addressOf(request, env) };
      const response = await answer(all, call).catch((error: unknown) => refusal(all, error, call));
      for (const [name, value] of Object.entries(COMMON_HEADERS)) {
        if (!response.headers.has(name)) response.headers.set(name, value);
      }
      response.headers.set('x-request-id', requestId);
      if (request.method !== 'HEAD') return response;
      await response.body?.cancel();
      return new Response(null, response);
    },
  };
}

/** One request on its way. */
export interface RequestCall {
  request: Request;
  requestId: string;
  url: URL;
  address: string;
}

/** What the API has beside operations, by path: asked by GET, with any token. */
type OwnRoutes = ReadonlyMap<string, (call: RequestCall, caller: Caller) => Promise<Response>>;

/** Somebody who was not let in. */
interface Refused {
  requestId: string;
  address: string;
  code: string;
}

interface Deps extends AdminAppDeps {
  readonly noteRefused: (refused: Refused) => void;
  routes: ReturnType<typeof createRoutes>;
  own: OwnRoutes;
  dashboard: DashboardFiles;
  readonly toJson: (value: unknown) => string;
}

function isOfDashboard(pathname: string): boolean {
  return pathname === DASHBOARD_PATH || pathname.startsWith(`${DASHBOARD_PATH}/`);
}

async function answer(deps: Deps, call: RequestCall): Promise<Response> {
  const { request, url, address } = call;
  if (isOfDashboard(url.pathname)) {
    deps.access.requireOwnHost(request);
    return deps.dashboard.answer(request);
  }
  if (url.pathname === SESSION_PATH) return await answerSession(request, address, deps);
  const caller = await deps.access.callerOf(request, address);
  const own = deps.own.get(url.pathname);
  const found = own ? undefined : deps.routes.find(url.pathname);
  if (!own && !found) throw new BotServerError('route_not_found', `There is nothing at ${url.pathname.slice(0, 200)}`);
  const methods = found ? [...found.routes.keys()] : ['GET'];
  const allow = [...methods.flatMap((one) => (one === 'GET' ? ['GET', 'HEAD'] : [one])), 'OPTIONS'].join(', ');
  if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: { allow } });
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const route = found?.routes.get(method);
  if (own && method === 'GET') return await own(call, caller);
  if (!route)
    throw new BotServerError('method_not_allowed', `${request.method} is not allowed here`, { facts: { allow } });
  requireRole(caller, route);
  return await run(deps, call, { route, pathValue: found?.pathValue, caller });
}

function requireRole({ role }: Caller, { operation }: Route): void {
  if (operation.role === 'read' || role === 'operate') return;
  throw new BotServerError('forbidden', `${operation.name} needs ADMIN_TOKEN, and this token only reads`);
}

async function run(
  deps: Deps,
  call: RequestCall,
  { route, pathValue, caller }: { route: Route; pathValue: string | undefined; caller: Caller },
): Promise<Response> {
  const { request, requestId, url, address } = call;
  const { operation } = route;
  const actor = { who: nameOf(caller), from: address };
  const given = route.method === 'GET' ? queryFields(url.searchParams, route) : await bodyOf(call);
  const input = withPathField(given, route, pathValue);
  const signal = AbortSignal.any([request.signal, deps.stopping]);
  // Who may only read does not read what people wrote.
  const context = { ...deps.context, showsTexts: deps.context.showsTexts && caller.role === 'operate' };
  const work = (onProgress: (progress: unknown) => void) =>
    perform(operation, input, { context, actor, signal, onProgress }).finally(() => {
      if (operation.role === 'operate') deps.wake();
    });
  if (operation.role === 'operate') deps.log.info({ requestId, operation: operation.name }, 'admin operation');
  if (operation.progress && wantsLines(request)) {
    return answerLines(work, { toJson: deps.toJson, problemOf: (error) => tellOf(deps, error, call) });
  }
  const output =
    operation.role === 'read'
      ? await inTime(
          work(() => {}),
          deps.clock,
        )
      : await work(() => {});
  return new Response(deps.toJson(output), { headers: { 'content-type': 'application/json' } });
}

/** As the audit names them: there are no users, only tokens. */
function nameOf({ role, session }: Caller): string {
  const token = role === 'operate' ? 'admin' : 'read';
  return session ? `api:session:${token}` : `api:${token}`;
}

async function bodyOf({ request, url }: RequestCall): Promise<unknown> {
  // Whoever puts fields into the address of a POST expects them to count.
  if (url.search !== '')
    throw new BotServerError('invalid_input', 'fields must stand in the JSON body, not in the address');
  return await readJsonBody(request);
}

function inTime<Output>(work: Promise<Output>, clock: Clock): Promise<Output> {
  const late = () => {
    throw new BotServerError('store_unavailable', `There was no answer within ${READ_LIMIT_MS / 1_000} s`);
  };
  return within(work, { clock, limitMs: READ_LIMIT_MS, late });
}

function refusal(deps: Deps, error: unknown, call: RequestCall): Response {
  const problem = tellOf(deps, error, call);
  const headers = { 'content-type': PROBLEM_TYPE, ...headersOf(error) };
  return new Response(deps.toJson(problem), { status: problem.status, headers });
}

/** The problem; what is our fault is logged under the id that the caller sees. */
function tellOf(deps: Deps, error: unknown, { request, requestId, url, address }: RequestCall) {
  const problem = problemOf(error, requestId);
  if (problem.status >= 500 && !isBotServerError(error, 'server_stopped')) {
    deps.log.error({ err: error, requestId, method: request.method, path: url.pathname }, 'admin request failed');
  }
  const { code } = problem;
  if (code === 'unauthorized' || code === 'too_many_attempts') deps.noteRefused({ requestId, address, code });
  return problem;
}

function ownRoutes(deps: AdminAppDeps, routes: Deps['routes'], toJson: Deps['toJson']): OwnRoutes {
  let document: string | undefined;
  const { metrics } = deps;
  const answerMetrics = async (show: NonNullable<typeof metrics>) => {
    const { contentType, text } = await show();
    return new Response(deps.redact(text), { headers: { 'content-type': contentType } });
  };
  return new Map<string, (call: RequestCall, caller: Caller) => Promise<Response>>([
    ...(metrics ? [[METRICS_PATH, () => answerMetrics(metrics)] as const] : []),
    [
      DOCUMENT_PATH,
      () => {
        document ??= JSON.stringify(createDocument(routes.all, deps.version));
        return Promise.resolve(new Response(document, { headers: { 'content-type': 'application/json' } }));
      },
    ],
    [
      STREAM_PATH,
      ({ request }, { role, session }) => {
        const call = { request, role, stopping: deps.stopping, endsAtMs: session?.expiresAtMs };
        return answerStream(call, { ...deps, toJson });
      },
    ],
  ]);
}

/** JSON with the secrets taken out of its texts. */
function jsonOf(value: unknown, redact: (text: string) => string): string {
  return JSON.stringify(value, (_name, part: unknown) => (typeof part === 'string' ? redact(part) : part));
}

/** That of the caller, when it is one that may stand in a log as it is. */
function requestIdOf(request: Request): string {
  const given = request.headers.get('x-request-id');
  return given !== null && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID();
}
