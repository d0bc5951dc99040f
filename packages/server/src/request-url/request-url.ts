/**
 * The request URL: `POST /slack/events`, for events, commands, actions, views and options. Served by node:http itself, because
 * the signature is of the raw bytes and every microsecond counts. Decides who posts and what; receiver.ts does the rest.
 */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { readObject } from '../read-json.ts';
import { kindOf } from '../slack/delivery/body.ts';
import type { DeliveryReceiver } from '../slack/delivery/delivery.ts';
import type { Clock } from '../time/clock.ts';
import { summedUp } from '../time/summed.ts';
import { answerDelivery, answerEmpty, answerProblem, answerText } from './answer.ts';
import { isOwnChallenge } from './own-challenge.ts';
import { isSslCheck, maySslCheck, parseBody } from './parse-body.ts';
import { readBody } from './read-body.ts';
import { claimIn, createSignatureCheck, whyRejected } from './signature.ts';
import { createCheckOfAny } from './signing-secrets.ts';
import { SmallChunks } from './small-chunks.ts';
import { UnverifiedBodies } from './unverified-bodies.ts';

/** Where Slack posts. */
export const REQUEST_PATH = '/slack/events';

export interface RequestUrlDeps {
  /** One, or two with a comma while it is rotated. */
  signingSecret: string;
  receiver: DeliveryReceiver;
  /** A request over this connection was signed. */
  onSigned?: (socket: Socket) => void;
  /** Slack asked by a signed challenge whether this is the request URL. */
  onChallenge?: () => void;
  /** One was not taken before anybody looked for whom it is. */
  onTurnedAway?: (turned: TurnedAway) => void;
  clock: Clock;
  log: { warn(facts: object, message: string): void; error(facts: object, message: string): void };
}

/** Why a request was answered something else than 200 by this file. */
export interface TurnedAway {
  status: 400 | 401 | 408 | 413;
  why: 'no_signature' | 'stale_timestamp' | 'wrong_signature' | 'too_slow' | 'too_large' | 'not_slacks';
  /** By how much the timestamp differs from this clock, in milliseconds; positive: it is older. */
  skewMs?: number;
  /** The body, as far as it was read. */
  bytes?: Uint8Array;
}

/** Answers requests for the request URL and says so; leaves all others alone. */
export function createRequestUrl(
  deps: RequestUrlDeps,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const { receiver, clock, log } = deps;
  const isSigned = createCheckOfAny(deps.signingSecret, createSignatureCheck, {
    onUse: (use) => log.warn({ ...use }, 'SLACK_SIGNING_SECRET has two secrets, and Slack signs with this one'),
    // A doctor signs with the first one, of which Slack may know nothing.
    isUse: (_claim, bytes) => !isOwnChallenge(readObject(Buffer.from(bytes).toString('utf8')) ?? {}),
    now: () => clock.now(),
  });
  const bodies = new UnverifiedBodies({ clock, onCut: (count) => noteCuts(count) });
  const chunks = new SmallChunks(clock);
  const noteRejection = summedUp(clock, (rejected) =>
    log.warn(
      { rejected },
      'requests without a valid signature of Slack rejected: check SLACK_SIGNING_SECRET and the clock',
    ),
  );
  const noteCuts = summedUp<number>(clock, (times, cut) =>
    log.warn({ times, cut }, 'half-sent requests took too much memory: the slowest were cut'),
  );

  return (request, response) => {
    const { url = '' } = request;
    if (url !== REQUEST_PATH && !url.startsWith(`${REQUEST_PATH}?`)) return false;
    serve(request, response).catch((error: unknown) => {
      log.error({ err: error }, 'request of Slack failed');
      answerProblem(response, 500);
    });
    return true;
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') return answerProblem(response, 405, { allow: 'POST', ...closing(request) });
    const claim = claimIn(request.headers, clock.now());
    // Whoever has nothing to prove it with is not listened to: no byte of the body is read.
    if (!claim && !maySslCheck(request)) return reject(request, response, { headers: { connection: 'close' } });
    const read = await readBody(request, { clock, bodies, chunks });
    if (read.kind === 'gone') return;
    if (read.kind === 'too_large') return turnAway(response, { status: 413, why: 'too_large' });
    if (read.kind !== 'read') return turnAway(response, { status: 408, why: 'too_slow' });
    const { bytes } = read;
    // Slack only tries the certificate of this server then, and signs nothing.
    if (isSslCheck(request.headers['content-type'], bytes)) return answerEmpty(response);
    if (!claim || !isSigned(claim, bytes)) return reject(request, response, { bytes });
    deps.onSigned?.(request.socket);
    await serveSigned(request, response, bytes);
  }

  async function serveSigned(request: IncomingMessage, response: ServerResponse, bytes: Buffer): Promise<void> {
    const { headers } = request;
    const parsed = parseBody(headers['content-type'], bytes);
    if (!parsed) return unreadable(response, bytes);
    const { body } = parsed;
    if (body.type === 'url_verification' && typeof body.challenge === 'string') {
      if (!isOwnChallenge(body)) deps.onChallenge?.();
      return answerText(response, body.challenge);
    }
    if (kindOf(body) === 'unknown') return unreadable(response, bytes);
    const retryNum = Number(textOf(headers['x-slack-retry-num']) ?? 0);
    const retryReason = textOf(headers['x-slack-retry-reason']);
    const traceparent = textOf(headers.traceparent);
    const tracestate = textOf(headers.tracestate);
    const answer = await receiver.receive({
      ...parsed,
      ...(traceparent !== undefined && { traceparent }),
      ...(tracestate !== undefined && { tracestate }),
      ...(retryNum > 0 && { retryNum }),
      ...(retryReason !== undefined && { retryReason }),
    });
    answerDelivery(response, answer);
  }

  function reject(
    { headers: sent }: IncomingMessage,
    response: ServerResponse,
    { headers = {}, bytes }: { headers?: OutgoingHttpHeaders; bytes?: Buffer } = {},
  ): void {
    noteRejection();
    deps.onTurnedAway?.({ status: 401, ...whyRejected(sent, clock.now()), ...(bytes && { bytes }) });
    answerProblem(response, 401, headers);
  }

  function turnAway(response: ServerResponse, turned: TurnedAway & { status: 408 | 413 }): void {
    deps.onTurnedAway?.(turned);
    answerProblem(response, turned.status, { connection: 'close' });
  }

  /** Signed, and nothing that Slack sends. */
  function unreadable(response: ServerResponse, bytes: Buffer): void {
    deps.onTurnedAway?.({ status: 400, why: 'not_slacks', bytes });
    answerProblem(response, 400);
  }
}

/** A body that is not read must not be waited for. */
function closing({ headers }: IncomingMessage): OutgoingHttpHeaders {
  const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  return hasBody ? { connection: 'close' } : {};
}

/** A header that came twice is no header of Slack's. */
function textOf(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
