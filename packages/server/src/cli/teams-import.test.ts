/** Lines that one database or the other would not take; what else an import does is in test/cli-teams.test.ts. */
import { describe, expect, it } from 'vitest';
import { BotServerError } from '../errors.ts';
import { parseEncryptionKeys } from '../installation/encryption-keys.ts';
import { createVault } from '../installation/sealing.ts';
import { engines, openTestStore } from '../store/store-fixture.test-kit.ts';
import { createInstallationRepository } from '../team/installation-repository.ts';
import type { Installations } from '../team/installations.ts';
import { TestClock } from '../time/test-clock.ts';
import { type ImportedLine, importTeams } from './teams-import.ts';

const aLine = (team_id: string, name: string) => JSON.stringify({ team_id, name, bot_token: `xoxb-test-${team_id}` });

async function importAll(lines: string[], installations: Installations): Promise<ImportedLine[]> {
  const imported: ImportedLine[] = [];
  for await (const line of importTeams(lines, installations)) imported.push(line);
  return imported;
}

describe.each(engines)('an import on %s', (engine) => {
  async function aRepository() {
    const store = await openTestStore({ engine });
    const vault = createVault(parseEncryptionKeys(Buffer.alloc(32, 7).toString('base64')));
    return { store, installations: createInstallationRepository({ store, vault, clock: new TestClock() }) };
  }

  it('keeps a name with a NUL or half a character as far as it can be stored', async () => {
    const { installations } = await aRepository();
    const lines = [aLine('T1', 'Ac\0me'), aLine('T2', 'Glo\ud83dbex'), aLine('T3', 'Plain')];
    expect(await importAll(lines, installations)).toMatchObject([
      { line: 1, outcome: 'installed' },
      { line: 2, outcome: 'installed' },
      { line: 3, outcome: 'installed' },
    ]);
    const names = await Promise.all(['T1', 'T2', 'T3'].map((id) => installations.find(id)));
    expect(names.map((view) => view?.teams[0]?.name)).toEqual(['Ac\ufffdme', 'Glo\ufffdbex', 'Plain']);
  });

  it('names the line that the database refuses, and takes the others', async () => {
    const { store, installations } = await aRepository();
    // An operator's own rule, of the kind that both engines have.
    await store.run('create unique index one_name_each on team (name)');
    const lines = [aLine('T1', 'Acme'), aLine('T2', 'Acme'), aLine('T3', 'Globex')];
    expect(await importAll(lines, installations)).toEqual([
      { line: 1, teamId: 'T1', outcome: 'installed' },
      { line: 2, error: expect.stringMatching(/^of team T2: The database .* refused a value/) },
      { line: 3, teamId: 'T3', outcome: 'installed' },
    ]);
  });
});

it('says at which line the database failed', async () => {
  const down = () => Promise.reject(new BotServerError('store_unavailable', 'The database failed: the disk is full'));
  const importing = importAll(['', aLine('T1', 'Acme')], { botCredential: down } as unknown as Installations);
  await expect(importing).rejects.toMatchObject({
    code: 'store_unavailable',
    message: 'Line 2: The database failed: the disk is full',
    facts: { line: 2 },
  });
});
