/** How often an address may be wrong, on both stores and between nodes. */
import { describe, expect, it } from 'vitest';
import { BotServerError } from '../errors.ts';
import type { SqlValue, Store } from '../store/store.ts';
import { engines, openTestStore } from '../store/store-fixture.test-kit.ts';
import { TestClock } from '../time/test-clock.ts';
import { expectProblem, OPERATE_TOKEN, openApi } from './admin.test-kit.ts';
import { LoginLimits } from './login-limits.ts';
import { countAttempt, pruneAttempts } from './login-repository.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe.each(engines)('on %s', (engine) => {
  async function twoNodes() {
    const clock = new TestClock(1_795_000_000_000);
    const store = await openTestStore({ engine });
    const deps = { store, clock };
    return { clock, store, a: new LoginLimits(deps), b: new LoginLimits(deps) };
  }

  it('an address has twenty attempts in ten minutes, on all nodes together', async () => {
    const { clock, a, b } = await twoNodes();
    for (let i = 0; i < 10; i++) await Promise.all([a.attempt('10.0.0.1'), b.attempt('10.0.0.1')]);
    await clock.advance(MINUTE);
    for (const node of [a, b, a]) {
      await expect(node.attempt('10.0.0.1')).rejects.toMatchObject({
        code: 'too_many_attempts',
        facts: { retryAfterMs: 9 * MINUTE },
      });
    }
    await a.attempt('10.0.0.2');
    await clock.advance(9 * MINUTE);
    await b.attempt('10.0.0.1');
  });

  it('attempts at once are counted before they are judged', async () => {
    const { a } = await twoNodes();
    const outcomes = await Promise.allSettled(Array.from({ length: 100 }, () => a.attempt('10.0.0.1')));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
  });

  it('the right token begins anew', async () => {
    const { a, b } = await twoNodes();
    for (let i = 0; i < 19; i++) await a.attempt('10.0.0.1');
    await a.attempt('10.0.0.1');
    await a.prove('10.0.0.1');
    expect(await Promise.all([a.hasProved('10.0.0.1'), a.hasProved('10.0.0.2')])).toEqual([true, false]);
    await b.attempt('10.0.0.1');
  });

  it('an address that was right is known to the other nodes, and after a restart, until it has not been for a month', async () => {
    const { clock, store, a, b } = await twoNodes();
    expect(await b.hasProved('10.0.0.1')).toBe(false);
    await a.prove('10.0.0.1');
    await clock.advance(2_000);
    const restarted = new LoginLimits({ store, clock });
    expect([await b.hasProved('10.0.0.1'), await restarted.hasProved('10.0.0.1')]).toEqual([true, true]);
    await clock.advance(29 * DAY);
    await b.renew('10.0.0.1');
    await clock.advance(2 * DAY);
    const later = new LoginLimits({ store, clock });
    expect(await later.hasProved('10.0.0.1')).toBe(true);
    await clock.advance(28 * DAY);
    expect([await later.hasProved('10.0.0.1'), await a.hasProved('10.0.0.1')]).toEqual([false, false]);
  });

  it('that an address was right is written once a day, and for a thousand at most: the newest', async () => {
    const { clock, store, a } = await twoNodes();
    const provedAt = async () => Number((await store.get('select max(proved_ms) as ms from admin_proof'))?.ms);
    const rows = Array.from({ length: 1_000 }, (_, i) => `('x${i}', ${clock.now() - 1_000 - i})`);
    await store.run(`insert into admin_proof (address, proved_ms) values ${rows.join(', ')}`);
    const startMs = clock.now();
    await Promise.all(Array.from({ length: 20 }, () => a.renew('10.0.0.1')));
    await clock.advance(DAY - 1);
    await a.renew('10.0.0.1');
    expect(await provedAt()).toBe(startMs);
    expect(
      await store.get(
        "select count(*) as n, max(case when address = 'x999' then 1 else 0 end) as oldest from admin_proof",
      ),
    ).toEqual({
      n: 1_000,
      oldest: 0,
    });
    await clock.advance(1);
    await a.renew('10.0.0.1');
    expect(await provedAt()).toBe(startMs + DAY);
  });

  it('strangers with many addresses make a bounded number of rows, and no attempt of theirs counts for another address', async () => {
    const { a, store } = await twoNodes();
    await store.run("insert into admin_login (address, attempts, since_ms) values ('seed', 1, 1794999999998)");
    for (let i = 0; i < 999; i++) {
      await store.run('insert into admin_login (address, attempts, since_ms) values ($1, 1, 1794999999999)', [`x${i}`]);
    }
    for (let i = 0; i < 30; i++) await a.attempt(`10.0.1.${i}`);
    expect(await store.get('select count(*) as n from admin_login')).toEqual({ n: 1_000 });
    expect(await store.get("select address from admin_login where address in ('seed', '10.0.1.0')")).toEqual({
      address: '10.0.1.0',
    });
  });

  it('a window that is over, or begins later than now, begins anew, and what strangers left is forgotten', async () => {
    const { store } = await twoNodes();
    const windowMs = 10 * MINUTE;
    const count = async (nowMs: number) => (await countAttempt(store, '10.0.0.1', { nowMs, windowMs })).count;
    expect([await count(20 * MINUTE), await count(30 * MINUTE - 1), await count(30 * MINUTE)]).toEqual([1, 2, 1]);
    expect([await count(30 * MINUTE), await count(30 * MINUTE - 1)]).toEqual([2, 1]);
    const left = (nowMs: number) => pruneAttempts(store, { nowMs, windowMs });
    expect([await left(40 * MINUTE - 2), await left(40 * MINUTE - 1)]).toEqual([1, 0]);
    await count(30 * MINUTE);
    expect(await left(30 * MINUTE - 1)).toBe(0);
  });

  it('a clock that went back locks nobody out for longer', async () => {
    const { clock, a, store } = await twoNodes();
    const ahead = clock.now() + 365 * 24 * 60 * MINUTE;
    await store.run("insert into admin_login (address, attempts, since_ms) values ('10.0.0.1', 99, $1)", [ahead]);
    await a.attempt('10.0.0.1');
  });
});

