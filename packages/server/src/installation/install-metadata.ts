/** The text that an install link carries to the hooks: a campaign, a plan, a user of the author's own site. What it may be. */

import { BotServerError } from '../errors.ts';

/** In bytes of UTF-8: as part of the state it travels in the address of Slack's page, which must not grow without end. */
export const MAX_METADATA_BYTES = 1_024;

/** Why a text cannot be metadata. */
export type MetadataFault = { kind: 'too_long'; bytes: number } | { kind: 'not_text' };

/** What is wrong with a metadata text, if anything is. Control characters and what is not UTF-8 are refused. */
export function faultOfMetadata(text: string): MetadataFault | undefined {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_METADATA_BYTES) return { kind: 'too_long', bytes };
  // U+FFFD is what a decoder leaves of bytes that are no UTF-8; lone surrogates cannot be stored.
  return /[\p{Cc}\uFFFD]/u.test(text) || !text.isWellFormed() ? { kind: 'not_text' } : undefined;
}

/** @throws BotServerError `invalid_input` for a text that no link can carry */
export function requireMetadata(text: string): void {
  const fault = faultOfMetadata(text);
  if (!fault) return;
  const why =
    fault.kind === 'too_long'
      ? `has ${fault.bytes} bytes, at most ${MAX_METADATA_BYTES} are allowed`
      : 'must be text without control characters';
  throw new BotServerError('invalid_input', `metadata ${why}`);
}
