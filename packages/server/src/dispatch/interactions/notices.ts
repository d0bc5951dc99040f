/** What a person is told who uses the app in a team whose listeners are not asked. Pure. */
import { answerInWords } from './answer-instead.ts';
import type { DeliveryAnswer } from '../../slack/delivery/delivery.ts';

/** Why the listeners are not asked, and where the app is installed again. */
export interface Standing {
  /** `held`: suspended or in doubt. `starting`: the server starts, or is about to learn who the team's bot is or to get its next token. */
  delivery: 'held' | 'starting' | 'inactive';
  /** Held because the organization that installed the app has not let it into this workspace. */
  isWithoutAccess?: boolean;
  installUrl: string | undefined;
}

/** What is done to a message, which is answered at a `response_url`. A command has one as well, and takes its answer at once. */
const ON_MESSAGES = new Set(['block_actions', 'interactive_message', 'message_action']);

/** Whether the person can only be told after the answer. */
export function isToldLater({ payloadType }: { payloadType: string }): boolean {
  return ON_MESSAGES.has(payloadType);
}

/** For the person alone; the message that they used stays. */
export function noticeFor(standing: Standing): Record<string, unknown> {
  return { response_type: 'ephemeral', replace_original: false, text: wordsFor(standing) };
}

/** Words where Slack shows them; a view stays open with what was written in it. */
export function answerFor(
  body: Record<string, unknown>,
  { payloadType }: { payloadType: string },
  standing: Standing,
): DeliveryAnswer {
  return answerInWords(body, { payloadType, text: wordsFor(standing) });
}

function wordsFor({ delivery, isWithoutAccess, installUrl }: Standing): string {
  if (isWithoutAccess)
    return 'This app has no access to this workspace. An admin of your organization can add it here.';
  if (delivery === 'held') return 'This app is paused in this workspace. Please try again later.';
  if (delivery === 'starting') return 'This app is just starting in this workspace. Please try again in a moment.';
  const gone = 'This app is no longer installed in this workspace.';
  return installUrl === undefined ? gone : `${gone} <${installUrl}|Install it again>`;
}
