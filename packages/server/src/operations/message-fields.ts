/** A message as operations take it: a text, blocks, or both. */
import { z } from 'zod';

/** Slack cuts longer texts (docs.slack.dev/reference/methods/chat.postMessage). */
const MAX_TEXT = 40_000;
/** Slack takes as many blocks of a message. */
const MAX_BLOCKS = 50;

export const messageFields = {
  text: z
    .string('must be a string')
    .min(1, 'must not be empty')
    .max(MAX_TEXT, `must have at most ${MAX_TEXT} characters`)
    .optional()
    .describe('In mrkdwn; with blocks what notifications show.'),
  blocks: z
    .array(z.record(z.string(), z.unknown(), 'must be objects'), 'must be a list of blocks')
    .min(1, 'must not be empty')
    .max(MAX_BLOCKS, `must have at most ${MAX_BLOCKS} blocks`)
    .optional()
    .describe('Blocks of Block Kit.'),
};

export interface Message {
  text?: string | undefined;
  blocks?: Record<string, unknown>[] | undefined;
}

export function hasContent({ text, blocks }: Message): boolean {
  return text !== undefined || blocks !== undefined;
}

export const NO_CONTENT = 'text or blocks is required';
