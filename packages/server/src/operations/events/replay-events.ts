/**
 * Failed events are due again: their listeners run once more. One, or a few, at once; many by a replay that the running server carries
 * out so that no new event waits for them.
 */
import { z } from 'zod';
import { BotServerError } from '../../errors.ts';
import { isLifecycleEvent } from '../../inbox/lifecycle-events.ts';
import type { FailedFilter } from '../../inbox/replays/failed-filter.ts';
import { REPLAY_SHARD } from '../../inbox/replays/replayer.ts';
import { countReplayable, createReplay } from '../../inbox/replays/replays-repository.ts';
import { ownerOfShard } from '../../ownership/cluster-repository.ts';
import type { ServerHolder } from '../../store/store.ts';
import { next, server } from '../fields.ts';
import { defineOperation, type RunContext } from '../operation.ts';
import { findOwner, serverNamed } from '../owner.ts';
import { errorOfUnchanged } from './find-event.ts';
import { eventPick, filterOf, requireNamedTeam } from './pick-events.ts';

const output = z.object({
  matching: z.int().describe('Failed events that match and are run again.'),
  leftOut: z.int().default(0).describe('Those that match and stay failed, because their teams are not active.'),
  replayed: z.int().describe('Due at once.'),
  replay: z
    .int()
    .nullable()
    .describe('Number of the replay that makes the others due, a few at a time; see replays.list.'),
  server,
  next,
});

type Output = z.output<typeof output>;

export const replayEvents = defineOperation({
  name: 'events.replay',
  role: 'operate',
  summary: 'run the listeners again for failed events; those of teams that are not active stay failed',
  undo: 'replays.cancel stops what has not begun; listeners that ran have run',
  input: eventPick,
  output,
  errors: ['event_not_found', 'event_not_failed', 'installation_not_active', 'installation_not_found'],
  async run(context, pick) {
    const { eventId, dryRun } = pick;
    if (eventId !== undefined) return await (dryRun ? previewOne : replayOne)(context, eventId);
    const filter = await filterOf(context, pick);
    const { replayable: matching, leftOut } = await countReplayable(context.store, filter);
    if (matching + leftOut === 0) await requireNamedTeam(context, pick);
    if (!dryRun) return await replayMany(context, filter, leftOut);
    return await counted(context, { matching, leftOut, next: 'nothing was changed' });
  },
});

async function previewOne(context: RunContext, eventId: string): Promise<Output> {
  const entry = await context.inbox.find(eventId);
  const isFailed = entry?.state === 'failed';
  const leftOut = Number(isFailed && (await awayWords(context, entry)) !== undefined);
  return await counted(context, { matching: Number(isFailed) - leftOut, leftOut, next: 'nothing was changed' });
}

async function replayOne(context: RunContext, eventId: string): Promise<Output> {
  const { inbox, installations } = context;
  const entry = await inbox.find(eventId);
  const away = entry?.state === 'failed' ? await awayWords(context, entry) : undefined;
  if (entry && away !== undefined) throw teamAway(entry, away);
  const replayed = await inbox.replay({ eventId });
  if (replayed === 0 || !entry) throw await errorOfUnchanged(inbox, eventId);
  const view = await installations.findByTeam(entry.teamId);
  const owner = await findOwner(context, view?.installation.key ?? entry.teamId);
  const next = owner ? `${serverNamed(owner)} starts within a second` : NOBODY;
  return { matching: replayed, leftOut: 0, replayed, replay: null, server: owner?.pid ?? null, next };
}

/** Why no listener would run for it, of its team; undefined when one would. As replays-repository.ts leaves them out. */
async function awayWords(
  { installations }: RunContext,
  { teamId, type }: { teamId: string; type: string },
): Promise<'inactive' | 'suspended' | 'not let in by its organization' | undefined> {
  if (isLifecycleEvent(type)) return undefined;
  const view = await installations.findByTeam(teamId);
  if (!view) return undefined;
  const { kind } = view.installation.state;
  if (kind !== 'active') return kind;
  const isShut = view.teams.some((team) => team.teamId === teamId && team.access === 'revoked');
  return isShut ? 'not let in by its organization' : undefined;
}

function teamAway({ eventId, teamId }: { eventId: string; teamId: string }, words: string): BotServerError {
  const message = `Event ${eventId} is of team ${teamId}, which is ${words}: no listener would run for it`;
  const first =
    words === 'inactive'
      ? `Reactivate the team first (\`slack-bot-server teams reactivate ${teamId}\`)`
      : `Replay it when the team is active again (\`slack-bot-server teams probe ${teamId}\` asks Slack now)`;
  const fix = `${first}, or give the event up with \`slack-bot-server events discard ${eventId}\`.`;
  return new BotServerError('installation_not_active', message, { facts: { eventId, teamId }, fix });
}

/** Through a replay, however few there are: there is one way in which events of many teams become due. */
async function replayMany(context: RunContext, filter: FailedFilter, leftOut: number): Promise<Output> {
  const { store, clock, actor } = context;
  const replay = await createReplay(store, { filter, who: actor.who, askedAtMs: Math.floor(clock.now()) });
  return await counted(context, { matching: replay?.total ?? 0, leftOut, replay: replay?.id ?? null });
}

interface Count {
  matching: number;
  leftOut: number;
  replay?: number | null;
  /** @defaultValue who runs them */
  next?: string;
}

async function counted(
  { store, findServer }: RunContext,
  { matching, leftOut, replay = null, next }: Count,
): Promise<Output> {
  const owner = (await ownerOfShard(store, REPLAY_SHARD)) ?? (await findServer());
  const words =
    matching === 0 ? `no failed event ${leftOut > 0 ? 'of an active team ' : ''}matches` : (next ?? wordsOf(owner));
  return { matching, leftOut, replayed: 0, replay, server: owner?.pid ?? null, next: words + stayWords(leftOut) };
}

/** What becomes of those that are left out. */
function stayWords(leftOut: number): string {
  if (leftOut === 0) return '';
  const events = `${leftOut} ${leftOut === 1 ? 'event' : 'events'} of teams that are not active ${leftOut === 1 ? 'stays' : 'stay'} failed`;
  return `; ${events}: replay them when the teams are active again, or discard them`;
}

const NOBODY = 'no server is running; the next one starts with them';

function wordsOf(owner: ServerHolder | undefined): string {
  if (!owner) return NOBODY;
  const { pid, host } = owner;
  if (host === undefined) return 'the running server starts within two seconds, with a few of each team at a time';
  return `pid ${pid} on ${host} makes them due from within two seconds on, a few of each team at a time; whichever server has a team runs its events`;
}
