/** An incoming webhook: what Slack grants for the scope `incoming-webhook`, beside the tokens. Its URL is a secret. */
import { z } from 'zod';

const optional = z.string().min(1).max(2_048).nullish().catch(null);

const granted = z.object({
  url: z.string().max(2_048).refine(isHttpUrl),
  channel: optional,
  channel_id: optional,
  configuration_url: optional,
});

/** Where the person who installed lets the app post without a token. */
export interface IncomingWebhook {
  /** Whoever has it can post. JSON.stringify() and console.log() of the webhook leave it out. */
  url: string;
  /** Name of the channel, with its #. */
  channel: string | null;
  channelId: string | null;
  /** Where the person changes or removes it. */
  configurationUrl: string | null;
}

/** Reads `incoming_webhook` of an answer of oauth.access or oauth.v2.access; null when there is none that can be used. */
export function readIncomingWebhook(value: unknown): IncomingWebhook | null {
  const { data } = granted.safeParse(value);
  if (!data) return null;
  const { url, channel = null, channel_id: channelId = null, configuration_url: configurationUrl = null } = data;
  return discreet({ url, channel, channelId, configurationUrl });
}

/** For the store, which seals it: with its URL. */
export function serializeWebhook(webhook: IncomingWebhook): string {
  return JSON.stringify({ ...webhook });
}

/** What serializeWebhook wrote. */
export function parseWebhook(text: string): IncomingWebhook {
  return discreet(JSON.parse(text) as IncomingWebhook);
}

/** Whoever logs or prints a hook's payload must not give the URL away with it. */
function discreet(webhook: IncomingWebhook): IncomingWebhook {
  const value = () => ({ ...webhook, url: '[secret]' });
  return Object.defineProperties(webhook, { toJSON: { value }, [Symbol.for('nodejs.util.inspect.custom')]: { value } });
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