describe('over HTTP', () => {
  const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });

  it('wrong tokens of bearers and logins count together, and then neither is judged', async () => {
    const api = await openApi('sqlite');
    for (let i = 0; i < 10; i++) {
      expectProblem(
        await api.ask('GET', '/api/teams', { token: `wrong-${i}`, ...from('10.0.0.1') }),
        401,
        'unauthorized',
      );
      const login = await api.ask('POST', '/api/session', {
        token: null,
        body: { token: `guess ${i}` },
        ...from('10.0.0.1'),
      });
      expectProblem(login, 401, 'unauthorized');
    }
    const right = { body: { token: OPERATE_TOKEN }, token: null };
    const refused = await api.ask('POST', '/api/session', { ...right, ...from('10.0.0.1') });
    expectProblem(refused, 429, 'too_many_attempts');
    expect(refused.headers.get('retry-after')).toBe('600');
    expectProblem(await api.ask('GET', '/api/teams', from('10.0.0.1')), 429, 'too_many_attempts');
    expect((await api.ask('POST', '/api/session', { ...right, ...from('10.0.0.2') })).status).toBe(200);
  });

  it('the right token is let in however often it comes at once', async () => {
    const api = await openApi('sqlite');
    const answers = await Promise.all(Array.from({ length: 50 }, () => api.ask('GET', '/api/teams', from('10.0.0.1'))));
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
  });

  it('one who was right before is let in by the token, whatever strangers behind the same proxy try', async () => {
    const api = await openApi('sqlite');
    expect((await api.ask('GET', '/api/teams', from('10.0.0.1'))).status).toBe(200);
    for (let i = 0; i < 25; i++) await api.ask('GET', '/api/teams', { token: `wrong-${i}`, ...from('10.0.0.1') });
    expectProblem(
      await api.ask('GET', '/api/teams', { token: 'wrong-again', ...from('10.0.0.1') }),
      429,
      'too_many_attempts',
    );
    expect((await api.ask('GET', '/api/teams', from('10.0.0.1'))).status).toBe(200);
    const login = { token: null, body: { token: OPERATE_TOKEN }, ...from('10.0.0.1') };
    expect((await api.ask('POST', '/api/session', login)).status).toBe(200);
  });

  it('one who was right on another node, or before a restart, is let in as well', async () => {
    const api = await openApi('sqlite');
    for (let i = 0; i < 25; i++) await api.ask('GET', '/api/teams', { token: `wrong-${i}`, ...from('10.0.0.1') });
    expectProblem(await api.ask('GET', '/api/teams', from('10.0.0.1')), 429, 'too_many_attempts');
    await new LoginLimits({ store: api.storage.store, clock: api.clock }).prove('10.0.0.1');
    await api.clock.advance(2_000);
    expect((await api.ask('GET', '/api/teams', from('10.0.0.1'))).status).toBe(200);
  });

  it('who is refused costs a line a minute, however often he asks', async () => {
    const api = await openApi('sqlite');
    const lines = () => api.logged.filter(({ message }) => message === 'admin access refused');
    for (let i = 0; i < 30; i++) await api.ask('GET', '/api/teams', { token: `wrong-${i}`, ...from('10.0.0.1') });
    await api.ask('GET', '/api/teams', { token: null, ...from('10.0.0.2') });
    expect(lines().map(({ facts }) => facts)).toMatchObject([{ times: 1, address: '10.0.0.1', code: 'unauthorized' }]);
    await api.clock.advance(MINUTE);
    await api.ask('GET', '/api/teams', { token: 'wrong', ...from('10.0.0.1') });
    expect(lines().map(({ facts }) => facts)).toMatchObject([
      { times: 1 },
      { times: 31, address: '10.0.0.1', code: 'too_many_attempts' },
    ]);
  });

  it('an IPv6 address counts with all that its owner has', async () => {
    const api = await openApi('sqlite');
    for (let i = 0; i < 20; i++)
      await api.ask('GET', '/api/teams', { token: 'wrong', ...from(`2001:db8::${i.toString(16)}`) });
    expectProblem(
      await api.ask('GET', '/api/teams', { token: 'wrong', ...from('2001:db8::ffff') }),
      429,
      'too_many_attempts',
    );
  });
});

