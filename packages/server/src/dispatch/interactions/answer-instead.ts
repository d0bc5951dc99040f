/**
 * What a person sees when their listener's answer cannot be sent, or when there is nobody to answer: words where Slack shows
 * words, and never what would look like success. Pure.
 */

import { type Body, recordIn, textIn } from '../../slack/delivery/body.ts';
import type { AnswerLimit, DeliveryAnswer } from '../../slack/delivery/delivery.ts';
import { faultOfAnswer, MAX_OPTIONS } from './answer-limits.ts';

const TOO_MUCH = 'This app’s answer could not be shown. Its author has been told.';

/** In place of `payload`, which has a fault. */
export function answerInstead(
  body: Body,
  payload: unknown,
  { payloadType, limit }: { payloadType: string; limit: AnswerLimit | undefined },
): DeliveryAnswer {
  if (isMenu(payloadType)) return { kind: 'payload', payload: optionsThatFit(payload, limit) };
  return answerInWords(body, { payloadType, text: TOO_MUCH });
}

/** Words for the person alone; nothing where Slack shows no text. */
export function answerInWords(
  body: Body,
  { payloadType, text }: { payloadType: string; text: string },
): DeliveryAnswer {
  switch (payloadType) {
    case 'slash_command':
      return { kind: 'payload', payload: { response_type: 'ephemeral', text } };
    case 'block_suggestion':
    case 'dialog_suggestion':
      return { kind: 'payload', payload: { options: [] } };
    // An empty answer closes these, as if what was written in them had been taken.
    case 'view_submission':
      return { kind: 'payload', payload: wordsInView(body, text) };
    case 'dialog_submission': {
      const [name] = Object.keys(recordIn(body.submission) ?? {});
      return name === undefined
        ? { kind: 'accepted' }
        : { kind: 'payload', payload: { errors: [{ name, error: text }] } };
    }
    default:
      return { kind: 'accepted' };
  }
}

/** Under the first input, so that nothing that was written is lost; a view without one is replaced. */
function wordsInView(body: Body, text: string): object {
  const view = recordIn(body.view);
  const blocks = Array.isArray(view?.blocks) ? view.blocks.map(recordIn) : [];
  const input = textIn(blocks.find((block) => block?.type === 'input')?.block_id);
  if (input !== undefined) return { response_action: 'errors', errors: { [input]: text } };
  const title = textIn(recordIn(view?.title)?.text) ?? 'Sorry';
  const section = { type: 'section', text: { type: 'mrkdwn', text } };
  return {
    response_action: 'update',
    view: { type: 'modal', title: { type: 'plain_text', text: title }, blocks: [section] },
  };
}

function isMenu(payloadType: string): boolean {
  return payloadType === 'block_suggestion' || payloadType === 'dialog_suggestion';
}

/** A person who types on gets fewer: the first ones are more use than none. */
function optionsThatFit(payload: unknown, limit: AnswerLimit | undefined): object {
  const answer = recordIn(payload);
  const name = Array.isArray(answer?.option_groups) ? 'option_groups' : 'options';
  const all = Array.isArray(answer?.[name]) ? (answer[name] as unknown[]) : [];
  const first = (count: number) => ({ [name]: all.slice(0, count) });
  let fits = 0;
  let most = Math.min(all.length, MAX_OPTIONS);
  while (fits < most) {
    const middle = Math.ceil((fits + most) / 2);
    if (faultOfAnswer(first(middle), limit)) most = middle - 1;
    else fits = middle;
  }
  // No group fits: none is shown, and Slack wants a list all the same.
  return fits === 0 ? { options: [] } : first(fits);
}
