/** Reads out of Slack's answers what was posted. Pure. */

/** A message that a bot has posted, by the key of its installation. */
export interface SentPost {
  key: string;
  channel: string;
  ts: string;
}

/**
 * The place of a message that is sure to be sent to everybody in its channel as an event; undefined for the answer to another
 * method, and for a post that Slack refused. What only one person sees, or sees later, is posted by other methods.
 */
export function postAddressOf(method: string | undefined, text: string | undefined): Omit<SentPost, 'key'> | undefined {
  if (method !== 'chat.postMessage' || text === undefined) return undefined;
  try {
    const answer = JSON.parse(text) as { ok?: unknown; channel?: unknown; ts?: unknown } | null;
    const { ok, channel, ts } = answer ?? {};
    return ok === true && typeof channel === 'string' && typeof ts === 'string' ? { channel, ts } : undefined;
  } catch {
    return undefined;
  }
}
