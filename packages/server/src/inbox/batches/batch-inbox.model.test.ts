/** Any sequence of commits, failures, moves and restarts, beside a plain table that says what must be so. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { anEnvelope } from '../inbox.test-kit.ts';
import { anInbox, eventLoopTurns, FAILURE, insert, readyOf, statesOf, untilWritten } from './batch-inbox.test-kit.ts';

/** What the model knows of an event. */
interface Known {
  seq: number;
  teamId: string;
  state: 'ready' | 'retry' | 'done' | 'failed';
  /** How many processes died while it was unfinished. */
  deaths: number;
}

const IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const teamOf = (id: string) => (id < 'e' ? 'T1' : 'T2');

const anAction = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('insert' as const), ids: fc.subarray(IDS), waiting: fc.boolean() }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('finish' as const, 'fail' as const, 'retry' as const),
      ids: fc.subarray(IDS),
    }),
  },
  fc.record({ kind: fc.constant('fault' as const), fault: fc.constantFrom('lost' as const, 'answer lost' as const) }),
  fc.record({ kind: fc.constantFrom('tidy' as const, 'drop' as const, 'replay' as const) }),
  // Often: it takes three for an event to lose its place.
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);

it('agrees with a plain table after any sequence of commits, failures, moves and restarts', {
  timeout: 180_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anAction, { maxLength: 25 }), async (actions) => {
      const { store, time, faults, open } = await anInbox();
      let inbox = open();
      const model = new Map<string, Known>();
      // The process at the beginning only takes events; those after it hand out, and each of them dies.
      let handsOut = false;
      const live = (ids: readonly string[]) =>
        ids.filter((id) => ['ready', 'retry'].includes(model.get(id)?.state ?? ''));
      // Each id at most twice, or nothing new would come after a while.
      for (const action of actions) {
        time.nowMs += 1;
        switch (action.kind) {
          case 'insert': {
            const envelopes = action.ids.map((id) => anEnvelope(id, { teamId: teamOf(id) }));
            const answer = await inbox
              .insert(envelopes, { waits: ({ teamId }) => action.waiting && teamId === 'T2' })
              .catch(() => undefined);
            if (answer) expect([...answer.keys()].sort()).toEqual(action.ids.filter((id) => !model.has(id)));
            // After a failure it is the table that says whether they were committed.
            for (const id of action.ids)
              if (!model.has(id) && (answer || (await inbox.find(id))))
                model.set(id, { seq: answer?.get(id) ?? 0, teamId: teamOf(id), state: 'ready', deaths: 0 });
            break;
          }
          case 'finish':
          case 'fail':
          case 'retry':
            for (const id of live(action.ids)) {
              const known = model.get(id);
              if (!known) continue;
              const seq = known.seq || ((await inbox.find(id))?.seq ?? 0);
              const write = () => {
                if (action.kind === 'finish') return inbox.finish([seq]);
                if (action.kind === 'fail') return inbox.fail(seq, FAILURE);
                return inbox.retry(seq, { runAtMs: time.nowMs, failure: FAILURE });
              };
              // As settlements.ts does it: again, until it is written.
              while (
                !(await write().then(
                  () => true,
                  () => false,
                ))
              );
              known.state = action.kind === 'finish' ? 'done' : action.kind === 'fail' ? 'failed' : 'retry';
            }
            break;
          case 'fault':
            if (faults.length === 0) faults.push(action.fault);
            break;
          case 'tidy':
            time.nowMs += 10_000;
            await inbox.tidy().catch(() => {});
            break;
          case 'restart':
            faults.length = 0;
            inbox = open();
            await inbox.takeOver(`process at ${time.nowMs}`);
            for (const id of handsOut ? live([...model.keys()]) : []) {
              const known = model.get(id);
              // An event whose processes died twice may be the reason: it leaves the order.
              if (known && ++known.deaths >= 2) known.state = 'retry';
            }
            handsOut = true;
            break;
          case 'drop':
            faults.length = 0;
            await inbox.dropTeam('T1');
            for (const known of model.values())
              if (known.teamId === 'T1' && known.state !== 'failed') known.state = 'done';
            break;
          case 'replay':
            await inbox.replay({});
            for (const known of model.values())
              if (known.state === 'failed') Object.assign(known, { state: 'retry', deaths: 0 });
        }
      }
      faults.length = 0;
      const expected = Object.fromEntries(Array.from(model, ([id, { state }]) => [id, state]));
      expect(await statesOf(inbox)).toEqual(expected);
      for (const teamId of ['T1', 'T2']) {
        const ready = Array.from(model).filter(([, known]) => known.teamId === teamId && known.state === 'ready');
        expect((await readyOf(inbox, teamId)).sort()).toEqual(ready.map(([id]) => id).sort());
      }
      // A process that starts now finds the same.
      const next = open();
      expect((await next.insert(IDS.map((id) => anEnvelope(id)))).size).toBe(IDS.length - model.size);
      await store.close();
    }),
    { numRuns: 40 },
  );
});

