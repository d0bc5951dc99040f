/** Slack's request signature, version 0. (https://docs.slack.dev/authentication/verifying-requests-from-slack) */
import { createHmac } from 'node:crypto';

/** The headers that prove that the body comes from Slack, for the raw body as it is sent. */
export function signatureHeaders(options: { signingSecret: string; body: string; timestampSeconds: number }) {
  const { signingSecret, body, timestampSeconds } = options;
  const digest = createHmac('sha256', signingSecret).update(`v0:${timestampSeconds}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': String(timestampSeconds), 'x-slack-signature': `v0=${digest}` };
}
