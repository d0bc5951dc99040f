/** The database goes to another app. What that does to teams: test/moving-app.test.ts. */
import { describe, expect, it } from 'vitest';
import { engines } from '../../store/store-fixture.test-kit.ts';
import { listAudit } from '../audit/list-audit.ts';
import { install, openOperations } from '../operations.test-kit.ts';
import { listTeams } from '../teams/list-teams.ts';
import { moveApp } from './move-app.ts';

describe.each(engines)('a move to another app on %s', (engine) => {
  it('makes all teams wait for a re-install, and keeps servers away meanwhile', async () => {
    const operations = await openOperations(engine);
    await install(operations, 'T1', 'T2');
    expect(await operations.run(moveApp, { from: 'A1', to: 'A2', dryRun: true })).toEqual({
      from: 'A1',
      to: 'A2',
      installations: 2,
      next: 'nothing was changed',
    });
    expect((await operations.run(listTeams, { query: 'status:active' })).teams).toHaveLength(2);
    expect(await operations.run(moveApp, { from: 'A1', to: 'A2' })).toMatchObject({
      installations: 2,
      next: expect.stringContaining('tokens of A2'),
    });
    expect((await operations.run(listTeams, {})).teams).toMatchObject([
      { status: 'inactive', reason: 'app_moved' },
      { status: 'inactive', reason: 'app_moved' },
    ]);
    const server = await openOperations(engine, { url: operations.url });
    await expect(server.storage.acquireLock()).rejects.toMatchObject({ code: 'store_locked' });
  });

  it('is refused beside a server, for another app than the database has, and for the same', async () => {
    const operations = await openOperations(engine);
    await install(operations, 'T1');
    const server = await openOperations(engine, { url: operations.url });
    await server.storage.acquireLock();
    const codeOf = (from: string, to: string) =>
      operations.run(moveApp, { from, to }).catch((error: { code?: string }) => error.code);
    expect(await codeOf('A1', 'A2')).toBe('store_locked');
    const refused = { operation: 'app.move', outcome: 'failed', error: 'store_locked' };
    expect((await operations.run(listAudit, {})).entries).toMatchObject([refused]);
    await server.storage.close();
    expect(await codeOf('A9', 'A2')).toBe('app_mismatch');
    const counted = operations.run(moveApp, { from: 'A9', to: 'A2', dryRun: true });
    await expect(counted).rejects.toMatchObject({ code: 'app_mismatch' });
    expect(await codeOf('A1', 'A1')).toBe('invalid_input');
    expect(await codeOf('a1', 'A2')).toBe('invalid_input');
    expect((await operations.run(listTeams, {})).teams).toMatchObject([{ status: 'active' }]);
  });
});
