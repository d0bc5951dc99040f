/** Finds links in text, and reads the id of the chance to unfurl them. */
import { unescapedText } from './slack-text.ts';

/** A link as `link_shared` tells it. */
export interface SharedLink {
  readonly domain: string;
  readonly url: string;
}

/** The links of a text, bare or as `<url|label>`, each once. */
export function linksIn(text: string): readonly SharedLink[] {
  if (!text.includes('://')) return [];
  const urls = new Set([...text.matchAll(/https?:\/\/[^\s<>|"]+/gi)].map(([url]) => unescapedText(url)));
  return [...urls].flatMap((url) => {
    const parsed = URL.parse(url);
    return parsed ? [{ domain: parsed.hostname, url }] : [];
  });
}

/** What the `unfurl_id` of a `link_shared` event names, if it has its form. chat.unfurl takes it in place of both. */
export function readUnfurlId(unfurlId: string): { channelId: string; ts: string } | undefined {
  const [, channelId, ts] = /^([A-Z0-9]+)-(\d+\.\d{6})$/.exec(unfurlId) ?? [];
  return channelId === undefined || ts === undefined ? undefined : { channelId, ts };
}
