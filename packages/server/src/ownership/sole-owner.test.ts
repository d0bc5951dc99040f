import { describe, expect, it } from 'vitest';
import { FIRST_SOCKET_SLOT, MAX_SOCKET_SLOTS, type OwnershipFollower } from './ownership.ts';
import { SoleOwner } from './sole-owner.ts';

function recorder(): { told: string[]; follower: OwnershipFollower } {
  const told: string[] = [];
  const follower: OwnershipFollower = {
    gained: (shards) =>
      void told.push(`gained ${shards.length}${shards.some(({ hadDied }) => hadDied) ? ' after a death' : ''}`),
    drain: async (shards, { limitMs }) => void told.push(`drain ${shards.length} in ${limitMs}`),
    lost: (shards) => void told.push(`lost ${shards.length}`),
    fenced: () => void told.push('fenced'),
    resumed: () => void told.push('resumed'),
  };
  return { told, follower };
}

describe('SoleOwner', () => {
  it('owns every shard and slot from start to stop, and drains before it lets go', async () => {
    const owner = new SoleOwner();
    const { told, follower } = recorder();
    owner.follow(follower);
    expect(owner.owns(0)).toBe(false);

    await owner.start();
    expect(
      [0, 255, FIRST_SOCKET_SLOT, FIRST_SOCKET_SLOT + MAX_SOCKET_SLOTS - 1].map((shard) => owner.owns(shard)),
    ).toEqual([true, true, true, true]);
    expect(owner.owns(FIRST_SOCKET_SLOT + MAX_SOCKET_SLOTS)).toBe(false);
    expect(owner.epochOf(0)).toBe(1);

    await owner.stop({ graceMs: 50 });
    expect(owner.owns(0)).toBe(false);
    expect(owner.epochOf(0)).toBeUndefined();
    expect(told).toEqual(['gained 261', 'drain 261 in 50', 'lost 261']);
  });

  it('owns nothing once the lock is lost, lets go of everything at once, and does not drain what it may not finish', async () => {
    const owner = new SoleOwner();
    const { told, follower } = recorder();
    owner.follow(follower);
    await owner.start();

    owner.fence();
    expect(owner.state).toBe('fenced');
    expect(owner.owns(7)).toBe(false);
    expect(owner.epochOf(7)).toBeUndefined();
    expect(told).toEqual(['gained 261', 'fenced', 'lost 261']);

    await owner.stop({ graceMs: 50 });
    expect(told).toEqual(['gained 261', 'fenced', 'lost 261']);
  });

  it('says that the process before died', async () => {
    const owner = new SoleOwner({ hadDied: () => true });
    const { told, follower } = recorder();
    owner.follow(follower);
    await owner.start();
    expect(told).toEqual(['gained 261 after a death']);
  });
});
