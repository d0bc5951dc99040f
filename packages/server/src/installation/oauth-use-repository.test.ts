import { describe, expect, it } from 'vitest';
import { engines, openTestStore } from '../store/store-fixture.test-kit.ts';
import { TestClock } from '../time/test-clock.ts';
import { createOAuthUses } from './oauth-use-repository.ts';

describe.each(engines)('uses of OAuth states on %s', (engine) => {
  it('let exactly one of many claim a state, also across stores', async () => {
    const clock = new TestClock();
    const store = await openTestStore({ engine });
    const one = createOAuthUses({ store, clock });
    const other = createOAuthUses({ store: await openTestStore({ engine, url: store.url }), clock });
    const claims = await Promise.all(Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? one : other).claim('hash')));
    expect(claims.filter((claim) => claim.claimed)).toHaveLength(1);
    expect(claims.filter((claim) => !claim.claimed)).toEqual(Array(9).fill({ claimed: false, result: null }));
  });

  it('show the second visitor what the first one got', async () => {
    const uses = createOAuthUses({ store: await openTestStore({ engine }), clock: new TestClock() });
    expect(await uses.claim('hash')).toEqual({ claimed: true });
    await uses.finish('hash', { kind: 'installed', teamId: 'T1' });
    expect(await uses.claim('hash')).toEqual({ claimed: false, result: { kind: 'installed', teamId: 'T1' } });
    expect(await uses.claim('another')).toEqual({ claimed: true });
  });

  it('are forgotten when they are old enough', async () => {
    const clock = new TestClock();
    const uses = createOAuthUses({ store: await openTestStore({ engine }), clock });
    await uses.claim('old');
    await clock.advance(60_000);
    await uses.claim('new');
    expect(await uses.prune(30_000)).toBe(1);
    expect(await uses.claim('old')).toEqual({ claimed: true });
    expect(await uses.claim('new')).toMatchObject({ claimed: false });
  });
});
