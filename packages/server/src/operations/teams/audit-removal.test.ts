/** A removal stands in the audit twice: when it is asked for, and when a server carries it out. */
import { expect, it, onTestFinished } from 'vitest';
import { engines } from '../../store/store-fixture.test-kit.ts';
import { createRemover } from '../../wiring/create-purger.ts';
import { listAudit } from '../audit/list-audit.ts';
import { install, type Operations, openOperations, TESTER } from '../operations.test-kit.ts';
import { removeTeam } from './remove-team.ts';

/** Carries out what is asked for T1, as a server does with a row that changed. */
async function carryOut({ storage, clock }: Operations): Promise<void> {
  const remover = createRemover({
    storage,
    clock,
    hooks: { mayPurge: async () => ({ allowed: true }) },
    owed: { purged() {} },
    owner: { owns: () => true, epochOf: () => undefined },
    forget() {},
    installsSettled: async () => {},
    log: { info() {}, error() {} },
  } as unknown as Parameters<typeof createRemover>[0]);
  onTestFinished(() => remover.stop());
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
        subject: 'carried out by the server',
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
