/** Asks auth.test who a token is: for probes of the judge, for the install flow and for imported teams without bot ids. */
import type { CallSlack, SlackAnswer } from '../slack/web-api.ts';
import type { ProbeAnswer, ProbeIdentity } from '../team/signal.ts';

/** Sends auth.test past the gate. A token of nobody is an answer too: `{ kind: 'error', code: 'invalid_auth' }`. */
export async function probeToken(callSlack: CallSlack, token: string, signal?: AbortSignal): Promise<ProbeAnswer> {
  return probeAnswerOf(await callSlack('auth.test', { token, purpose: 'probe', ...(signal ? { signal } : {}) }));
}

/** Reads auth.test's answer. */
export function probeAnswerOf(answer: SlackAnswer): ProbeAnswer {
  switch (answer.kind) {
    case 'ok':
      return { kind: 'ok', identity: identityIn(answer.body) };
    case 'error':
      return { kind: 'error', code: answer.code };
    case 'limited':
      return { kind: 'unanswered', reason: 'rate limited', retryAfterMs: answer.retryAfterMs };
    case 'failed':
    case 'refused':
      return { kind: 'unanswered', reason: answer.reason, retryAfterMs: 0 };
  }
}

/** The identity in an answer of auth.test; a field that is missing or no string is null. */
export function identityIn(body: Record<string, unknown>): ProbeIdentity {
  const text = (name: string) => (typeof body[name] === 'string' && body[name] !== '' ? (body[name] as string) : null);
  const url = text('url');
  return {
    teamId: text('team_id'),
    enterpriseId: text('enterprise_id'),
    teamName: text('team'),
    domain: url && URL.canParse(url) ? (new URL(url).hostname.split('.')[0] ?? null) : null,
    botUserId: text('user_id'),
    botId: text('bot_id'),
    appId: text('app_id'),
  };
}
