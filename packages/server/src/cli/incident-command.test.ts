/** What `incident` promises of held teams, without a server. With one and Slack: test/cli-incident.test.ts. */
import { expect, it } from 'vitest';
import { install, NOW_MS, openOperations } from '../operations/operations.test-kit.ts';
import { said } from './cli.test-kit.ts';

const TEAMS = ['T1', 'T2', 'T3', 'T4', 'T5', 'T6'];

/** Six teams fail at once: five are deactivated, and the breaker holds T6. */
async function withIncident() {
  const operations = await openOperations('sqlite');
  await install(operations, ...TEAMS, 'T7');
  const { installations } = operations.storage;
  const states = {
    inactive: { kind: 'inactive', reason: 'account_inactive', sinceMs: NOW_MS },
    held: { kind: 'active', doubt: { kind: 'held', code: 'account_inactive', sinceMs: NOW_MS } },
  } as const;
  const version = { install: 1, refresh: 0 };
  for (const key of TEAMS)
    await installations.deactivateOrHold(key, { version, from: 'active' }, states, { kind: 'verdict', facts: {} });
  return { operations, installations, version };
}

it('says until when no held team is deactivated, and that an uninstall is believed all the same', async () => {
  const { operations } = await withIncident();
  expect(await said(operations, 'incident')).toContain(
    'no held team is deactivated before 2026-11-18T17:06:40.000Z unless Slack reports an uninstall; after that, only if Slack rejects its token at both the 1 h and the 6 h check\n',
  );
});

it('says of a held team whose two checks are over that only an uninstall deactivates it', async () => {
  const { operations, installations, version } = await withIncident();
  await installations.setIncident('T6', { version }, { sinceMs: NOW_MS, probes: 4, proofs: 1 });
  expect(await said(operations, 'incident')).toContain(
    'no held team is deactivated any more unless Slack reports an uninstall\n',
  );
});

it('says nothing of held teams where none is held', async () => {
  const { operations } = await withIncident();
  await said(operations, 'teams deactivate T6');
  expect((await said(operations, 'incident')).join('')).not.toMatch(/^no held team/m);
});
