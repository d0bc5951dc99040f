/** Makes an incoming webhook without the OAuth pages, for seeds and `/_sim`. */
import { SimulatorError } from '../errors.ts';
import { findChannel } from '../workspace/channels.ts';
import { installationOf, teamOf } from '../workspace/lookups.ts';
import { openWebhook, type Webhook } from '../workspace/webhooks.ts';
import type { World } from '../workspace/world.ts';
import { seededApp } from './seed-place.ts';
import type { SeedWebhook } from './seed-schema.ts';

/** @throws SimulatorError `not_found`, `name_taken` when the app has another one in that channel */
export function seedWebhook(world: World, { secret, ...said }: SeedWebhook): Webhook {
  const team = teamOf(world, said.team);
  const app = seededApp(world, said.app);
  const channel = findChannel(team, said.channel);
  if (!channel) throw new SimulatorError('not_found', `Team ${team.name} has no channel ${said.channel}`);
  const { botId } = installationOf(world, team, app.id);
  const webhook = openWebhook(world, { app, team, channel, botId, secret });
  if (secret === undefined || webhook.path.endsWith(`/${secret}`)) return webhook;
  throw new SimulatorError('name_taken', `App ${app.id} already has a webhook with another secret in ${channel.name}`);
}
