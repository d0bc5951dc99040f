/**
 * The request URL: `POST /slack/events`, for events, commands, actions, views and options. Served by node:http itself, because
 * the signature is of the raw bytes and every microsecond counts. Decides who posts and what; receiver.ts does the rest.
 */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { kindOf } from '../slack/delivery/body.ts';
import type { DeliveryReceiver } from '../slack/delivery/delivery.ts';
import type { Clock } from '../time/clock.ts';
import { summedUp } from '../time/summed.ts';
import { answerDelivery, answerEmpty, answerProblem, answerText } from './answer.ts';
import { isSslCheck, maySslCheck, parseBody } from './parse-body.ts';
import { readBody } from './read-body.ts';
import { claimIn, createSignatureCheck } from './signature.ts';
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
  /** One was without a valid signature. */
  onRejected?: () => void;
  clock: Clock;
  log: { warn(facts: object, message: string): void; error(facts: object, message: string): void };
}

/** Answers requests for the request URL and says so; leaves all others alone. */
export function createRequestUrl(
  deps: RequestUrlDeps,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const { receiver, clock, log } = deps;
  const isSigned = createCheckOfAny(deps.signingSecret, createSignatureCheck, {
    onUse: (use) => log.warn({ ...use }, 'SLACK_SIGNING_SECRET has two secrets, and Slack signs with this one'),
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
    if (!claim && !maySslCheck(request)) return reject(response, { connection: 'close' });
    const read = await readBody(request, { clock, bodies, chunks });
    if (read.kind === 'gone') return;
    if (read.kind === 'too_large') return answerProblem(response, 413, { connection: 'close' });
    if (read.kind !== 'read') return answerProblem(response, 408, { connection: 'close' });
    const { bytes } = read;
    // Slack only tries the certificate of this server then, and signs nothing.
    if (isSslCheck(request.headers['content-type'], bytes)) return answerEmpty(response);
    if (!claim || !isSigned(claim, bytes)) return reject(response);
    deps.onSigned?.(request.socket);
    await serveSigned(request, response, bytes);
  }

  async function serveSigned(request: IncomingMessage, response: ServerResponse, bytes: Buffer): Promise<void> {
    const { headers } = request;
    const parsed = parseBody(headers['content-type'], bytes);
    if (!parsed) return answerProblem(response, 400);
    const { body } = parsed;
    if (body.type === 'url_verification' && typeof body.challenge === 'string')
      return answerText(response, body.challenge);
    if (kindOf(body) === 'unknown') return answerProblem(response, 400);
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

  function reject(response: ServerResponse, headers: OutgoingHttpHeaders = {}): void {
    deps.onRejected?.();
    noteRejection();
    answerProblem(response, 401, headers);
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
