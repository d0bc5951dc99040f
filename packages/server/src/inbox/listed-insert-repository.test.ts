/** Events whose texts are what strangers like, and whose bodies are of all sizes: each comes back with its own, in the order in which it came. */
import { describe, expect, it } from 'vitest';
import { engines, openTestStore } from '../store/store-fixture.test-kit.ts';
import { createInbox } from './create-inbox.ts';
import { anEnvelope } from './inbox.test-kit.ts';

const texts = [
  '{}',
  '"',
  '\\',
  '\\"',
  '{a,b}',
  ',',
  'null',
  'NULL',
  '',
  ' ',
  "'; drop table inbox; --",
  '$1',
  'é🙂\n\t',
];

describe.each(engines)('events with strange texts on %s', (engine) => {
  it('are stored as they are, each with its own body, in their order', async () => {
    const store = await openTestStore({ engine });
    const inbox = createInbox({ store, clock: { now: () => 1 }, isShared: engine === 'postgres' });
    const sent = texts.map((text, n) =>
      anEnvelope(`Ev${n}${text}`, {
        shard: 7,
        type: `type ${text}`,
        orderKey: n % 2 === 0 ? `C1:${text}` : undefined,
        body: { text: text.repeat(n === 3 ? 100_000 : n), n },
      }),
    );
    const seqs = await inbox.insert(sent);
    expect([...seqs.keys()].toSorted()).toEqual(sent.map(({ id }) => id).toSorted());
    const inOrder = sent.map(({ id }) => seqs.get(id) ?? Number.NaN);
    expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
    const stored = await inbox.ready('T1', { shard: 7, afterSeq: 0, limit: 100, maxBytes: 10_000_000 });
    expect(stored.map(({ envelope }) => envelope)).toMatchObject(
      sent.map(({ id, type, body, orderKey }) => ({ id, type, body, ...(orderKey !== undefined && { orderKey }) })),
    );
    // Those that are known are left out, also beside new ones.
    expect([...(await inbox.insert([...sent.slice(0, 3), anEnvelope('new', { shard: 7 })])).keys()]).toEqual(['new']);
  });
});
