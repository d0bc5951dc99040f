/**
 * The admin API on a real database, over real HTTP. Whatever it answers is compared with its own document: a status, header or field
 * that does not stand there fails the test, and so does a stack trace.
 */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { expect, onTestFinished } from 'vitest';
import { createHttpServer } from '../http/server.ts';
import type { Operation } from '../operations/operation.ts';
import { type Operations, type OperationsOptions, openOperations } from '../operations/operations.test-kit.ts';
import { operations as allOperations } from '../operations/operations.ts';
import type { Engine } from '../store/store-fixture.test-kit.ts';
import { systemClock } from '../time/clock.ts';
import { createAdminApp } from './admin-app.ts';
import { checkAnswer } from './document-check.test-kit.ts';
import { createGate } from './gate.ts';
import { createDocument } from './openapi/document.ts';
import { routeOf } from './route.ts';
import { teamData } from './stream/stream-feed.ts';
import { StreamHub } from './stream/stream-hub.ts';

export const OPERATE_TOKEN = 'test-operate-token-0123456789';
export const READ_TOKEN = 'test-read-token-0123456789abc';

export interface ApiOptions extends OperationsOptions {
  /** @defaultValue all */
  operations?: readonly Operation[];
  /** @defaultValue none: the address alone says where it is */
  publicUrl?: string;
  /** @defaultValue false */
  isOnLoopback?: boolean;
  /** What an operation meets that needs the server stopped. @defaultValue no server */
  acquireLock?: () => Promise<void>;
  /** ADMIN_SHOW_TEXTS. @defaultValue false */
  showsTexts?: boolean;
}

/** How a request differs from a plain one. */
export interface Ask {
  /** @defaultValue OPERATE_TOKEN; null sends none */
  token?: string | null;
  /** Sent as JSON; a text as it is. */
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** Undefined when it is no JSON. */
  body: unknown;
}

export interface Api extends Operations {
  /** Where it listens. */
  address: string;
  /** What its stream tells; it keeps ten events, and a client catches up with four rows. */
  hub: StreamHub;
  /** What it logged. */
  logged: { level: string; facts: object; message: string }[];
  /** How often it asked the server to look at the rows. */
  woken: () => number;
  stop: () => Promise<void>;
  /** What tells the API to end. */
  stopping: AbortSignal;
  ask: (method: string, path: string, request?: Ask) => Promise<Answer>;
}

/** Serves the API; it ends with the test. */
export async function openApi(engine: Engine, options: ApiOptions = {}): Promise<Api> {
  const opened = await openOperations(engine, options);
  const { operations = allOperations, publicUrl, isOnLoopback = false, acquireLock, showsTexts = false } = options;
  const logged: Api['logged'] = [];
  const log = (level: string) => (facts: object, message: string) => void logged.push({ level, facts, message });
  const stopping = new AbortController();
  let wakes = 0;
  const hub = new StreamHub({ nodeId: () => 'test-node', capacity: 10 });
  const app = createAdminApp({
    ...opened,
    ...createGate({
      tokens: { operate: OPERATE_TOKEN, read: READ_TOKEN },
      key: opened.storage.vault.deriveKey('admin-session'),
      store: opened.storage.store,
      trustProxy: { hops: 1 },
      publicUrl,
      isSecure: publicUrl?.startsWith('https:') ?? false,
      isOnLoopback,
      clock: opened.clock,
    }),
    operations,
    context: { ...opened.context, showsTexts, ...(acquireLock && { acquireLock }) },
    version: '0.0.0-test',
    hub,
    changedSince: async (seq) => {
      const views = await opened.storage.installations.changedSince(seq, 5);
      return views.length < 5 ? views.map((view) => () => teamData(view)) : undefined;
    },
    redact: (text) => text.replaceAll('xoxb-test-leak', '[token]'),
    wake: () => void wakes++,
    stopping: stopping.signal,
    log: { info: log('info'), warn: log('warn'), error: log('error') },
  });
  const http = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    app,
    clock: systemClock,
    log: { warn: log('warn') },
  });
  const { url: address } = await http.start();
  const stop = async () => {
    stopping.abort();
    await http.stop({ graceMs: 1_000 });
  };
  onTestFinished(stop);
  const document = createDocument(operations.map(routeOf), '0.0.0-test');
  return {
    ...opened,
    address,
    hub,
    logged,
    woken: () => wakes,
    stop,
    stopping: stopping.signal,
    async ask(method, path, request = {}) {
      const answer = await send(`${address}${path}`, method, request);
      checkAnswer(document, { method, path, answer });
      return answer;
    },
  };
}

/** Not by fetch, which lets nobody set Host, Origin and what browsers say by themselves. */
export async function send(
  url: string,
  method: string,
  { token = OPERATE_TOKEN, body, headers = {} }: Ask,
): Promise<Answer> {
  const sent = request(url, {
    method,
    agent: false,
    headers: {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
  });
  sent.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const answered = headersOf(response);
  const text = Buffer.concat(await response.toArray()).toString();
  const isJson = /^application\/(problem\+)?json/.test(answered.get('content-type') ?? '') && text !== '';
  return { status: response.statusCode ?? 0, headers: answered, text, body: isJson ? JSON.parse(text) : undefined };
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let i = 0; i < rawHeaders.length; i += 2) headers.append(rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '');
  return headers;
}

/** A problem with this status and code. */
export function expectProblem(answer: Answer, status: number, code: string): void {
  expect(answer.body).toMatchObject({ status, code });
  expect(answer.status).toBe(status);
}
