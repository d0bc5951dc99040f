/**
 * Failed events are due again: their listeners run once more. One, or a few, at once; many by a replay that the running server carries
 * out so that no new event waits for them.
 */
import { z } from 'zod';
import type { FailedFilter } from '../../inbox/replays/failed-filter.ts';
import { countFailed, createReplay } from '../../inbox/replays/replays-repository.ts';
import { next, server } from '../fields.ts';
import { defineOperation, type RunContext } from '../operation.ts';
import { errorOfUnchanged } from './find-event.ts';
import { eventPick, filterOf } from './pick-events.ts';

const output = z.object({
  matching: z.int().describe('Failed events that fit.'),
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
  const { inbox } = context;
  if (dryRun) {
    const isFailed = (await inbox.find(eventId))?.state === 'failed';
    return { ...(await counted(context, { matching: Number(isFailed) })), next: previewOf(Number(isFailed)) };
  }
  const replayed = await inbox.replay({ eventId });
  if (replayed === 0) throw await errorOfUnchanged(inbox, eventId);
  return await counted(context, { matching: replayed, replayed });
}

/** Through a replay, however few there are: there is one way in which events of many teams become due. */
async function replayMany(context: RunContext, filter: FailedFilter): Promise<Output> {
  const { store, clock, actor } = context;
  const replay = await createReplay(store, { filter, who: actor.who, askedAtMs: Math.floor(clock.now()) });
  if (!replay) return { ...(await counted(context, { matching: 0 })), next: NONE };
  return await counted(context, { matching: replay.total, replay: replay.id });
}

async function counted(
  { findServer }: RunContext,
  { matching, replayed = 0, replay = null }: { matching: number; replayed?: number; replay?: number | null },
): Promise<Output> {
  const pid = (await findServer())?.pid ?? null;
  return { matching, replayed, replay, server: pid, next: wordsOf(pid, replay !== null) };
}

const NONE = 'no failed event matches';

function previewOf(matching: number): string {
  return matching === 0 ? NONE : 'nothing was changed';
}

function wordsOf(pid: number | 'unknown' | null, isReplay: boolean): string {
  if (pid === null) return 'no server is running; the next one starts with them';
  if (!isReplay) return 'the running server starts within a second';
  return 'the running server starts within two seconds, with a few of each team at a time';
}
