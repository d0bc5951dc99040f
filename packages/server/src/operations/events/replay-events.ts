/**
 * Failed events are due again: their listeners run once more. One, or a few, at once; many by a replay that the running server carries
 * out so that no new event waits for them.
 */
import { z } from 'zod';
import type { FailedFilter } from '../../inbox/replays/failed-filter.ts';
import { REPLAY_SHARD } from '../../inbox/replays/replayer.ts';
import { countFailed, createReplay } from '../../inbox/replays/replays-repository.ts';
import { ownerOfShard } from '../../ownership/cluster-repository.ts';
import type { ServerHolder } from '../../store/store.ts';
import { next, server } from '../fields.ts';
import { defineOperation, type RunContext } from '../operation.ts';
import { findOwner, serverNamed } from '../owner.ts';
import { errorOfUnchanged } from './find-event.ts';
import { eventPick, filterOf } from './pick-events.ts';

const output = z.object({
  matching: z.int().describe('Failed events that match.'),
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
  summary: 'run the listeners again for failed events; those of an inactive team are dropped',
  undo: 'replays.cancel stops what has not begun; listeners that ran have run',
  input: eventPick,
  output,
  errors: ['event_not_found', 'event_not_failed'],
  async run(context, pick) {
    const { store } = context;
    const { eventId, dryRun } = pick;
    if (eventId !== undefined) return await replayOne(context, eventId, dryRun);
    const filter = await filterOf(context, pick);
    if (!dryRun) return await replayMany(context, filter);
    const matching = await countFailed(store, filter);
    return { ...(await counted(context, { matching })), next: previewOf(matching) };
  },
});

async function replayOne(context: RunContext, eventId: string, dryRun: boolean): Promise<Output> {
  const { inbox, installations } = context;
  if (dryRun) {
    const isFailed = (await inbox.find(eventId))?.state === 'failed';
    return { ...(await counted(context, { matching: Number(isFailed) })), next: previewOf(Number(isFailed)) };
  }
  const entry = await inbox.find(eventId);
  const replayed = await inbox.replay({ eventId });
  if (replayed === 0 || !entry) throw await errorOfUnchanged(inbox, eventId);
  const view = await installations.findByTeam(entry.teamId);
  const owner = await findOwner(context, view?.installation.key ?? entry.teamId);
  const next = owner ? `${serverNamed(owner)} starts within a second` : NOBODY;
  return { matching: replayed, replayed, replay: null, server: owner?.pid ?? null, next };
}

/** Through a replay, however few there are: there is one way in which events of many teams become due. */
async function replayMany(context: RunContext, filter: FailedFilter): Promise<Output> {
  const { store, clock, actor } = context;
  const replay = await createReplay(store, { filter, who: actor.who, askedAtMs: Math.floor(clock.now()) });
  if (!replay) return { ...(await counted(context, { matching: 0 })), next: NONE };
  return await counted(context, { matching: replay.total, replay: replay.id });
}

async function counted(
  { store, findServer }: RunContext,
  { matching, replay = null }: { matching: number; replay?: number | null },
): Promise<Output> {
  const owner = (await ownerOfShard(store, REPLAY_SHARD)) ?? (await findServer());
  return { matching, replayed: 0, replay, server: owner?.pid ?? null, next: wordsOf(owner) };
}

const NONE = 'no failed event matches';

function previewOf(matching: number): string {
  return matching === 0 ? NONE : 'nothing was changed';
}

const NOBODY = 'no server is running; the next one starts with them';

function wordsOf(owner: ServerHolder | undefined): string {
  if (!owner) return NOBODY;
  const { pid, host } = owner;
  if (host === undefined) return 'the running server starts within two seconds, with a few of each team at a time';
  return `pid ${pid} on ${host} makes them due from within two seconds on, a few of each team at a time; whichever server has a team runs its events`;
}
