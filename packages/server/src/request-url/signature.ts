/** Proves that a request comes from Slack: HMAC-SHA256 of its time and its raw bytes. (https://docs.slack.dev/authentication/verifying-requests-from-slack) */
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';

/** A request may be this old, or from this far in the future, in seconds. Slack's own figure. */
const MAX_SKEW_SECONDS = 300;

/** What a request says of itself. */
export interface SignedRequest {
  /** `X-Slack-Request-Timestamp`: seconds since the Unix epoch, as text. */
  timestamp: string | undefined;
  /** `X-Slack-Signature`: `v0=` and 64 hexadecimal digits. */
  signature: string | undefined;
  /** The body as it came; anything parsed and written again has another signature. */
  body: Uint8Array;
  nowMs: number;
}

/** Whether a request was signed with the secret, lately. Does not say what is wrong: a forger would learn from it. */
export type VerifySignature = (request: SignedRequest) => boolean;

/** Builds the check for a signing secret. */
export function createSignatureCheck(signingSecret: string): VerifySignature {
  const key = createSecretKey(Buffer.from(signingSecret, 'utf8'));
  return ({ timestamp, signature, body, nowMs }) => {
    if (timestamp === undefined || signature === undefined) return false;
    if (!/^\d{1,12}$/.test(timestamp) || !/^v0=[\da-f]{64}$/.test(signature)) return false;
    if (Math.abs(nowMs / 1_000 - Number(timestamp)) > MAX_SKEW_SECONDS) return false;
    const expected = createHmac('sha256', key).update(`v0:${timestamp}:`).update(body).digest();
    return timingSafeEqual(expected, Buffer.from(signature.slice(3), 'hex'));
  };
}
