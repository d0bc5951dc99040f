/** What an operator did stands in the audit, whatever came of it, and no secret does. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { BotServerError } from '../../errors.ts';
import { engines } from '../../store/store-fixture.test-kit.ts';
import { drainNode } from '../cluster/drain-node.ts';
import { discardEvents } from '../events/discard-events.ts';
import { replayEvents } from '../events/replay-events.ts';
import { pauseJob } from '../jobs/pause-job.ts';
import { defineOperation, type Operation } from '../operation.ts';
import { install, NOW, NOW_MS, type Operations, openOperations, TESTER } from '../operations.test-kit.ts';
import { cancelReplay } from '../replays/cancel-replay.ts';
import { deactivateTeam } from '../teams/deactivate-team.ts';
import { importTeams } from '../teams/import-teams.ts';
import { purgeTeam } from '../teams/purge-team.ts';
import { restartTeam } from '../teams/restart-team.ts';
import { showTeam } from '../teams/show-team.ts';
import { beginAudit, pruneAudits } from './audit-repository.ts';
import type { AuditRow } from './audit-row.ts';
import { exportAudit } from './export-audit.ts';
import { listAudit } from './list-audit.ts';

const DAY_MS = 86_400_000;

async function rowsOf(operations: Operations, query: object = {}): Promise<AuditRow[]> {
  return (await operations.run(listAudit, query)).entries;
}

/** An operation for one test, which does that. */
function anOperation(work: () => Promise<void>): Operation {
  return defineOperation({
    name: 'test.work',
    role: 'operate',
    summary: 'for this test',
    undo: 'not needed, for this test',
    input: z.strictObject({ botToken: z.string().optional(), args: z.record(z.string(), z.unknown()).optional() }),
    output: z.object({ next: z.string() }),
    errors: ['slack_unreachable', 'interrupted'],
    async run() {
      await work();
      return { next: 'nothing' };
    },
  });
}