const aFate = fc.record({
  outcome: fc.constantFrom('finish' as const, 'fail' as const, 'retry' as const, 'nothing' as const),
  waiting: fc.boolean(),
  deliveries: fc.array(fc.nat(6), { minLength: 1, maxLength: 3 }),
  outcomeAfter: fc.nat(6),
});
const aFault = fc.option(fc.constantFrom('lost' as const, 'answer lost' as const), { freq: 3, nil: undefined });

it('gives each event one number, one place and one end, whatever happens at the same time and fails', {
  timeout: 180_000,
}, async () => {
  const scene = fc.record({
    fates: fc.array(aFate, { minLength: 1, maxLength: 12 }),
    faults: fc.array(aFault, { maxLength: 20 }),
    tidies: fc.array(fc.nat(12), { maxLength: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(scene, async ({ fates, faults: planned, tidies }) => {
      const { store, time, faults, inbox, open } = await anInbox();
      await insert(inbox, ['warm']);
      faults.push(...planned);
      const numbers: number[] = [];
      const lives = fates.map(async ({ outcome, waiting, deliveries, outcomeAfter }, n) => {
        const id = `e${n}`;
        const envelope = anEnvelope(id, { teamId: `T${n % 2}` });
        await Promise.all(
          deliveries.map(async (turns) => {
            await eventLoopTurns(turns);
            const seqs = await untilWritten(() => inbox.insert([envelope], { waits: () => waiting }));
            numbers.push(...seqs.values());
          }),
        );
        const seq = (await inbox.find(id))?.seq ?? 0;
        await eventLoopTurns(outcomeAfter);
        if (outcome === 'finish') await untilWritten(() => inbox.finish([seq]));
        if (outcome === 'fail') await untilWritten(() => inbox.fail(seq, FAILURE));
        if (outcome === 'retry') await untilWritten(() => inbox.retry(seq, { runAtMs: 1, failure: FAILURE }));
      });
      const tidying = tidies.map(async (turns) => {
        await eventLoopTurns(turns);
        time.nowMs += 10_000;
        await inbox.tidy().catch(() => {});
      });
      await Promise.all([...lives, ...tidying]);
      faults.length = 0;
      expect(new Set(numbers).size).toBe(numbers.length);
      const states = { finish: 'done', fail: 'failed', retry: 'retry', nothing: 'ready' } as const;
      const expected = Object.fromEntries(fates.map(({ outcome }, n) => [`e${n}`, states[outcome]]));
      const entries = await inbox.list({ limit: 100 });
      expect(entries).toHaveLength(fates.length + 1);
      expect(await statesOf(inbox)).toEqual({ ...expected, warm: 'ready' });
      const next = open();
      await next.takeOver('next');
      expect(await statesOf(next)).toEqual({ ...expected, warm: 'ready' });
      await store.close();
    }),
    { numRuns: 40 },
  );
});
