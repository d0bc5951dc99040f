/** Runs operations on a running server by its admin API: what comes back, and what is thrown, is the same as on its database. */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { z } from 'zod';
import { type Problem, problemSchema } from '../admin/problem.ts';
import { isErrorCode } from '../admin/problem-status.ts';
import { type Route, routeOf } from '../admin/route.ts';
import type { AddressFault, AddressUse } from '../doctor/address-fault.ts';
import { addressFault, schemeFault } from '../doctor/what-listens.ts';
import { BotServerError, messageOf } from '../errors.ts';
import type { Call, Operation } from '../operations/operation.ts';
import { type Clock, systemClock } from '../time/clock.ts';
import { version } from '../version.ts';
import { interrupted } from './interruptible.ts';
import { readAnswer } from './remote-answer.ts';
import type { Run } from './run.ts';
import { type Patience, whileItAnswers } from './silence.ts';
import { type StrangeAnswer, strangeAnswer, strangeText } from './strange-answer.ts';
import { unlimitedFetch } from './unlimited-fetch.ts';

/** Which server, and what lets us in. */
export interface RemoteServer {
  /** Where it is, without /api. */
  url: string;
  token: string;
}

/**
 * Runs operations there.
 * @param clock By which a server that says nothing is given up.
 * @throws BotServerError `admin_api_unreachable`, and what the server answers
 */
export function remoteRun(server: RemoteServer, clock: Clock = systemClock): Run {
  return async <Input extends z.ZodType, Output extends z.ZodType, Progress extends z.ZodType>(
    operation: Operation<Input, Output, Progress>,
    input: z.input<Input>,
    call: Call<z.output<Progress>> = {},
  ) => {
    const route = routeOf(operation as unknown as Operation);
    const asked = { route, fields: given(input as object), call, clock };
    const answer = await whileItAnswers((patience) => ask(server, { ...asked, ...patience }), {
      url: server.url,
      clock,
      silent: (waitedMs) => mute(server, { operation, waitedMs }),
    });
    const read = readAnswer(operation.output, answer);
    if ('fault' in read)
      throw ofOtherVersion(server, `answered something else than version ${version} knows: ${read.fault}`);
    return read.data;
  };
}

interface Asked extends Patience {
  route: Route;
  fields: Record<string, unknown>;
  call: Call<never>;
  clock: Clock;
}

async function ask(server: RemoteServer, asked: Asked): Promise<unknown> {
  const { route, clock } = asked;
  const response = await send(server, asked);
  asked.heard();
  const type = response.headers.get('content-type') ?? '';
  if (type.startsWith('application/problem+json'))
    throw errorOf(server, response, { body: await jsonOf(server, response, asked), operation: route.operation.name });
  if (type.startsWith('application/x-ndjson')) return await lastLine(server, response, asked);
  if (response.ok && type.startsWith('application/json')) return await jsonOf(server, response, asked);
  // Some servers answer plain HTTP on a port of TLS, and refuse it.
  const fault = response.status === 400 ? await schemeFault(server.url, USE) : undefined;
  if (fault) throw unreachable(server, fault);
  const strange = await strangeAnswer(response, { secret: server.token, clock });
  // A proxy says so of a server that it waited for in vain as well.
  const told = response.status >= 500 ? perhapsDone(strange, route.operation) : undefined;
  throw unreachable(server, told ?? strange);
}

async function send(server: RemoteServer, { route, fields, call, signal }: Asked): Promise<Response> {
  const { pathField, method, operation } = route;
  const { [pathField ?? '']: id, ...others } = fields;
  // There is no path to ask the server what is wrong.
  if (pathField !== undefined && (id === undefined || id === ''))
    throw new BotServerError('invalid_input', `${pathField} must be given`);
  const url = new URL(
    route.path.replace(/\{\w+\}/, () => segmentOf(String(id))),
    server.url,
  );
  if (method === 'GET') for (const [name, value] of pairsOf(others)) url.searchParams.append(name, value);
  let isSent = false;
  try {
    return await unlimitedFetch(url, {
      method,
      headers: {
        authorization: `Bearer ${server.token}`,
        accept: operation.progress ? 'application/x-ndjson' : 'application/json',
        ...(method === 'POST' && { 'content-type': 'application/json' }),
      },
      ...(method === 'POST' && { body: JSON.stringify(others) }),
      signal: call.signal ? AbortSignal.any([call.signal, signal]) : signal,
      // The token is for this address.
      redirect: 'manual',
      onSent: () => (isSent = true),
    });
  } catch (cause) {
    if (call.signal?.aborted) throw givenUp(server);
    signal.throwIfAborted();
    const fault = await addressFault(server.url, cause, USE);
    const what = fault?.what ?? `does not answer: ${reasonOf(cause)}`;
    const told =
      isSent && mayHaveTaken(fault) ? perhapsDone(fault?.kind === 'stranger' ? fault : { what }, operation) : undefined;
    throw unreachable(server, told ?? fault ?? { what });
  }
}

/** Whether who was sent a request and did not answer may have been the server: what ends every connection may be a proxy without it. */
function mayHaveTaken(fault: AddressFault | undefined): boolean {
  return fault === undefined || fault.kind === 'closed' || fault.kind === 'stranger';
}

/** The same of an operation that may have been done: whoever runs it again at once may do it twice. Undefined of one that only reads. */
function perhapsDone({ what, fix = IN_THE_LOG }: StrangeAnswer, { name, role }: Operation): StrangeAnswer | undefined {
  if (role === 'read') return undefined;
  return { what, fix: `${fix} Before you run ${name} again, check whether it was done.` };
}

const IN_THE_LOG = 'Look in the log of the server, or of the proxy in front of it.';

