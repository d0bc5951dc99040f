/** A removal stands in the audit twice: when it is asked for, and when a server carries it out. */
import { expect, it, onTestFinished } from 'vitest';
import type { Permission } from '../../events.ts';
import { engines } from '../../store/store-fixture.test-kit.ts';
import { createRemover } from '../../wiring/create-purger.ts';
import { listAudit } from '../audit/list-audit.ts';
import { install, type Operations, openOperations, TESTER } from '../operations.test-kit.ts';
import { auditRefusedRemoval, auditRemoval } from './audit-removal.ts';
import { removeTeam } from './remove-team.ts';

/** What carries out removals in a server, where the hooks answer that. */
function aRemover({ storage, clock }: Operations, answer: Permission) {
  const remover = createRemover({
    storage,
    clock,
    hooks: { mayPurge: async () => answer },
    owed: { purged() {} },
    owner: { owns: () => true, epochOf: () => undefined },
    forget() {},
    installsSettled: async () => {},
    log: { info() {}, error() {} },
  } as unknown as Parameters<typeof createRemover>[0]);
  onTestFinished(() => remover.stop());
  return remover;
}

/** Carries out what is asked for T1, as a server does with a row that changed. */
async function carryOut(operations: Operations): Promise<void> {
  const { storage } = operations;
  const remover = aRemover(operations, { allowed: true });
  const view = () => storage.installations.find('T1');
  const follow = async () => {
    const found = await view();
    if (found) remover.observe(found);
    return found?.installation.state.kind;
  };
  await expect.poll(follow).toBe('inactive');
  await expect.poll(view).toBeUndefined();
  await remover.stop();
}

it.each(engines)(
  'a removal is in the audit when it is asked for and when a server carries it out, on %s',
  async (engine) => {
    const operations = await openOperations(engine);
    await install(operations, 'T1');
    await operations.run(removeTeam, { teamId: 'T1' });
    await carryOut(operations);
    const { entries } = await operations.run(listAudit, {});
    const row = { operation: 'teams.remove', who: TESTER.who, teamId: 'T1', outcome: 'done' };
    expect(entries).toMatchObject([
      {
        ...row,
        subject: 'by server',
        before: { status: 'inactive', request: 'remove' },
        after: null,
        result: { status: 'removed', teams: 1 },
      },
      {
        ...row,
        from: TESTER.from,
        before: { status: 'active', request: null },
        after: { status: 'active', request: 'remove' },
        result: { status: 'waiting' },
      },
    ]);
  },
);

it.each(engines)('a removal that a hook refuses is in the audit as failed, with why, on %s', async (engine) => {
  const operations = await openOperations(engine);
  const { storage } = operations;
  await install(operations, 'T1');
  await operations.run(removeTeam, { teamId: 'T1' });
  const remover = aRemover(operations, { allowed: false, message: 'they still owe us' });
  const asked = await storage.installations.find('T1');
  if (asked) remover.observe(asked);
  await remover.stop();
  const { entries } = await operations.run(listAudit, {});
  expect(entries).toMatchObject([
    {
      operation: 'teams.remove',
      who: TESTER.who,
      teamId: 'T1',
      subject: 'by server',
      outcome: 'failed',
      error: 'team_kept',
      before: { status: 'active', request: 'remove' },
      after: { status: 'active', request: null },
      result: { status: 'kept', why: 'they still owe us' },
    },
    { operation: 'teams.remove', outcome: 'done', result: { status: 'waiting' } },
  ]);
});

it.each(engines)('a removal that came too late is in the audit as one that changed nothing, on %s', async (engine) => {
  const operations = await openOperations(engine);
  const { run, context } = operations;
  await install(operations, 'T1');
  await run(removeTeam, { teamId: 'T1' });
  expect(await auditRemoval(context, 'T1', async () => [])).toEqual([]);
  expect(await auditRefusedRemoval(context, { key: 'T1', why: 'they owe us' }, async () => false)).toBe(false);
  const { entries } = await run(listAudit, {});
  const same = { status: 'active', request: 'remove' };
  const row = { outcome: 'done', error: null, before: same, after: same, result: { changed: false } };
  expect(entries.slice(0, 2)).toMatchObject([row, row]);
});
