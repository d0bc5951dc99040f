/**
 * The request URL: `POST /slack/events`, for events, commands, actions, views and options. Served by node:http itself, because
 * the signature is of the raw bytes and every microsecond counts. Decides who posts and what; receiver.ts does the rest.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DeliveryReceiver } from '../intake/delivery.ts';
import { kindOf } from '../intake/event-routing.ts';
import type { Clock } from '../time/clock.ts';
import { answerDelivery, answerEmpty, answerProblem, answerText } from './answer.ts';
import { isSslCheck, parseBody, readBody } from './body.ts';
import { createSignatureCheck } from './signature.ts';

/** Where Slack posts. */
export const REQUEST_PATH = '/slack/events';

export interface RequestUrlDeps {
  signingSecret: string;
  receiver: DeliveryReceiver;
  clock: Clock;
  log: { warn(facts: object, message: string): void; error(facts: object, message: string): void };
}

/** Rejected signatures are logged at most once in so many milliseconds: anybody can send as many as they like. */
const REJECTED_LOG_MS = 60_000;

/** Answers requests for the request URL and says so; leaves all others alone. */
export function createRequestUrl(
  deps: RequestUrlDeps,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const { receiver, clock, log } = deps;
  const isSigned = createSignatureCheck(deps.signingSecret);
  let rejected = 0;
  let rejectedLoggedAtMs = Number.NEGATIVE_INFINITY;

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
    if (request.method !== 'POST') return answerProblem(response, 405, { allow: 'POST' });
    const read = await readBody(request, clock);
    if (read.kind === 'gone') return;
    if (read.kind === 'too_large') return answerProblem(response, 413);
    if (read.kind === 'too_slow') return answerProblem(response, 408, { connection: 'close' });
    const { bytes } = read;
    const { headers } = request;
    // Slack only tries the certificate of this server then, and signs nothing.
    if (isSslCheck(headers['content-type'], bytes)) return answerEmpty(response);
    const timestamp = textOf(headers['x-slack-request-timestamp']);
    const signature = textOf(headers['x-slack-signature']);
    if (!isSigned({ timestamp, signature, body: bytes, nowMs: clock.now() })) return reject(response);
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
    const answer = await receiver.receive({
      ...parsed,
      ...(retryNum > 0 && { retryNum }),
      ...(retryReason !== undefined && { retryReason }),
    });
    answerDelivery(response, answer);
  }

  function reject(response: ServerResponse): void {
    rejected++;
    answerProblem(response, 401);
    if (clock.monotonic() - rejectedLoggedAtMs < REJECTED_LOG_MS) return;
    rejectedLoggedAtMs = clock.monotonic();
    log.warn(
      { rejected },
      'requests without a valid signature of Slack rejected: check SLACK_SIGNING_SECRET and the clock',
    );
    rejected = 0;
  }
}

/** A header that came twice is no header of Slack's. */
function textOf(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
