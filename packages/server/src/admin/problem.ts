/** What went wrong, as RFC 9457 problem+json: always with the code and its fix, never with a stack or a secret. */
import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { BotServerError, type ErrorFacts, isBotServerError } from '../errors.ts';
import { statusOf } from './problem-status.ts';

export const PROBLEM_TYPE = 'application/problem+json';

/** The members of a problem. `type` is about:blank: the code says what kind it is. */
export const problemSchema = z.object({
  type: z.literal('about:blank'),
  title: z.string().describe('The reason phrase of the status.'),
  status: z.int(),
  detail: z.string().describe('What happened, to what.'),
  code: z.string().describe('Stable; programs branch by it.'),
  fix: z.string().describe('What to do about it.'),
  requestId: z.string().describe('As in the header x-request-id, and in the log.'),
  facts: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .describe('What it concerns: ids and values.'),
  causes: z.array(z.string()).describe('The chain of causes, nearest first.'),
});

export type Problem = z.output<typeof problemSchema>;

/** The problem that an error is. What nobody foresaw is told in the log only. */
export function problemOf(error: unknown, requestId: string): Problem {
  const known = isBotServerError(error) ? error : unforeseen;
  const status = statusOf(known.code);
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: known.message,
    code: known.code,
    fix: known.fix,
    requestId,
    facts: factsOf(known.facts),
    causes: causesOf(known),
  };
}

const unforeseen = new BotServerError('unexpected', 'Something went wrong here, not in the request', {
  fix: 'The log of the server says more: look there for the request id, and report it.',
});

function factsOf(facts: ErrorFacts): Problem['facts'] {
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** As many as the command line shows. */
const MOST_CAUSES = 3;

function causesOf(error: BotServerError): string[] {
  const causes: string[] = [];
  for (let cause = error.cause; cause instanceof Error && causes.length < MOST_CAUSES; cause = cause.cause) {
    if (cause.message !== error.message) causes.push(cause.message);
  }
  return causes;
}

/** What HTTP wants beside the problem. */
export function headersOf(error: unknown): Record<string, string> {
  if (!isBotServerError(error)) return {};
  const { retryAfterMs, allow } = error.facts;
  return {
    ...(error.code === 'unauthorized' && { 'www-authenticate': 'Bearer realm="slack-bot-server"' }),
    ...(typeof allow === 'string' && { allow }),
    ...(typeof retryAfterMs === 'number' && { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) }),
  };
}
