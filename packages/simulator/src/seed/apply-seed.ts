/** Makes the state that a seed describes. Names are resolved here; one that nothing has is an error with its place. */
import { isSimulatorError, SimulatorError } from '../errors.ts';
import { seedOf } from '../manifest/app-settings.ts';
import { addApp } from '../workspace/apps.ts';
import { archiveChannel } from '../workspace/channel-acts.ts';
import { addChannel, findChannel } from '../workspace/channels.ts';
import type { Enterprise, Team } from '../workspace/model.ts';
import { addTeam } from '../workspace/teams.ts';
import type { World } from '../workspace/world.ts';
import { seedDirectMessage, seedMessages } from './seed-conversations.ts';
import { seedInstall } from './seed-installs.ts';
import type { At, SeedPlace } from './seed-place.ts';
import type { CheckedSeed, SeedTeam } from './seed-schema.ts';
import type { SeedSource } from './seed-source.ts';
import { seedWebhook } from './seed-webhooks.ts';

/** @throws SimulatorError `invalid_seed` */
export function applySeed(world: World, seed: CheckedSeed, source: SeedSource): void {
  const at: At = (path, step) => {
    try {
      return step();
    } catch (error) {
      if (!isSimulatorError(error) || error.code === 'invalid_seed') throw error;
      throw new SimulatorError('invalid_seed', `${source.where(path)}: ${error.message}`, { cause: error });
    }
  };
  for (const { id = world.freshId('E', world.enterprises), name } of seed.enterprises ?? [])
    world.enterprise({ id, name });
  (seed.apps ?? [{}]).forEach((app, index) => at(['apps', index], () => addApp(world, seedOf(app))));
  const teams = (seed.teams ?? [{ name: 'Acme' }]).map((team, index) =>
    seedTeam(world, team, { at, path: ['teams', index] }),
  );
  // The bots first: they may have written some of the messages.
  seed.installs?.forEach((install, index) => seedInstall(world, install, { at, path: ['installs', index] }));
  seed.webhooks?.forEach((webhook, index) => at(['webhooks', index], () => seedWebhook(world, webhook)));
  seed.teams?.forEach((one, index) => {
    const team = teams[index];
    if (team) seedConversations(world, team, one, { at, path: ['teams', index] });
  });
}

function seedTeam(world: World, seed: SeedTeam, { at, path }: SeedPlace): Team {
  const { channels = ['random'], enterprise, emoji = {}, directMessages: _later, ...facts } = seed;
  const named = channels.map((channel) => (typeof channel === 'string' ? { name: channel } : channel));
  const isGeneral = ({ name }: { name: string }) => name === 'general';
  const team = at(path, () =>
    addTeam(world, {
      ...facts,
      enterprise: at([...path, 'enterprise'], () => enterpriseOf(world, enterprise)),
      channels: named.filter(isGeneral),
    }),
  );
  named.forEach((channel, index) => {
    if (isGeneral(channel)) return;
    const { isArchived: _later, messages: _too, ...facts } = channel as Exclude<(typeof channels)[number], string>;
    at([...path, 'channels', index], () => addChannel(world, team, facts));
  });
  for (const [name, value] of Object.entries(emoji)) team.emoji.set(name, value);
  return team;
}

function enterpriseOf(world: World, enterprise: SeedTeam['enterprise']): Enterprise | undefined {
  if (typeof enterprise !== 'string') return enterprise && world.enterprise(enterprise);
  const found = world.findEnterprise(enterprise);
  if (!found) throw new SimulatorError('not_found', `No enterprise ${enterprise}`);
  return found;
}

function seedConversations(world: World, team: Team, seed: SeedTeam, { at, path }: SeedPlace): void {
  seed.channels?.forEach((one, index) => {
    if (typeof one === 'string') return;
    const place = { world, team, channel: one.name, messages: one.messages ?? [] };
    seedMessages(place, { at, path: [...path, 'channels', index, 'messages'] });
    const channel = one.isArchived && findChannel(team, one.name);
    if (!channel) return;
    if (channel.isGeneral)
      at([...path, 'channels', index, 'isArchived'], () => {
        throw new SimulatorError('invalid_input', 'Slack never archives #general');
      });
    archiveChannel(world, { team, channel }, channel.creatorId);
  });
  seed.directMessages?.forEach((one, index) => {
    seedDirectMessage({ world, team, seed: one }, { at, path: [...path, 'directMessages', index] });
  });
}