describe.each(engines)('the audit on %s', (engine) => {
  it('says who did what to which team, from where, what was before and after, and what came of it', async () => {
    const operations = await openOperations(engine);
    await install(operations, 'T1');
    await operations.run(deactivateTeam, { teamId: 'T1' });
    expect(await rowsOf(operations)).toEqual([
      {
        seq: expect.any(Number),
        at: NOW,
        ended: NOW,
        who: TESTER.who,
        from: TESTER.from,
        operation: 'teams.deactivate',
        teamId: 'T1',
        subject: null,
        outcome: 'done',
        error: null,
        input: { teamId: 'T1' },
        before: { installation: 'T1', status: 'active', reason: null, install: 1, request: null },
        after: { installation: 'T1', status: 'inactive', reason: 'operator', install: 1, request: null },
        result: { teamId: 'T1', status: 'inactive', changed: true },
      },
    ]);
  });

  it('keeps what failed with its code, and nothing of what only reads or is wrongly asked', async () => {
    const operations = await openOperations(engine);
    await install(operations, 'T1');
    await expect(operations.run(purgeTeam, { teamId: 'T1' })).rejects.toThrow();
    await expect(operations.run(restartTeam, { teamId: 'T9' })).rejects.toThrow();
    await expect(operations.run(restartTeam, { team: 'T1' } as never)).rejects.toThrow('unknown field');
    await operations.run(showTeam, { teamId: 'T1' });
    expect(await rowsOf(operations)).toMatchObject([
      { operation: 'teams.restart', teamId: 'T9', outcome: 'failed', error: 'installation_not_found', before: null },
      { operation: 'teams.purge', outcome: 'failed', error: 'installation_in_use', before: { status: 'active' } },
    ]);
  });

  it('keeps of what was stopped in the middle how much of it is done', async () => {
    const operations = await openOperations(engine);
    const stopped = () =>
      Promise.reject(new BotServerError('interrupted', 'Stopped after 400', { facts: { resealed: 400 } }));
    await expect(operations.run(anOperation(stopped), {})).rejects.toThrow('Stopped after 400');
    expect(await rowsOf(operations)).toMatchObject([
      { outcome: 'failed', error: 'interrupted', result: { resealed: 400 } },
    ]);
  });

  it('has a row that says begun while an operation is under way, so that one whose process dies is there', async () => {
    const operations = await openOperations(engine);
    const seen: AuditRow[][] = [];
    await operations.run(
      anOperation(async () => void seen.push(await rowsOf(operations))),
      {},
    );
    expect(seen).toMatchObject([[{ operation: 'test.work', outcome: 'begun', ended: null, result: null }]]);
    expect(await rowsOf(operations)).toMatchObject([{ outcome: 'done', ended: NOW }]);
  });

  it('is written before anything changes: an operation whose row cannot be written does not begin', async () => {
    const operations = await openOperations(engine);
    await operations.storage.store.run('alter table audit rename to away');
    onTestFinished(() => void operations.storage.store.run('alter table away rename to audit'));
    let isRun = false;
    await expect(
      operations.run(
        anOperation(async () => void (isRun = true)),
        {},
      ),
    ).rejects.toMatchObject({
      code: 'store_unavailable',
    });
    expect(isRun).toBe(false);
  });

  it('tells what is done as done, also when its end cannot be written; the row says begun', async () => {
    const operations = await openOperations(engine);
    const { store } = operations.storage;
    const breaking = anOperation(async () => void (await store.run('alter table audit rename to away')));
    await expect(operations.run(breaking, {})).resolves.toEqual({ next: 'nothing' });
    await store.run('alter table away rename to audit');
    expect(await rowsOf(operations)).toMatchObject([{ outcome: 'begun', ended: null }]);
  });

  it('holds no secret: of tokens by shape and by name, of the lines of an import only how many', async () => {
    const operations = await openOperations(engine);
    const line = JSON.stringify({ team_id: 'T0ACME0001', name: 'Acme', bot_token: 'tok-of-another-server' });
    await operations.run(importTeams, { lines: [line, 'xoxb-test-in-a-bad-line'] });
    const failing = anOperation(() => Promise.reject(new BotServerError('slack_unreachable', 'xoxb-test-message')));
    const args = { token: 'plain', text: 'hi xoxp-test-1-abc', list: Array.from({ length: 30 }, () => 'one') };
    await expect(operations.run(failing, { botToken: 'also plain', args })).rejects.toThrow();
    const [failed, imported] = await rowsOf(operations);
    expect(imported?.input).toEqual({ lines: 2, firstLine: 1, force: false, dryRun: false });
    expect(failed).toMatchObject({
      input: { botToken: '[secret]', args: { token: '[secret]', text: 'hi [token]', list: '[30 elements]' } },
      error: 'slack_unreachable',
    });
    const stored = JSON.stringify(await operations.storage.store.all('select * from audit'));
    expect(stored).not.toMatch(/tok-of-another|xox|plain/);
  });

  it('has each replay and each discarding, and no counting before', async () => {
    const operations = await openOperations(engine);
    for (const dryRun of [true, false, undefined]) {
      await operations.run(replayEvents, { all: true, dryRun });
      await operations.run(discardEvents, { all: true, dryRun });
    }
    const operationsOf = (await rowsOf(operations)).map(({ operation }) => operation).toReversed();
    expect(operationsOf).toEqual(['events.replay', 'events.discard', 'events.replay', 'events.discard']);
  });

  it('names what was changed beside a team: the job, the node, the replay, the events', async () => {
    const operations = await openOperations(engine);
    await operations.run(pauseJob, { job: 'digest' }).catch(() => {});
    await operations.run(drainNode, { node: 'n1' }).catch(() => {});
    await operations.run(cancelReplay, { replay: 7 }).catch(() => {});
    await operations.run(discardEvents, { eventId: 'Ev0ACME0001' }).catch(() => {});
    await operations.run(discardEvents, { type: 'message', since: '1h' });
    await operations.run(discardEvents, { all: true });
    expect((await rowsOf(operations)).map(({ operation, subject }) => [operation, subject]).toReversed()).toEqual([
      ['jobs.pause', 'job digest'],
      ['cluster.drain', 'node n1'],
      ['replays.cancel', 'replay 7'],
      ['events.discard', 'event Ev0ACME0001'],
      ['events.discard', 'type message since 1h'],
      ['events.discard', 'all'],
    ]);
  });

  it('says of an import how many lines were new, changed something, changed nothing and were refused', async () => {
    const operations = await openOperations(engine);
    const line = (team: string, token: string) => JSON.stringify({ team_id: team, name: 'Acme', bot_token: token });
    const lines = [line('T0ACME0001', 'xoxb-test-1'), line('T0ACME0002', 'xoxb-test-2'), 'no team'];
    const renamed = line('T0ACME0002', 'xoxb-test-2').replace('Acme', 'Globex');
    await operations.run(importTeams, { lines: [...lines, ...lines.slice(0, 1), renamed] });
    await operations.run(importTeams, { lines, dryRun: true });
    expect(await rowsOf(operations)).toMatchObject([
      { subject: 'lines 5', result: { imported: 2, changed: 1, unchanged: 1, refused: 1 } },
    ]);
  });

  it('keeps of what is very long only how long it was', async () => {
    const operations = await openOperations(engine);
    const args = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`field${n}`, 'x'.repeat(1_000)]));
    await operations.run(
      anOperation(() => Promise.resolve()),
      { args },
    );
    expect(await rowsOf(operations)).toMatchObject([{ input: { characters: expect.any(Number) } }]);
  });

  describe('with many rows', () => {
    async function withRows() {
      const operations = await openOperations(engine);
      const { store } = operations.storage;
      const row = { from: 'here', beforeJson: null, inputJson: '{}' };
      for (const [n, [who, operation, teamId]] of (
        [
          ['cli:ann', 'teams.deactivate', 'T1'],
          ['cli:bob', 'teams.purge', 'T1'],
          ['cli:ann', 'teams.purge', 'T2'],
          ['api:admin', 'teamsx.purge', null],
        ] as const
      ).entries()) {
        await beginAudit(store, { ...row, who, operation, teamId, atMs: NOW_MS - (3 - n) * DAY_MS });
      }
      return operations;
    }

    it.each([
      [{}, ['teamsx.purge', 'teams.purge', 'teams.purge', 'teams.deactivate']],
      [{ who: 'cli:ann' }, ['teams.purge', 'teams.deactivate']],
      [{ operation: 'teams.purge' }, ['teams.purge', 'teams.purge']],
      [{ operation: 'teams' }, ['teams.purge', 'teams.purge', 'teams.deactivate']],
      [{ operation: 'tea%' }, []],
      [{ teamId: 'T2' }, ['teams.purge']],
      [{ outcome: 'done' }, []],
      [{ since: '24h' }, ['teamsx.purge', 'teams.purge']],
      [{ since: '2d', until: '1d' }, ['teams.purge']],
      [{ until: new Date(NOW_MS - 2 * DAY_MS).toISOString() }, ['teams.deactivate']],
    ])('%j finds %j', async (query, expected) => {
      expect((await rowsOf(await withRows(), query)).map(({ operation }) => operation)).toEqual(expected);
    });

    it.each([[{ since: 'yesterday' }], [{ until: '3 weeks' }], [{ cursor: 'x' }], [{ outcome: 'good' }]])(
      '%j is refused',
      async (query) => {
        const operations = await withRows();
        await expect(operations.run(listAudit, query as never)).rejects.toMatchObject({ code: 'invalid_input' });
      },
    );

    it('comes in pages, the newest first', async () => {
      const operations = await withRows();
      const first = await operations.run(listAudit, { limit: 3 });
      const second = await operations.run(listAudit, { limit: 3, cursor: first.nextCursor ?? '' });
      expect([first.entries.length, second.entries.length, second.nextCursor]).toEqual([3, 1, null]);
      expect(second.entries[0]?.operation).toBe('teams.deactivate');
    });

    it('is exported as one CSV file in pages, and no cell is a formula', async () => {
      const operations = await withRows();
      await operations.run(deactivateTeam, { teamId: '=cmd|"x"' }).catch(() => {});
      const first = await operations.run(exportAudit, { limit: 2 });
      const second = await operations.run(exportAudit, { limit: 3, cursor: first.nextCursor ?? '' });
      const lines = (first.csv + second.csv).split('\r\n');
      expect(lines[0]).toBe('seq,at,ended,who,from,operation,teamId,outcome,error,input,before,after,result');
      expect(lines).toHaveLength(1 + 5 + 1);
      expect(lines[1]).toBe(
        `5,${NOW},${NOW},test:ann,192.0.2.1,teams.deactivate,"'=cmd|""x""",failed,installation_not_found,` +
          `"{""teamId"":""=cmd|\\""x\\""""}",,,`,
      );
      expect(lines.at(-1)).toBe('');
    });

    it('is forgotten by age', async () => {
      const operations = await withRows();
      expect(await pruneAudits(operations.storage.store, NOW_MS - DAY_MS)).toBe(2);
      expect(await rowsOf(operations)).toHaveLength(2);
    });
  });
});
