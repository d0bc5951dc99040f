/** What a node believes of its lease while the database does not answer, on a clock that is moved. The database's answers are scripted. */
import { expect, it, onTestFinished } from 'vitest';
import { TestClock } from '../time/test-clock.ts';
import { LeaseOwner } from './lease-owner.ts';
import type { NodeRepository } from './node-repository.ts';
import type { OwnershipFollower } from './ownership.ts';

/** Design, section 7: a lease of the database runs for so long. */
const TTL_MS = 10_000;
/** Between two renewals. */
const BEAT_MS = 2_500;
/** Less than the limit of a query. */
const ANSWER_MS = 1_900;
const never = () => new Promise<never>(() => {});

/** An owner of shard 0 alone, whose renewals are answered as the test says; those of its start at once. */
async function anOwner(renew: NodeRepository['renew'] = never) {
  const clock = new TestClock();
  const told: string[] = [];
  let hasStarted = false;
  const rows: { owner: string | null } = { owner: null };
  const repository: NodeRepository = {
    join: async () => true,
    renew: async (nodeId, given) => !hasStarted || (await renew(nodeId, given)),
    survey: async () => ({
      survey: {
        nodes: [{ nodeId: owner.nodeId, state: 'ready', isAskedToDrain: false }],
        shards: [{ shard: 0, owner: rows.owner, epoch: 1, hadDied: false }],
      },
      sealedWith: ['k1'],
    }),
    claim: async (nodeId) => {
      rows.owner = nodeId;
      return [{ shard: 0, epoch: 1, hadDied: false }];
    },
    release: async () => {},
    disown: async () => {},
    leave: async () => {},
  };
  const owner: LeaseOwner = new LeaseOwner({
    repository,
    closeRepository: () => {},
    identity: { host: 'test', pid: 1, packageVersion: '0', schemaVersion: 1, sealsWith: 'k1', facts: {} },
    opens: ['k1'],
    clock,
    log: { info() {}, warn() {}, error() {} },
    options: { shards: 1, socketSlots: 0 },
  });
  const follower: OwnershipFollower = {
    gained: () => void told.push('gained'),
    drain: () => Promise.resolve(),
    lost: () => void told.push('lost'),
    fenced: () => void told.push('fenced'),
    resumed: () => void told.push('resumed'),
  };
  owner.follow(follower);
  await owner.start();
  hasStarted = true;
  onTestFinished(async () => {
    const stopped = owner.stop({ graceMs: 0 });
    await clock.advance(TTL_MS);
    await stopped;
  });
  expect(owner.owns(0)).toBe(true);
  return { clock, owner, told };
}

it('ends a tenth before the database’s when no renewal is answered, and followers hear of it then', async () => {
  const { clock, owner, told } = await anOwner();
  await clock.advance(0.9 * TTL_MS - 1);
  expect([owner.holdsLease(), owner.owns(0), owner.state, told]).toEqual([true, true, 'owning', ['gained']]);
  await clock.advance(1);
  expect([owner.holdsLease(), owner.owns(0), owner.state, told]).toEqual([
    false,
    false,
    'fenced',
    ['gained', 'fenced'],
  ]);
});

it('is over for whoever asks before any timer has fired, as in a process that was frozen', async () => {
  const { clock, owner } = await anOwner();
  const woken: boolean[] = [];
  // Due at the same time as the fence, and set before it: it is asked first.
  clock.after(100, () => woken.push(owner.holdsLease(), owner.owns(0)));
  await clock.leap(TTL_MS);
  expect(woken).toEqual([false, false]);
});

it('runs from when a renewal was sent, however late it is answered', async () => {
  const answers: ((isRenewed: boolean) => void)[] = [];
  const { clock, owner, told } = await anOwner(() => new Promise((resolve) => answers.push(resolve)));
  await clock.advance(BEAT_MS);
  expect(answers).toHaveLength(1);
  await clock.advance(ANSWER_MS);
  answers[0]?.(true);
  await clock.advance(0.9 * TTL_MS - ANSWER_MS - 1);
  expect(owner.holdsLease()).toBe(true);
  await clock.advance(1);
  expect(owner.holdsLease()).toBe(false);
  expect(told).toEqual(['gained', 'fenced']);
});
