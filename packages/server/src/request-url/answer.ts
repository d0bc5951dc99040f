/** What the request URL says to Slack: the receiver's answers and problems as HTTP. Writes nothing to a client that has gone. */

import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { assertNever } from '../assert-never.ts';
import type { DeliveryAnswer } from '../slack/delivery/delivery.ts';

const titles = {
  400: 'This is nothing that Slack sends',
  401: 'The request is not signed by Slack',
  403: 'The request is for another Slack app, or cannot be stored',
  405: 'Only Slack posts here',
  408: 'The request took too long to arrive',
  413: 'The request is too large',
  500: 'The listener failed before it answered',
  503: 'The request cannot be taken right now',
  504: 'No listener answered in time',
} as const;

/** The receiver's answer. Only what was accepted is a 200: everything else Slack delivers again, or shows to the person as failed. */
export function answerDelivery(response: ServerResponse, answer: DeliveryAnswer): void {
  switch (answer.kind) {
    case 'accepted':
      return answerEmpty(response);
    case 'payload':
      if (typeof answer.payload === 'string') return answerText(response, answer.payload);
      return send(response, 200, 'application/json; charset=utf-8', JSON.stringify(answer.payload));
    case 'refused':
      // It will be refused each time. (https://docs.slack.dev/apis/events-api, "Turning retries off")
      return answerProblem(response, 403, { 'x-slack-no-retry': '1' });
    case 'unavailable':
      return answerProblem(response, 503);
    case 'unanswered':
      return answerProblem(response, answer.reason === 'timed_out' ? 504 : 500);
    default:
      return assertNever(answer, 'answer');
  }
}

/** 200 without a body. */
export function answerEmpty(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': 0 }).end();
}

/** 200 with a text. */
export function answerText(response: ServerResponse, text: string): void {
  send(response, 200, 'text/plain; charset=utf-8', text);
}

/** RFC 9457 problem+json. Does nothing when an answer was begun. */
export function answerProblem(
  response: ServerResponse,
  status: keyof typeof titles,
  headers: OutgoingHttpHeaders = {},
): void {
  if (response.headersSent) return;
  const body = JSON.stringify({ type: 'about:blank', title: titles[status], status });
  send(response, status, 'application/problem+json', body, headers);
}

function send(
  response: ServerResponse,
  status: number,
  contentType: string,
  text: string,
  headers: OutgoingHttpHeaders = {},
): void {
  response
    .writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(text), ...headers })
    .end(text);
}
