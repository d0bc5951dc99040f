import { describe, expect, it } from 'vitest';
import { nextMessage, openTestStore, startProcess } from '../store/store-fixture.test-kit.ts';
import { createInstallationRepository } from '../team/installation-repository.ts';
import type { InstallInput } from '../team/installations.ts';
import { systemClock } from '../time/clock.ts';
import { createVault } from './sealing.ts';

const BOT_TOKENS = ['xoxb-test-at-rest-first', 'xoxb-test-at-rest-second'] as const;
const USER_TOKEN = 'xoxp-test-at-rest-user';
/** Is stored in the clear: shows that the scan would find a token. */
const SCOPE = 'scope-in-the-clear';

function anInstall(botToken: string): InstallInput {
  return {
    key: 'T1',
    isEnterprise: false,
    appId: null,
    bot: { token: botToken, scopes: [SCOPE], expiresAtMs: null },
    users: [{ userId: 'U7', token: USER_TOKEN, scopes: [], expiresAtMs: null }],
    team: { teamId: 'T1', name: 'Acme', domain: null, botUserId: null, botId: null },
  };
}

async function aDatabaseWithTokens() {
  const store = await openTestStore();
  const vault = createVault([new Uint8Array(32).fill(7)]);
  const installations = createInstallationRepository({ store, vault, clock: systemClock });
  for (const token of BOT_TOKENS) await installations.recordInstall(anInstall(token));
  const scan = () => nextMessage(startProcess('scan', store.path, ...BOT_TOKENS, USER_TOKEN, SCOPE));
  return { store, installations, scan };
}

describe('tokens at rest', () => {
  it('are in no byte of the database or its log while it is open', async () => {
    const { scan } = await aDatabaseWithTokens();
    const { sizeBytes, found } = (await scan()) as { sizeBytes: [number, number, number]; found: string[] };
    expect(found).toEqual([SCOPE]);
    expect(sizeBytes[1]).toBeGreaterThan(0);
  });

  it('are in no byte of the database after it was closed', async () => {
    const { store, scan } = await aDatabaseWithTokens();
    await store.close();
    expect(await scan()).toMatchObject({ found: [SCOPE] });
  });

  it('cannot be read with another key, and a re-install with that key works', async () => {
    const { store } = await aDatabaseWithTokens();
    const vault = createVault([new Uint8Array(32).fill(8)]);
    const installations = createInstallationRepository({ store, vault, clock: systemClock });
    await expect(installations.botCredential('T1')).rejects.toMatchObject({ code: 'sealed_value_unreadable' });
    await installations.recordInstall(anInstall(BOT_TOKENS[0]));
    expect(await installations.botCredential('T1')).toMatchObject({ token: BOT_TOKENS[0], version: { install: 3 } });
  });
});
