/** The format of sealed values as docs/credentials.md describes it: its code and its examples are run, not repeated here. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeFolder, openTestStore } from '../store/store-fixture.test-kit.ts';
import { createInstallationRepository } from '../team/installation-repository.ts';
import { systemClock } from '../time/clock.ts';
import { createVault } from './sealing.ts';

interface Place {
  installationKey: string;
  kind: 'bot' | 'user';
  userId: string;
  isRefreshToken: boolean;
}

type OpenSealed = (sealed: Uint8Array, options: Place & { keys: readonly Uint8Array[] }) => string;

let page: string;

beforeAll(async () => {
  page = await readFile(new URL('../../../../docs/credentials.md', import.meta.url), 'utf8');
});

/** The only block of that language in the page. */
function blockOf(language: string): string {
  const blocks = [...page.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'gm'))];
  expect(blocks).toHaveLength(1);
  return blocks[0]?.[1] ?? '';
}

/** The page's own reader, as a module of its own: nothing of ours is in it. */
async function documentedReader(): Promise<OpenSealed> {
  const file = join(await makeFolder(), 'open-sealed.mjs');
  await writeFile(file, blockOf('js'));
  const { openSealed } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { openSealed: OpenSealed };
  return openSealed;
}

const keyOf = (byte: number) => new Uint8Array(32).fill(byte);

describe('the documented reader', () => {
  it('opens what the server has stored, after a change of the key as well', async () => {
    const store = await openTestStore();
    const install = async (keys: Uint8Array[], key: string) => {
      const installations = createInstallationRepository({ store, vault: createVault(keys), clock: systemClock });
      await installations.recordInstall({
        key,
        isEnterprise: false,
        appId: null,
        bot: { token: `xoxb-test-${key}`, scopes: [], expiresAtMs: 1, refreshToken: `xoxe-1-test-${key}` },
        users: [{ userId: 'U7', token: `xoxp-test-${key}`, scopes: [], expiresAtMs: null }],
        team: { teamId: key, name: key, domain: null, botUserId: null, botId: null },
      });
    };
    await install([keyOf(1)], 'T1');
    await install([keyOf(2), keyOf(1)], 'T2');
    const openSealed = await documentedReader();
    const rows = await store.all('select * from credential order by installation_key, kind');
    const opened = rows.map((row) => {
      const place = {
        keys: [keyOf(2), keyOf(1)],
        installationKey: String(row.installation_key),
        kind: row.kind as 'bot' | 'user',
        userId: String(row.user_id),
      };
      const refresh = row.refresh_token as Uint8Array | null;
      return [
        openSealed(row.token as Uint8Array, { ...place, isRefreshToken: false }),
        refresh && openSealed(refresh, { ...place, isRefreshToken: true }),
      ];
    });
    expect(opened).toEqual([
      ['xoxb-test-T1', 'xoxe-1-test-T1'],
      ['xoxp-test-T1', null],
      ['xoxb-test-T2', 'xoxe-1-test-T2'],
      ['xoxp-test-T2', null],
    ]);
  });

  it.each([
    ['installation', { installationKey: 'T"2' }],
    ['kind', { kind: 'user' }],
    ['person', { userId: 'U1' }],
    ['column', { isRefreshToken: true }],
    ['key', { keys: [keyOf(2)] }],
  ] as [string, object][])('opens nothing with another %s', async (_what, change) => {
    const openSealed = await documentedReader();
    const sealed = createVault([keyOf(1)]).seal('xoxb-test', { installationKey: 'T"1', kind: 'bot', userId: '' });
    const place = { installationKey: 'T"1', kind: 'bot', userId: '', isRefreshToken: false, keys: [keyOf(1)] } as const;
    expect(openSealed(sealed, place)).toBe('xoxb-test');
    expect(() => openSealed(sealed, { ...place, ...change })).toThrow();
  });
});

it('the documented examples are opened by the server and by the documented reader', async () => {
  const { key, fingerprint, values } = JSON.parse(blockOf('json')) as {
    key: string;
    fingerprint: string;
    values: (Place & { sealed: string; token: string })[];
  };
  const keys = [Buffer.from(key, 'hex')];
  const vault = createVault(keys);
  const openSealed = await documentedReader();
  expect(vault.fingerprint).toBe(fingerprint);
  expect(values).toHaveLength(3);
  for (const { sealed, token, isRefreshToken, ...place } of values) {
    const bytes = Buffer.from(sealed, 'hex');
    expect(vault.open(bytes, isRefreshToken ? { ...place, part: 'refresh' } : place)).toBe(token);
    expect(openSealed(bytes, { ...place, isRefreshToken, keys })).toBe(token);
  }
});