/**
 * What stands for an id in a path. `.` and `..` are no names there, however they are encoded, and an id like `count` would be taken for the
 * word of another path; the space behind them makes them neither, and the server takes it off like around any id.
 */
function segmentOf(id: string): string {
  const isWord = /^(?:\.{1,2}|[a-z-]+)$/.test(id);
  return encodeURIComponent(isWord ? `${id} ` : id);
}

/** Steps go to the caller; the last line is how it ended. */
async function lastLine(
  server: RemoteServer,
  response: Response,
  { call, route: { operation }, heard }: Asked,
): Promise<unknown> {
  // The end of the waiting aborts what may come after the last line; by then readline no longer listens for errors.
  const input = Readable.fromWeb(response.body as never)
    .on('error', () => {})
    .on('data', heard);
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of lines) {
      const told = JSON.parse(line) as { progress?: unknown; result?: unknown; problem?: unknown };
      if (told.problem !== undefined)
        throw errorOf(server, response, { body: told.problem, operation: operation.name });
      if (told.result !== undefined) return told.result;
      if (told.progress !== undefined) tellProgress(told.progress, { call, operation });
    }
  } catch (cause) {
    if (cause instanceof BotServerError) throw cause;
    if (call.signal?.aborted) throw givenUp(server);
    throw unreachable(server, CUT_OFF);
  } finally {
    input.destroy();
  }
  throw unreachable(server, CUT_OFF);
}

/** What cannot be read of a step is not told: the result says how it ended. */
function tellProgress(told: unknown, { call, operation }: { call: Call<never>; operation: Operation }): void {
  const step = operation.progress && readAnswer(operation.progress, told);
  if (step && 'data' in step) call.onProgress?.(step.data as never);
}

async function jsonOf(server: RemoteServer, response: Response, { call, heard }: Asked): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of response.body ?? []) {
      heard();
      chunks.push(chunk);
    }
  } catch {
    throw call.signal?.aborted ? givenUp(server) : unreachable(server, CUT_OFF);
  }
  const text = new TextDecoder().decode(Buffer.concat(chunks));
  try {
    return JSON.parse(text);
  } catch {
    throw unreachable(server, strangeText(response, text, server.token));
  }
}

const CUT_OFF = {
  what: 'did not complete its answer',
  fix: 'The connection to that server, or to the proxy in front of it, ended too early. Check what was done before you run it again.',
};

/** The error that the operation threw there. */
function errorOf(
  server: RemoteServer,
  response: Response,
  { body, operation }: { body: unknown; operation: string },
): BotServerError {
  const problem = problemSchema.safeParse(body);
  if (!problem.success) return unreachable(server, strangeText(response, JSON.stringify(body), server.token));
  const { code, detail, fix, facts, causes } = problem.data;
  if (code === 'unauthorized') return notLetIn(server);
  if (code === 'route_not_found' || code === 'method_not_allowed')
    return ofOtherVersion(server, `knows no ${operation}, as version ${version} does`);
  const cause = causeOf(causes);
  return new BotServerError(isErrorCode(code) ? code : 'unexpected', detail, { facts, fix, ...(cause && { cause }) });
}

/** What the server says is for those who send requests themselves. */
function notLetIn({ url }: RemoteServer): BotServerError {
  return new BotServerError('unauthorized', `The server at ${url} does not accept the ADMIN_TOKEN of this command`, {
    facts: { url },
    fix: 'Set ADMIN_TOKEN for this command to the ADMIN_TOKEN of that server, or to its ADMIN_READ_TOKEN for what only reads.',
  });
}

function causeOf(causes: Problem['causes']): Error | undefined {
  return causes.reduceRight<Error | undefined>((cause, message) => new Error(message, cause && { cause }), undefined);
}

function pairsOf(fields: Record<string, unknown>): [string, string][] {
  return Object.entries(fields).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one): [string, string] => [name, String(one)]),
  );
}

function given(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** Ctrl-C: the server notices that nobody waits any more. What takes one step is over by then. */
function givenUp({ url }: RemoteServer): BotServerError {
  const message = `Stopped waiting for ${url}, which ends after the current step`;
  return interrupted(message, 'Check there what was done, and run it again for the rest.');
}

/** It took the connection, and says nothing to anybody. What it was asked for, it may still do. */
function mute(
  server: RemoteServer,
  { operation, waitedMs }: { operation: Operation; waitedMs: number },
): BotServerError {
  const silent = {
    what: `accepts connections but does not answer; ${operation.name} waited ${Math.round(waitedMs / 1_000)} s`,
    fix: 'Check host and port in --server. If they are right, the server or a proxy in front of it is stuck: look in its log, and restart it.',
  };
  return unreachable(server, perhapsDone(silent, operation) ?? silent);
}

/** It answers, and as a server does that is not of this version. */
function ofOtherVersion({ url }: RemoteServer, what: string): BotServerError {
  return new BotServerError('admin_api_unreachable', `The server at ${url} ${what}`, {
    facts: { url },
    fix: 'Use the slack-bot-server of the version that runs there (`slack-bot-server status` says it), or check the address in --server.',
  });
}

const USE: AddressUse = {
  where: 'in --server',
  expected: 'a slack-bot-server',
  right: 'the address of a running slack-bot-server with its port (PORT, or ADMIN_PORT where that is set)',
};

function unreachable({ url }: RemoteServer, { what, fix }: { what: string; fix?: string }): BotServerError {
  return new BotServerError('admin_api_unreachable', `The server at ${url} ${what}`, {
    facts: { url },
    ...(fix !== undefined && { fix }),
  });
}

/** What fetch says is "fetch failed"; why is its cause. */
function reasonOf(thrown: unknown): string {
  const { cause } = thrown as { cause?: unknown };
  return messageOf(cause ?? thrown);
}
