/** A link to a message, as Slack's "Copy link" gives it. Pure. */

/** The message that a link leads to. */
export interface MessageAddress {
  channel: string;
  ts: string;
}

/** `…/archives/C…/p1700000000123456`; a reply has its thread in the query, and its own ts in the path all the same. */
const PATH = /^\/archives\/([A-Za-z0-9]+)\/p(\d+)(\d{6})\/?$/;

/** The address in a link; undefined for any other text. */
export function parseMessageLink(text: string): MessageAddress | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const [, channel, seconds, micros] = PATH.exec(new URL(text).pathname) ?? [];
  return channel === undefined ? undefined : { channel: channel.toUpperCase(), ts: `${seconds}.${micros}` };
}
