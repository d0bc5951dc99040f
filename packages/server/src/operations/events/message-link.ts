/** A link to a message, as Slack's "Copy link" gives it, or as the address of Slack in a browser. Pure. */

/** The message that a link leads to. */
export interface MessageAddress {
  channel: string;
  ts: string;
}

/** What a link says of it. */
export interface MessageLink extends MessageAddress {
  /** The workspace or organization, where the link names it by its id. */
  teamId?: string;
  /** The first word of the host: the domain of a workspace, or of an organization. */
  domain?: string;
}

/** `…/archives/C…/p1700000000123456`; a reply has its thread in the query, and its own ts in the path all the same. More digits are no time. */
const ARCHIVES = /^\/archives\/([A-Za-z0-9]+)\/p(\d{1,11})(\d{6})\/?$/;

/** `https://app.slack.com/client/T…/C…/p1700000000123456`, or `…/C…/thread/C…-1700000000.123456`: E… for an organization. */
const CLIENT =
  /^\/client\/([TE][A-Za-z0-9]+)\/([A-Za-z0-9]+)(?:\/p(\d{1,11})(\d{6})|\/thread\/[A-Za-z0-9]+-(\d{1,11})\.(\d{6}))\/?$/;

/** `acme.slack.com`; `acme.enterprise.slack.com` is an organization's. */
const HOST = /^([a-z0-9-]+)\.(?:enterprise\.)?slack(?:-gov)?\.com$/i;

/** What it leads to; undefined for any other text. */
export function parseMessageLink(text: string): MessageLink | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const { pathname, hostname } = new URL(text);
  const [, channel, seconds, micros] = ARCHIVES.exec(pathname) ?? [];
  if (channel !== undefined) {
    const [, domain] = HOST.exec(hostname) ?? [];
    const isDomain = domain !== undefined && domain !== 'app';
    return { channel: channel.toUpperCase(), ts: `${seconds}.${micros}`, ...(isDomain && { domain }) };
  }
  const [, teamId, inClient, ...ts] = CLIENT.exec(pathname) ?? [];
  if (teamId === undefined || inClient === undefined) return undefined;
  const [whole, fraction] = ts.filter((part) => part !== undefined);
  return { channel: inClient.toUpperCase(), ts: `${whole}.${fraction}`, teamId: teamId.toUpperCase() };
}
