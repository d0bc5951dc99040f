/** What a person is told who uses the app in a team whose listeners are not asked. Pure. */

import { assertNever } from '../../assert-never.ts';
import type { DeliveryAnswer } from '../../slack/delivery/delivery.ts';
import { answerInWords } from './answer-instead.ts';

/** Why the listeners are not asked; see Availability. */
export type UnavailableReason = 'starting' | 'paused' | 'no_access' | 'gone';

export interface Unavailability {
  why: UnavailableReason;
  /** Where the app is installed again; undefined when nobody can. */
  installUrl: string | undefined;
}

/** What is done to a message, which is answered at a `response_url`. A command has one as well, and takes its answer at once. */
const ON_MESSAGES = new Set(['block_actions', 'interactive_message', 'message_action']);

/** Whether the person can only be told after the answer. */
export function needsFollowUp({ payloadType }: { payloadType: string }): boolean {
  return ON_MESSAGES.has(payloadType);
}

/** For the person alone; the message that they used stays. */
export function noticeFor(reason: Unavailability): Record<string, unknown> {
  return { response_type: 'ephemeral', replace_original: false, text: wordsFor(reason) };
}

/** Words where Slack shows them; a view stays open with what was written in it. */
export function answerFor(
  body: Record<string, unknown>,
  { payloadType }: { payloadType: string },
  reason: Unavailability,
): DeliveryAnswer {
  return answerInWords(body, { payloadType, text: wordsFor(reason) });
}

function wordsFor({ why, installUrl }: Unavailability): string {
  switch (why) {
    case 'no_access':
      return 'This app has no access to this workspace. An admin of your organization can add it here.';
    case 'paused':
      return 'This app is paused in this workspace. Please try again later.';
    case 'starting':
      return 'This app is just starting in this workspace. Please try again in a moment.';
    case 'gone': {
      const gone = 'This app is no longer installed in this workspace.';
      return installUrl === undefined ? gone : `${gone} <${installUrl}|Install it again>`;
    }
    default:
      return assertNever(why, 'reason');
  }
}
