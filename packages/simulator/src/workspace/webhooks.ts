/** Incoming webhooks: secret addresses that post into one channel. (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks) */
import type { App, Channel, Team } from './model.ts';
import type { World } from './world.ts';

/** One webhook. */
export interface Webhook {
  readonly app: App;
  readonly team: Team;
  readonly channel: Channel;
  readonly botId: string;
  /** Below the address of the simulator. */
  readonly path: string;
}

/** The webhook of that app into that channel, made when there is none: with a secret of its own unless one is said. */
export function openWebhook(
  world: World,
  { secret, ...facts }: Omit<Webhook, 'path'> & { secret?: string | undefined },
): Webhook {
  for (const known of world.webhooks.values()) {
    if (known.app === facts.app && known.channel === facts.channel) return known;
  }
  const path = `/services/${facts.team.id}/${facts.botId}/${world.secrets.note(secret ?? world.ids.secret(24))}`;
  const webhook: Webhook = { ...facts, path };
  world.webhooks.set(path, webhook);
  return webhook;
}
