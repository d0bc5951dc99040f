/** What a process tells of itself in rows, on both stores, and what operators read there. */
import { describe, expect, it } from 'vitest';
import { engines, openTestStore, type TestStore } from '../store/store-fixture.test-kit.ts';
import { TestClock } from '../time/test-clock.ts';
import { MinuteCounter } from './minute-report.ts';
import { selectMinutes } from './minute-repository.ts';
import type { ConnectionReport } from './process-report.ts';
import { connectionsOf, pruneReports, selectLimits, selectProcesses, tellProcess } from './report-repository.ts';
import { Reporter } from './reporter.ts';

const OPEN: ConnectionReport = { state: 'open', reason: 'hello', attempt: 1, sinceMs: 5_000, retryAtMs: null };
const WAITING: ConnectionReport = { state: 'waiting', reason: 'closed', attempt: 2, sinceMs: 6_000, retryAtMs: 7_000 };

describe.each(engines)('on %s', (engine) => {
  async function aReporter(nodeId = 'n1', opened?: TestStore) {
    const store = opened ?? (await openTestStore({ engine }));
    const clock = new TestClock(1_000_000);
    const connections = new Map<string, ConnectionReport>();
    const process = { nodeId };
    const counts = {
      accepted: 0,
      repeated: 0,
      handled: 0,
      failed: 0,
      connects: 0,
      closes: 0,
      takenMs: 0,
      timed: 0,
      waiting: 0,
      open: 0,
    };
    const warnings: string[] = [];
    const statements: string[] = [];
    const counted: TestStore = {
      ...store,
      engine: store.engine,
      run: (sql, params) => (statements.push(sql), clock.io(store.run(sql, params), 'store')),
      together: (all) => (statements.push(...all.map(({ sql }) => sql)), clock.io(store.together(all), 'store')),
    };
    const reporter = new Reporter({
      store: counted,
      nodeId: () => process.nodeId,
      describe: () => ({
        host: 'h',
        pid: 7,
        version: '1.2.3',
        transport: 'rtm',
        connections: { open: connections.size },
      }),
      connectionOf: (key) => connections.get(key),
      connected: () => connections.keys(),
      counts: () => ({ ...counts }),
      clock,
      log: { warn: (_facts, message) => void warnings.push(message) },
    });
    const change = (key: string, report: ConnectionReport | undefined) => {
      if (report) connections.set(key, report);
      else connections.delete(key);
      reporter.connectionChanged(key);
    };
    return { store, clock, reporter, change, counts, process, warnings, statements };
  }

  it('writes what was counted in each minute, and forgets the minutes of the day before', async () => {
    const { store, clock, reporter, counts } = await aReporter();
    // The clock begins at 1,000 s: forty seconds into a minute.
    reporter.start();
    Object.assign(counts, { accepted: 5, handled: 4, takenMs: 80, timed: 4, waiting: 1, open: 3 });
    await clock.advance(21_000);
    expect(await selectMinutes(store, 0)).toEqual([{ ...counts, atMs: 960_000 }]);
    Object.assign(counts, { accepted: 12, handled: 12, takenMs: 200, timed: 12, waiting: 0 });
    await clock.advance(60_000);
    expect(
      (await selectMinutes(store, 1_000_000)).map(({ atMs, accepted, handled, takenMs, waiting, open }) => [
        atMs,
        accepted,
        handled,
        takenMs,
        waiting,
        open,
      ]),
    ).toEqual([[1_020_000, 7, 8, 120, 0, 3]]);
    await clock.advance(26 * 3_600_000);
    const kept = await selectMinutes(store, 0);
    expect(kept.length).toBeLessThanOrEqual(25 * 60 + 1);
    expect(kept[0]?.atMs).toBeGreaterThan(1_020_000);
    await reporter.stop();
  });

  it('adds a minute that could not be written to the next one', async () => {
    const counts = {
      accepted: 0,
      repeated: 0,
      handled: 0,
      failed: 0,
      connects: 0,
      closes: 0,
      takenMs: 0,
      timed: 0,
      waiting: 0,
      open: 0,
    };
    const minutes = new MinuteCounter(() => ({ ...counts }), 0);
    counts.accepted = 3;
    expect(minutes.over(59_999)).toBeUndefined();
    expect(minutes.over(60_000)).toMatchObject({ atMs: 0, accepted: 3 });
    counts.accepted = 10;
    const late = minutes.over(125_000);
    expect(late).toMatchObject({ atMs: 0, accepted: 10 });
    if (late) minutes.written(125_000, late);
    counts.accepted = 11;
    expect(minutes.over(180_000)).toMatchObject({ atMs: 120_000, accepted: 1 });
    // The clock was set back: that minute is counted anew from there.
    expect(minutes.over(10_000)).toBeUndefined();
    expect(minutes.over(60_000)).toMatchObject({ atMs: 0, accepted: 1 });
  });

  it('says that it lives each half minute, and takes it back when it stops', async () => {
    const { store, clock, reporter } = await aReporter();
    reporter.start();
    await clock.advance(31_000);
    expect(await selectProcesses(store, clock.now())).toEqual([
      {
        node: 'n1',
        host: 'h',
        pid: 7,
        version: '1.2.3',
        transport: 'rtm',
        startedAtMs: 1_000_000,
        toldAtMs: 1_031_000,
        connections: { open: 0 },
      },
    ]);
    expect(await selectProcesses(store, clock.now() + 121_000)).toEqual([]);
    await reporter.stop();
    expect(await selectProcesses(store, clock.now())).toEqual([]);
  });

  it('tells within a second how many connections there are, as when a drain has taken them all', async () => {
    const { store, clock, reporter, change, statements } = await aReporter();
    reporter.start();
    for (const key of ['T1', 'T2']) change(key, OPEN);
    await clock.advance(1_000);
    const told = async () => (await selectProcesses(store, clock.now())).map(({ connections }) => connections.open);
    expect(await told()).toEqual([2]);
    for (const key of ['T1', 'T2']) change(key, undefined);
    await clock.advance(1_000);
    expect(await told()).toEqual([0]);
    const before = statements.length;
    await clock.advance(10_000);
    expect(statements.length).toBe(before);
    await reporter.stop();
  });

  it('that was killed is listed beside later ones on PostgreSQL until nothing was heard of it for long, and on SQLite no more', async () => {
    const { store, clock, reporter } = await aReporter('n2');
    const killed = { host: 'h', pid: 6, version: '1.2.3', transport: 'rtm' as const, connections: { open: 2 } };
    await tellProcess(store, { ...killed, node: 'n1', startedAtMs: 900_000, toldAtMs: 990_000 });
    await tellProcess(store, { ...killed, node: 'n0', startedAtMs: 800_000, toldAtMs: 890_000 });
    const before = { sqlite: ['n1'], postgres: ['n0', 'n1'] };
    expect((await selectProcesses(store, clock.now())).map(({ node }) => node)).toEqual(before[engine]);
    await tellProcess(store, { ...killed, node: 'n0', startedAtMs: 9_000_000, toldAtMs: 9_000_000 });
    reporter.start();
    await clock.advance(1_000);
    // One that was killed while the clock was ahead goes as well.
    const listed = { sqlite: ['n2'], postgres: ['n1', 'n2', 'n0'] };
    expect((await selectProcesses(store, clock.now())).map(({ node }) => node)).toEqual(listed[engine]);
  });

  it('tells the last state of a connection once a second, however often it changed', async () => {
    const { store, clock, reporter, change, statements } = await aReporter();
    reporter.start();
    await clock.advance(1_000);
    statements.length = 0;
    for (let n = 0; n < 100; n++) change('T1', n % 2 === 0 ? OPEN : WAITING);
    change('T2', OPEN);
    await clock.advance(10_000);
    const tables = statements.map((sql) => /into (\w+)/.exec(sql)?.[1]);
    // How many are in which state is told as well.
    expect(tables).toEqual(['process_report', 'connection_report']);
    expect(await connectionsOf(store, ['T1', 'T2', 'T3'])).toEqual(
      new Map([
        ['T1', { ...WAITING, node: 'n1' }],
        ['T2', { ...OPEN, node: 'n1' }],
      ]),
    );
    change('T1', undefined);
    await clock.advance(1_000);
    expect([...(await connectionsOf(store, ['T1', 'T2'])).keys()]).toEqual(['T2']);
  });

  it('leaves a connection alone that another process has by now', async () => {
    const first = await aReporter();
    const second = await aReporter('n2', first.store);
    first.reporter.start();
    second.reporter.start();
    first.change('T1', OPEN);
    await first.clock.advance(1_000);
    second.change('T1', WAITING);
    await second.clock.advance(1_000);
    first.change('T1', undefined);
    await first.clock.advance(1_000);
    await first.reporter.stop();
    expect((await connectionsOf(first.store, ['T1'])).get('T1')).toEqual({ ...WAITING, node: 'n2' });
  });

  it('tells all anew under another id, which it has after a lease that was lost', async () => {
    const { store, clock, reporter, change, process } = await aReporter();
    reporter.start();
    change('T1', OPEN);
    await clock.advance(1_000);
    process.nodeId = 'n9';
    await clock.advance(1_000);
    expect((await connectionsOf(store, ['T1'])).get('T1')?.node).toBe('n9');
    expect((await selectProcesses(store, clock.now())).map(({ node }) => node)).toEqual(['n9']);
  });

  it('adds up what Slack limits, by installation and method, and forgets it after a day', async () => {
    const { store, clock, reporter } = await aReporter();
    reporter.start();
    reporter.limited({ key: 'T1', method: 'chat.postMessage', retryAfterMs: 30_000 });
    reporter.limited({ key: 'T1', method: 'chat.postMessage', retryAfterMs: 10_000 });
    reporter.limited({ key: 'T2', method: 'users.info', retryAfterMs: 1_000 });
    await clock.advance(1_000);
    reporter.limited({ key: 'T1', method: 'chat.postMessage', retryAfterMs: 5_000 });
    await clock.advance(1_000);
    const limits = await selectLimits(store, { limit: 10 });
    expect(limits).toEqual([
      { key: 'T1', method: 'chat.postMessage', hits: 3, lastAtMs: 1_001_000, retryAfterMs: 5_000, untilMs: 1_006_000 },
      { key: 'T2', method: 'users.info', hits: 1, lastAtMs: 1_000_000, retryAfterMs: 1_000, untilMs: 1_001_000 },
    ]);
    expect(await selectLimits(store, { pausedAtMs: 1_002_000, limit: 10 })).toMatchObject([{ key: 'T1' }]);
    expect(await selectLimits(store, { key: 'T2', limit: 10 })).toMatchObject([{ key: 'T2' }]);
    const after = { lastAtMs: 1_001_000, key: 'T1', method: 'chat.postMessage' };
    expect(await selectLimits(store, { after, limit: 10 })).toMatchObject([{ key: 'T2' }]);
    await pruneReports(store, { limitsBeforeMs: 1_000_500, toldBeforeMs: 0 });
    expect(await selectLimits(store, { limit: 10 })).toMatchObject([{ key: 'T1' }]);
  });

  it('tells later what the store does not take now, and warns once', async () => {
    const { store, clock, reporter, change, warnings } = await aReporter();
    await store.run('alter table connection_report rename to elsewhere');
    reporter.start();
    change('T1', OPEN);
    await clock.advance(5_000);
    expect(warnings).toEqual(['reports for operators are not written']);
    await store.run('alter table elsewhere rename to connection_report');
    await clock.advance(1_000);
    expect([...(await connectionsOf(store, ['T1'])).keys()]).toEqual(['T1']);
  });
});
