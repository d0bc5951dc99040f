/** Proof Key for Code Exchange, method S256. (https://docs.slack.dev/authentication/using-pkce) */
import { createHash } from 'node:crypto';

/** What an app sends to the authorize page for the verifier that it keeps. */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

/** Whether the text can be a challenge: 43 characters of base64url, without padding. */
export function isChallenge(text: string): boolean {
  return /^[\w-]{43}$/.test(text);
}
