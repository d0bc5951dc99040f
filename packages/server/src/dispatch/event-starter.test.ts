/** What an event holds while it runs it gives back, whatever becomes of it. */
import { expect, it } from 'vitest';
import { anEnvelope } from '../inbox/inbox.test-kit.ts';
import { EventStarter } from './event-starter.ts';

function aStarter() {
  const held = { running: 0, inHand: 0 };
  const starter = new EventStarter({
    shards: { mayBegin: () => true },
    handlingOf: () => 'handle',
    queues: {
      of: () => ({ teamId: 'T1', shard: 0 }),
      takeInHand: () => held.inHand++,
      isolatedEnded: () => held.inHand--,
    },
    running: { begin: () => held.running++, end: () => held.running-- },
    dropped: { isForNobody: () => false },
    runner: { run: () => Promise.reject(new Error('a fault of ours')) },
  } as never);
  return { starter, held };
}

it('an event whose run rejects gives back its place among those that run', async () => {
  const { starter, held } = aStarter();
  const item = { seq: 1, envelope: anEnvelope('Ev1'), attempts: 0 };
  await expect(starter.runIsolated(item as never)).rejects.toThrow('a fault of ours');
  expect(held).toEqual({ running: 0, inHand: 0 });
});
