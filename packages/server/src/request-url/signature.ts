/** Proves that a request comes from Slack: HMAC-SHA256 of its time and its raw bytes. (https://docs.slack.dev/authentication/verifying-requests-from-slack) */
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** A request may be this old, or from this far in the future, in seconds. Slack's own figure. */
const MAX_SKEW_SECONDS = 300;

/** What a request says of who sent it, and when. */
export interface SignatureClaim {
  /** `X-Slack-Request-Timestamp`: seconds since the Unix epoch, as text. */
  timestamp: string;
  /** `X-Slack-Signature`: `v0=` and 64 hexadecimal digits. */
  signature: string;
}

/**
 * What the headers claim; undefined when they are missing, malformed or not of the last or next 300 s. Costs nothing, so it is
 * asked before the body is read.
 */
export function claimIn(headers: IncomingHttpHeaders, nowMs: number): SignatureClaim | undefined {
  const { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature } = headers;
  // A header that came twice is no header of Slack's: node:http joins the two with a comma.
  if (typeof timestamp !== 'string' || typeof signature !== 'string') return undefined;
  if (!/^\d{1,12}$/.test(timestamp) || !/^v0=[\da-f]{64}$/.test(signature)) return undefined;
  if (Math.abs(nowMs / 1_000 - Number(timestamp)) > MAX_SKEW_SECONDS) return undefined;
  return { timestamp, signature };
}

/** For operators, of what was rejected; whoever sent it is told nothing of it. */
export function whyRejected(
  headers: IncomingHttpHeaders,
  nowMs: number,
): { why: 'no_signature' | 'stale_timestamp' | 'wrong_signature'; skewMs?: number } {
  const { 'x-slack-request-timestamp': timestamp } = headers;
  if (claimIn(headers, nowMs)) return { why: 'wrong_signature' };
  if (typeof timestamp !== 'string' || !/^\d{1,12}$/.test(timestamp)) return { why: 'no_signature' };
  // It had a time, and a signature of the right form, but that time is over.
  const isComplete = claimIn(headers, Number(timestamp) * 1_000) !== undefined;
  return isComplete
    ? { why: 'stale_timestamp', skewMs: Math.round(nowMs - Number(timestamp) * 1_000) }
    : { why: 'no_signature' };
}

/** Whether the claim is true of a body as it came; anything parsed and written again has another signature. */
export type VerifySignature = (claim: SignatureClaim, body: Uint8Array) => boolean;

/** Builds the check for a signing secret. Does not say what is wrong: a forger would learn from it. */
export function createSignatureCheck(signingSecret: string): VerifySignature {
  const key = createSecretKey(Buffer.from(signingSecret, 'utf8'));
  return ({ timestamp, signature }, body) => {
    const expected = createHmac('sha256', key).update(`v0:${timestamp}:`).update(body).digest();
    return timingSafeEqual(expected, Buffer.from(signature.slice(3), 'hex'));
  };
}
