/**
 * What Slack takes of an answer. Of a breach it tells nobody: it closes the socket under the neighbours' answers, or shows the
 * person an error. So answers are measured before they are sent; what is sent instead is answer-instead.ts. Pure.
 */

import { recordIn } from '../../slack/delivery/body.ts';
import type { AnswerLimit } from '../../slack/delivery/delivery.ts';

/** Why an answer cannot be sent: words for its author. Sizes are bytes, or a number of parts. */
export interface AnswerFault {
  message: string;
  size?: number;
  limit?: number;
}

/** Of one menu or group, and groups of a menu. (https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload) */
export const MAX_OPTIONS = 100;
/** (https://docs.slack.dev/reference/block-kit/blocks) */
const MAX_VIEW_BLOCKS = 100;
const MAX_MESSAGE_BLOCKS = 50;
/** "view_too_large" of views.open; here Slack tells the person alone. (https://docs.slack.dev/reference/methods/views.open) */
const MAX_VIEW_BYTES = 250_000;

/** The fault of an answer; undefined when it can be sent. */
export function faultOfAnswer(payload: unknown, limit?: AnswerLimit): AnswerFault | undefined {
  try {
    return faultOfSize(payload, limit) ?? faultOfParts(payload);
  } catch (error) {
    // A cycle, or a BigInt.
    return { message: `cannot be written as JSON: ${String(error).split('\n')[0]}` };
  }
}

function faultOfSize(payload: unknown, limit: AnswerLimit | undefined): AnswerFault | undefined {
  const text = JSON.stringify(payload);
  const isFunction = payload !== undefined && text === undefined;
  if (isFunction) return { message: `cannot be written as JSON: it is a ${typeof payload}` };
  if (limit === undefined) return undefined;
  return tooMuch(limit.bytesOf(payload), limit.maxBytes, `bytes in ${limit.of}`);
}

function faultOfParts(payload: unknown): AnswerFault | undefined {
  const answer = recordIn(payload);
  const view = recordIn(answer?.view);
  return (
    tooMuch(countOptions(answer), MAX_OPTIONS, 'options') ??
    tooMuch(lengthOf(view?.blocks), MAX_VIEW_BLOCKS, 'blocks in a view') ??
    tooMuch(lengthOf(answer?.blocks), MAX_MESSAGE_BLOCKS, 'blocks in a message') ??
    (view && tooMuch(Buffer.byteLength(JSON.stringify(view)), MAX_VIEW_BYTES, 'bytes in a view'))
  );
}

function tooMuch(size: number, limit: number, of: string): AnswerFault | undefined {
  if (size <= limit) return undefined;
  return { message: `has ${size} ${of}; Slack takes at most ${limit}`, size, limit };
}

/** Of the longest list: a group has as many options as a menu without groups, and a menu as many groups. */
function countOptions(answer: Readonly<Record<string, unknown>> | undefined): number {
  const groups = Array.isArray(answer?.option_groups) ? answer.option_groups : [];
  const sizes = groups.map((group) => lengthOf(recordIn(group)?.options));
  return Math.max(lengthOf(answer?.options), groups.length, ...sizes);
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}
