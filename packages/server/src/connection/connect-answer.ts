/** Slack's answer to the question for a socket URL, as a connection understands it. The same for every transport. */
import { assertNever } from '../assert-never.ts';
import type { VerdictClass } from '../slack/verdict.ts';
import type { SlackAnswer } from '../slack/web-api.ts';
import type { ConnectAnswer } from './transport.ts';

/** Translates; `classify` says what a refusal means. */
export function toConnectAnswer(answer: SlackAnswer, classify: (code: string) => VerdictClass): ConnectAnswer {
  switch (answer.kind) {
    case 'ok':
      return toUrl(answer.body.url);
    case 'error':
      return { kind: 'refused', code: answer.code, class: classify(answer.code) };
    case 'limited':
    case 'failed':
      return answer;
    // Our own gate said no: the rows know why, and will tell the supervisor.
    case 'refused':
      return { kind: 'failed', reason: answer.reason, isOverload: false };
    default:
      return assertNever(answer, 'connect answer');
  }
}

function toUrl(url: unknown): ConnectAnswer {
  if (typeof url === 'string') return { kind: 'url', url };
  return { kind: 'failed', reason: 'malformed_answer', isOverload: false };
}
