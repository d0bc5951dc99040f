/** Failed events are given up, and their payloads dropped: some at a time, the oldest first, so that no new event waits for that. */
import { z } from 'zod';
import { insertFacts } from '../../history/fact-repository.ts';
import { countFailed, type DiscardedEvent, discardSome } from '../../inbox/replays/replays-repository.ts';
import { next } from '../fields.ts';
import { defineOperation, type RunContext } from '../operation.ts';
import { errorOfUnchanged } from './find-event.ts';
import { eventPick, filterOf, requireNamedTeam } from './pick-events.ts';

/** Rows of one statement: commits of events wait no longer than for these. */
const PAGE = 500;

const progress = z.object({ done: z.int(), total: z.int() });

/** The signal ends it between two pages; run again it goes on. */
export const discardEvents = defineOperation({
  name: 'events.discard',
  role: 'operate',
  summary: 'discard failed events',
  undo: 'it cannot be undone: the payloads are gone',
  input: eventPick,
  output: z.object({
    matching: z.int().describe('Failed events that match.'),
    discarded: z.int(),
    next,
  }),
  progress,
  errors: ['event_not_found', 'event_not_failed', 'installation_not_found'],
  async run(context, pick) {
    const { inbox, store } = context;
    const { eventId, dryRun } = pick;
    const filter = await filterOf(context, pick);
    if (dryRun) {
      const isFailed = eventId !== undefined && (await inbox.find(eventId))?.state === 'failed';
      const matching = eventId === undefined ? await countFailed(store, filter) : Number(isFailed);
      if (matching === 0) await requireNamedTeam(context, pick);
      return { matching, discarded: 0, next: matching === 0 ? NONE : 'nothing was changed' };
    }
    if (eventId !== undefined) {
      const entry = await inbox.find(eventId);
      const discarded = await inbox.discard({ eventId });
      if (discarded === 0) throw await errorOfUnchanged(inbox, eventId);
      if (entry) await remember(context, [entry]);
      return { matching: discarded, discarded, next: GONE };
    }
    const total = await countFailed(store, filter);
    if (total === 0) await requireNamedTeam(context, pick);
    const discarded = await discardAll(context, filter, total);
    return { matching: total, discarded, next: discarded === 0 ? NONE : discarded < total ? LEFT : GONE };
  },
});

const NONE = 'no failed event matches';
const GONE = 'their payloads are gone: none of them can be replayed';
const LEFT = 'it was ended early: run it again for the rest';

/** As many as there were: what fails meanwhile was not meant. */
async function discardAll(
  context: RunContext<z.output<typeof progress>>,
  filter: Parameters<typeof discardSome>[1],
  total: number,
): Promise<number> {
  const { store, signal, onProgress } = context;
  let done = 0;
  while (done < total && !signal?.aborted) {
    const some = await discardSome(store, filter, Math.min(PAGE, total - done));
    if (some.length === 0) break;
    await remember(context, some);
    done += some.length;
    onProgress({ done, total });
  }
  return done;
}

/** For who asks later what became of them: of an event that is done only its id is left. */
async function remember(
  { store, clock, actor }: RunContext<z.output<typeof progress>>,
  events: readonly DiscardedEvent[],
): Promise<void> {
  const atMs = clock.now();
  const facts = events.map(({ eventId, teamId, type }) => ({
    kind: 'discarded' as const,
    atMs,
    eventId,
    teamId,
    type,
    channel: null,
    ts: null,
    details: { who: actor.who },
  }));
  await insertFacts(store, actor.who, facts);
}
