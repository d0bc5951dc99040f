/** The bot deactivates a team of its own, on rows. With a running server and Slack: test/deactivation-by-bot.test.ts. */
import { describe, expect, it } from 'vitest';
import { engines } from '../store/store-fixture.test-kit.ts';
import type { Installations } from '../team/installations.ts';
import { deactivateAsBot, deactivateNamed } from './deactivation.ts';
import {
  anInstall,
  install,
  installOrganization,
  NOW_MS,
  type Operations,
  openOperations,
} from './operations.test-kit.ts';
import { deactivateTeam } from './teams/deactivate-team.ts';
import { showTeam } from './teams/show-team.ts';

/** Rows in which something is written between what the bot reads of a team and what it writes. */
function interrupted({ context: { installations, clock } }: Operations, write: () => Promise<unknown>) {
  let isFirst = true;
  const compareAndSetState: Installations['compareAndSetState'] = async (...verdict) => {
    if (isFirst) await write();
    isFirst = false;
    return await installations.compareAndSetState(...verdict);
  };
  return { installations: { ...installations, compareAndSetState }, clock };
}

describe.each(engines)('on %s a team that its bot deactivates', (engine) => {
  it('is inactive with the bot’s reason, which the operator sees, and a second time changes nothing', async () => {
    const operations = await openOperations(engine);
    await install(operations, 'T1');
    expect(await deactivateAsBot(operations.context, 'T1', 'trial_ended')).toBe(true);
    expect(await deactivateAsBot(operations.context, 'T1', 'again')).toBe(false);
    expect(await operations.run(showTeam, { teamId: 'T1' })).toMatchObject({
      status: 'inactive',
      reason: 'bot: trial_ended',
      timeline: [
        {
          at: new Date(NOW_MS).toISOString(),
          kind: 'verdict',
          facts: { from: 'active', to: 'inactive', code: 'bot: trial_ended', why: 'bot' },
        },
        { kind: 'installed' },
      ],
    });
  });

  it('needs no reason, and stays what the operator made of it before', async () => {
    const operations = await openOperations(engine);
    await install(operations, 'T1');
    await install(operations, 'T2');
    expect(await deactivateAsBot(operations.context, 'T1', undefined)).toBe(true);
    expect(await operations.run(showTeam, { teamId: 'T1' })).toMatchObject({ reason: 'bot' });
    await operations.run(deactivateTeam, { teamId: 'T2' });
    expect(await deactivateAsBot(operations.context, 'T2', 'trial_ended')).toBe(false);
    expect(await operations.run(showTeam, { teamId: 'T2' })).toMatchObject({ reason: 'operator' });
  });

  it('is deactivated although its row changes at the same moment, but not when it registers again then', async () => {
    const operations = await openOperations(engine);
    const { installations } = operations.storage;
    const { version } = (await installations.recordInstall(anInstall('T1'))).installation;
    const paused = { kind: 'suspended', reason: 'org_login_required', sinceMs: NOW_MS } as const;
    const pause = () =>
      installations.compareAndSetState('T1', { version, from: 'active' }, paused, { kind: 'verdict', facts: {} });
    expect(await deactivateAsBot(interrupted(operations, pause), 'T1', 'trial_ended')).toBe(true);
    await installations.recordInstall(anInstall('T1'));
    const registerAgain = () => installations.recordInstall(anInstall('T1'));
    const late = deactivateAsBot(interrupted(operations, registerAgain), 'T1', 'trial_ended');
    await expect(late).rejects.toMatchObject({ code: 'data_conflict' });
    expect((await installations.find('T1'))?.installation.state.kind).toBe('active');
  });

  it('that its operator deactivates several times at once is inactive, and each answer is as if one came after the other', async () => {
    const operations = await openOperations(engine);
    await install(operations, 'T1');
    const answers = await Promise.all([1, 2, 3].map(() => operations.run(deactivateTeam, { teamId: 'T1' })));
    expect(answers.filter(({ changed }) => changed)).toHaveLength(1);
    await install(operations, 'T2');
    const { installations } = operations.storage;
    const first = () => deactivateNamed(operations.context, 'T2');
    const second = deactivateNamed(interrupted(operations, first), 'T2');
    expect(await second).toMatchObject({ isChanged: false, installation: { state: { kind: 'inactive' } } });
    await installations.recordInstall(anInstall('T2'));
    const registerAgain = () => installations.recordInstall(anInstall('T2'));
    const late = deactivateNamed(interrupted(operations, registerAgain), 'T2');
    await expect(late).rejects.toMatchObject({ code: 'data_conflict' });
  });

  it('must be one that is known, and no single workspace of an organization', async () => {
    const operations = await openOperations(engine);
    await installOrganization(operations, 'E1', 'T1');
    await expect(deactivateAsBot(operations.context, 'T9', 'x')).rejects.toMatchObject({
      code: 'installation_not_found',
    });
    await expect(deactivateAsBot(operations.context, 'T1', 'x')).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('E1'),
    });
    expect(await deactivateAsBot(operations.context, 'E1', 'x')).toBe(true);
  });
});

it.each(['', '  ', 'two\nlines', '\u001b[31mred', '\0', '\ud800', 'x'.repeat(201), 7 as never])(
  'a bot has no reason like %j',
  async (reason) => {
    const rows = { installations: {} as Installations, clock: { now: () => NOW_MS } };
    await expect(deactivateAsBot(rows, 'T1', reason)).rejects.toMatchObject({ code: 'invalid_input' });
  },
);
