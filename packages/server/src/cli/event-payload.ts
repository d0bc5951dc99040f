/** A stored event's payload for a person's eyes: without what lets its reader act as the app. */
import { scrub } from '../observability/logger.ts';

/**
 * Names whose values are secrets: the deprecated verification `token`, `bot_access_token` of functions, and addresses to which
 * anybody may post (`response_url`, also inside `response_urls`). Values with the shape of a Slack token go wherever they stand.
 */
const SECRET_NAME = /(?:^|_)(?:token|secret|response_url)$/i;

/** Parses a payload and takes its secrets out. */
export function readablePayload(payload: string): unknown {
  return JSON.parse(payload, (name, value: unknown) => {
    if (typeof value !== 'string') return value;
    return SECRET_NAME.test(name) ? '[secret]' : scrub(value);
  });
}
