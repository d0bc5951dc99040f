/** `/_sim/teams/:team/changes`: what happens to a workspace that no call of an app can cause. */
import { Hono } from 'hono';
import { z } from 'zod';
import { assertNever } from '../assert-never.ts';
import { SimulatorError } from '../errors.ts';
import { errorAnswer, readJson } from '../http/http-json.ts';
import { startAssistantThread } from '../workspace/assistant-threads.ts';
import { findChannel, openDirectMessage } from '../workspace/channels.ts';
import { addEmoji, removeEmoji } from '../workspace/emoji.ts';
import { appOf, installationOf, personOf, teamOf } from '../workspace/lookups.ts';
import type { Team } from '../workspace/model.ts';
import { renameTeam } from '../workspace/teams.ts';
import type { World } from '../workspace/world.ts';

const someone = { app: z.string().optional(), user: z.string().optional() };

export const teamChange = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('rename'),
    name: z.string().min(1).max(80).optional(),
    domain: z
      .string()
      .regex(/^[a-z0-9-]{1,80}$/)
      .optional(),
  }),
  /** `value`: a URL or `alias:name`; absent: the emoji is taken away. */
  z.strictObject({ kind: z.literal('emoji'), name: z.string().min(1).max(100), value: z.string().optional() }),
  z.strictObject({
    kind: z.literal('grid_migration'),
    stage: z.enum(['started', 'finished']),
    enterpriseId: z.string(),
  }),
  z.strictObject({ kind: z.literal('delete_channel'), channel: z.string(), user: z.string().optional() }),
  /** Somebody opens the thread pane of an app, or looks at something else beside it. */
  z.strictObject({
    kind: z.literal('assistant_thread'),
    ...someone,
    /** Absent: a new thread. */
    threadTs: z.string().optional(),
    /** The channel that the person looks at. */
    viewing: z.string().optional(),
  }),
]);

/** A change of a workspace. */
export type TeamChange = z.input<typeof teamChange>;

/** The routes below `/_sim`. */
export function teamChangeRoutes(world: World): Hono {
  const routes = new Hono();
  routes.onError((error, c) => errorAnswer(c, error));
  routes.post('/teams/:team/changes', async (c) => {
    const team = teamOf(world, c.req.param('team'));
    return c.json(change(world, team, await readJson(c, teamChange)), 201);
  });
  return routes;
}

function change(world: World, team: Team, asked: z.output<typeof teamChange>): Record<string, unknown> {
  switch (asked.kind) {
    case 'rename':
      renameTeam(world, team, asked);
      return { name: team.name, domain: team.domain };
    case 'emoji':
      if (asked.value !== undefined) addEmoji(world, team, { name: asked.name, value: asked.value });
      else if (!removeEmoji(world, team, asked.name)) throw missing(`No emoji ${asked.name}`);
      return { emoji: Object.fromEntries(team.emoji) };
    case 'grid_migration':
      world.events.emit({ type: `grid_migration_${asked.stage}`, team, enterpriseId: asked.enterpriseId });
      return { stage: asked.stage };
    case 'delete_channel': {
      const channel = findChannel(team, asked.channel) ?? missingChannel(asked.channel);
      team.channels.delete(channel.id);
      world.events.emit({ type: 'channel_deleted', team, channel, userId: personOf(team, asked.user).id });
      return { channel: channel.id };
    }
    case 'assistant_thread':
      return assistantThread(world, team, asked);
    default:
      return assertNever(asked);
  }
}

function assistantThread(
  world: World,
  team: Team,
  asked: Extract<z.output<typeof teamChange>, { kind: 'assistant_thread' }>,
): Record<string, unknown> {
  const app = appOf(world, asked.app);
  const userId = personOf(team, asked.user).id;
  const { botUserId } = installationOf(world, team, app.id);
  const { channel } = openDirectMessage(world, team, [userId, botUserId]);
  const viewing =
    asked.viewing === undefined ? undefined : (findChannel(team, asked.viewing) ?? missingChannel(asked.viewing));
  const context = {
    ...(viewing && { channel_id: viewing.id }),
    team_id: team.id,
    enterprise_id: team.enterprise?.id ?? null,
  };
  const isNew = asked.threadTs === undefined;
  const threadTs = asked.threadTs ?? startAssistantThread(world, { team, channel, botUserId }).ts;
  const type = isNew ? 'assistant_thread_started' : 'assistant_thread_context_changed';
  world.events.emit({ type, team, app, channel, userId, threadTs, context });
  return { channel: channel.id, threadTs };
}

function missing(message: string): SimulatorError {
  return new SimulatorError('not_found', message);
}

function missingChannel(reference: string): never {
  throw missing(`No channel ${reference}`);
}