describe('while the store is away', () => {
  const down = () => Promise.reject(new BotServerError('store_unavailable', 'The database failed'));
  const store = { run: down, get: down, all: down, transaction: down } as unknown as Store;

  it('a process counts by itself, and lets in who is right: a scraper after a restart', async () => {
    const clock = new TestClock(1_795_000_000_000);
    const limits = new LoginLimits({ store, clock });
    await limits.attempt('10.0.0.1');
    await limits.prove('10.0.0.1');
    expect(await limits.hasProved('10.0.0.1')).toBe(true);
    const outcomes = await Promise.allSettled(Array.from({ length: 100 }, () => limits.attempt('10.0.0.2')));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
    await expect(limits.attempt('10.0.0.2')).rejects.toMatchObject({ code: 'too_many_attempts' });
    await clock.advance(10 * MINUTE);
    await limits.attempt('10.0.0.2');
  });

  it('strangers with many addresses keep no other address out', async () => {
    const limits = new LoginLimits({ store, clock: new TestClock(1_795_000_000_000) });
    for (let n = 0; n < 1_000; n++) await limits.attempt(`10.1.${n >> 8}.${n & 255}`);
    const outcomes = await Promise.allSettled(Array.from({ length: 30 }, (_, n) => limits.attempt(`10.2.0.${n}`)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(30);
  });

  it('that an address was right is written as soon as the store is back', async () => {
    const clock = new TestClock(1_795_000_000_000);
    const open = await openTestStore({ engine: 'sqlite' });
    let isDown = true;
    const now = () => (isDown ? store : open);
    const flaky = {
      run: (sql: string, params: SqlValue[]) => now().run(sql, params),
      all: (sql: string, params: SqlValue[]) => now().all(sql, params),
    } as unknown as Store;
    const limits = new LoginLimits({ store: flaky, clock });
    await limits.prove('10.0.0.1');
    isDown = false;
    await clock.advance(MINUTE);
    await limits.renew('10.0.0.1');
    expect(await new LoginLimits({ store: open, clock }).hasProved('10.0.0.1')).toBe(true);
  });
});
