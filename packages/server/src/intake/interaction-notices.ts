/** What a person is told who uses the app in a team that is not active. Pure. */
import type { DeliveryAnswer } from './delivery.ts';

/** Why the listeners are not asked, and where the app is installed again. */
export interface Standing {
  /** `held`: suspended, in doubt, or the server is starting. */
  delivery: 'held' | 'inactive';
  installUrl: string | undefined;
}

/** A command gets words, a menu no options, and everything else nothing: Slack shows no text for those. */
export function answerFor({ payloadType }: { payloadType: string }, standing: Standing): DeliveryAnswer {
  switch (payloadType) {
    case 'slash_command':
      return { kind: 'payload', payload: { response_type: 'ephemeral', text: wordsFor(standing) } };
    case 'block_suggestion':
      return { kind: 'payload', payload: { options: [] } };
    default:
      return { kind: 'accepted' };
  }
}

function wordsFor({ delivery, installUrl }: Standing): string {
  if (delivery === 'held') return 'This app is paused in this workspace. Please try again later.';
  const gone = 'This app is no longer installed in this workspace.';
  return installUrl === undefined ? gone : `${gone} <${installUrl}|Install it again>`;
}
