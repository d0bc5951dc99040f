/** Asks auth.test who a token is: for probes of the judge, for the install flow and for imported teams without bot ids. */
import { assertNever } from '../assert-never.ts';
import type { ProbeAnswer, ProbeIdentity } from '../slack/signal.ts';
import type { CallSlack, SlackAnswer } from '../slack/web-api.ts';
import { cutText } from '../store/storable-text.ts';

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
    default:
      return assertNever(answer, 'answer of Slack');
  }
}

/** What is longer is no id, and could not be indexed. */
const MAX_ID_LENGTH = 64;
/** Slack's own names are shorter. */
const MAX_NAME_LENGTH = 255;

/** The identity in an answer of auth.test; a field that is missing, no string or no id is null. */
export function identityIn(body: Record<string, unknown>): ProbeIdentity {
  const text = (name: string) => (typeof body[name] === 'string' && body[name] !== '' ? (body[name] as string) : null);
  const id = (name: string) => idOf(text(name));
  const url = text('url');
  return {
    teamId: id('team_id'),
    enterpriseId: id('enterprise_id'),
    teamName: cutName(text('team')),
    domain: url && URL.canParse(url) ? cutName(new URL(url).hostname.split('.')[0]) : null,
    botUserId: id('user_id'),
    botId: id('bot_id'),
    appId: id('app_id'),
    appName: cutName(text('app_name')),
    // Without a bot id `user` is the person whose token it is.
    botName: id('bot_id') === null ? null : cutName(text('user')),
  };
}

/** A name as it is stored; null for none. */
export function cutName(name: string | null | undefined): string | null {
  return name ? cutText(name, MAX_NAME_LENGTH) || null : null;
}

function idOf(text: string | null): string | null {
  return text !== null && text.length <= MAX_ID_LENGTH && /^[\x21-\x7e]+$/.test(text) ? text : null;
}
