/** What the server of `dev` answers under /api to what is not for, or not from, this machine: a problem like all others there. */
import { randomUUID } from 'node:crypto';
import { BotServerError } from '../errors.ts';
import type { GuardAnswer } from '../http/loopback-guard.ts';
import { PROBLEM_TYPE, problemOf } from './problem.ts';

/** Undefined for what is no path of the API. */
export function foreignHostAnswer(path: string, refusal: string): GuardAnswer | undefined {
  if (!/^\/api(?:[/?]|$)/.test(path)) return undefined;
  const requestId = randomUUID();
  const error = new BotServerError('forbidden', refusal, {
    fix: 'Ask under a name of this machine, or set PUBLIC_URL to the address under which browsers reach this server.',
  });
  return {
    headers: { 'content-type': PROBLEM_TYPE, 'x-request-id': requestId, 'cache-control': 'no-store' },
    body: JSON.stringify(problemOf(error, requestId)),
  };
}
