/** Lines that one database or the other would not take; what else an import does is in test/cli-teams.test.ts. */
import { describe, expect, it } from 'vitest';
import { BotServerError } from '../../errors.ts';
import { parseEncryptionKeys } from '../../installation/encryption-keys.ts';
import { createVault } from '../../installation/sealing.ts';
import { engines, openTestStore } from '../../store/store-fixture.test-kit.ts';
import { createInstallationRepository } from '../../team/installation-repository.ts';
import type { Installations } from '../../team/installations.ts';
import { TestClock } from '../../time/test-clock.ts';
import { type ImportOptions, importLines } from './import-lines.ts';
import { type ImportedLine } from './imported-line.ts';

const aLine = (team_id: string, name: string, bot_token = `xoxb-test-${team_id}`) =>
  JSON.stringify({ team_id, name, bot_token });

const NOW_SECONDS = 1_900_000_000;
/** The n-th pair of a team whose tokens rotate, with another end. */
const aPair = (n: number, end: object) => ({
  team_id: 'T1',
  bot_token: `xoxe.xoxb-test-${n}`,
  refresh_token: `xoxe-1-test-${n}`,
  ...end,
});
const lineOf = (fields: object) => JSON.stringify(fields);
const stored = aPair(2, { expires_at: NOW_SECONDS });

async function importAll(
  lines: string[],
  installations: Installations,
  options: ImportOptions = {},
): Promise<ImportedLine[]> {
  const imported: ImportedLine[] = [];
  for await (const line of importLines(lines, installations, options)) imported.push(line);
  return imported;
}

async function aRepository(engine: (typeof engines)[number]) {
  const store = await openTestStore({ engine });
  const vault = createVault(parseEncryptionKeys(Buffer.alloc(32, 7).toString('base64')));
  return { store, installations: createInstallationRepository({ store, vault, clock: new TestClock(1_000) }) };
}

describe.each(engines)('an import on %s', (engine) => {
  it('keeps a name with a NUL or half a character as far as it can be stored', async () => {
    const { installations } = await aRepository(engine);
    const lines = [aLine('T1', 'Ac\0me'), aLine('T2', 'Glo\ud83dbex'), aLine('T3', 'Plain')];
    expect(await importAll(lines, installations)).toMatchObject([
      { line: 1, outcome: 'installed' },
      { line: 2, outcome: 'installed' },
      { line: 3, outcome: 'installed' },
    ]);
    const names = await Promise.all(['T1', 'T2', 'T3'].map((id) => installations.find(id)));
    expect(names.map((view) => view?.teams[0]?.name)).toEqual(['Ac\ufffdme', 'Glo\ufffdbex', 'Plain']);
  });

  it('is ended between two transactions: what is told of is stored, and the same lines again take the rest', async () => {
    const { store, installations } = await aRepository(engine);
    const lines = Array.from({ length: 450 }, (_, n) => aLine(`T${n}`, `Team ${n}`));
    const ending = new AbortController();
    const told: ImportedLine[] = [];
    for await (const line of importLines(lines, installations, { signal: ending.signal })) {
      told.push(line);
      ending.abort();
    }
    const teams = async () => Number((await store.get('select count(*) as teams from installation'))?.teams);
    expect([told.length, await teams()]).toEqual([200, 200]);
    const again = (await importAll(lines, installations)).map((line) => 'outcome' in line && line.outcome);
    expect([again.filter((one) => one === 'unchanged').length, await teams()]).toEqual([200, 450]);
  });

  it.each([
    ['that ends earlier', aPair(1, { expires_at: NOW_SECONDS - 43_200 }), 'ends at 2030-03-17T17:46:40.000Z'],
    ['that says nothing of its age', aPair(1, { expires_in: 43_200 }), 'is not dated'],
    ['that does not rotate', { team_id: 'T1', bot_token: 'xoxb-test-1' }, 'does not rotate'],
  ])('refuses a line %s than the tokens that are stored, unless it is forced', async (_what, old, words) => {
    const { installations } = await aRepository(engine);
    await importAll([lineOf(stored)], installations);
    expect(await importAll([lineOf(old), aLine('T2', 'Other')], installations, { nowMs: NOW_SECONDS * 1_000 })).toEqual(
      [
        { line: 1, error: expect.stringMatching(new RegExp(`bot token of T1 .*${words}.* --force`)) },
        { line: 2, teamId: 'T2', outcome: 'installed' },
      ],
    );
    expect(await installations.botCredential('T1')).toMatchObject({ token: stored.bot_token });
    expect(await importAll([lineOf(old)], installations, { force: true })).toMatchObject([{ outcome: 'reinstalled' }]);
    expect(await installations.botCredential('T1')).toMatchObject({ token: old.bot_token });
  });

  it('takes a newer pair, and any where what is stored does not rotate or has ended for good', async () => {
    const { installations } = await aRepository(engine);
    const newer = aPair(3, { expires_at: NOW_SECONDS + 43_200 });
    const [lasting] = [aLine('T2', 'Lasting')];
    await importAll([lineOf(stored), lasting], installations);
    const older = { ...aPair(1, { expires_at: NOW_SECONDS }), team_id: 'T2' };
    expect(await importAll([lineOf(newer), lineOf(older)], installations)).toMatchObject([
      { teamId: 'T1', outcome: 'reinstalled' },
      { teamId: 'T2', outcome: 'reinstalled' },
    ]);
    const { installation } = (await installations.find('T1')) ?? {};
    if (!installation) throw new Error('T1 is not there');
    const inactive = { kind: 'inactive', reason: 'account_inactive', sinceMs: 1 } as const;
    const expected = { version: installation.version, from: 'active' } as const;
    await installations.compareAndSetState('T1', expected, inactive, { kind: 'verdict', facts: {} });
    expect(await importAll([lineOf(stored)], installations)).toMatchObject([{ outcome: 'reactivated' }]);
  });

  it('refuses a line for the older token of a person, too', async () => {
    const { installations } = await aRepository(engine);
    const person = (n: number, end: number) => ({
      ...aPair(n, { expires_at: NOW_SECONDS + n }),
      user_id: 'U1',
      user_token: `xoxe.xoxp-test-${n}`,
      user_refresh_token: `xoxe-1-test-user-${n}`,
      user_expires_at: end,
    });
    await importAll([lineOf(person(1, NOW_SECONDS))], installations);
    expect(await importAll([lineOf(person(2, NOW_SECONDS - 60))], installations)).toMatchObject([
      { error: expect.stringContaining('token of U1 of T1') },
    ]);
    expect(await importAll([lineOf(person(2, NOW_SECONDS))], installations)).toMatchObject([
      { outcome: 'reinstalled' },
    ]);
  });

  it('names the line that the database refuses, and takes the others', async () => {
    const { store, installations } = await aRepository(engine);
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

describe.each(engines)('an import of many teams on %s', (engine) => {
  it('writes what is new at once, and the others as single lines', async () => {
    const { installations } = await aRepository(engine);
    await importAll([aLine('T2', 'Old'), aLine('T3', 'Gone')], installations);
    const single: string[] = [];
    const counting: Installations = {
      ...installations,
      importInstall: (input, options) => {
        single.push(input.key);
        return installations.importInstall(input, options);
      },
    };
    const lines = [
      aLine('T1', 'Acme'),
      aLine('T2', 'New name'),
      aLine('T3', 'Back', 'xoxb-test-other'),
      'no json',
      aLine('T4', 'Globex'),
      aLine('T1', 'Acme', 'xoxb-test-again'),
    ];
    expect(await importAll(lines, counting)).toMatchObject([
      { line: 1, outcome: 'installed' },
      { line: 2, outcome: 'updated' },
      { line: 3, outcome: 'reinstalled' },
      { line: 4, error: expect.any(String) },
      { line: 5, outcome: 'installed' },
      { line: 6, outcome: 'reinstalled' },
    ]);
    expect(single).toEqual(['T2', 'T3', 'T1']);
  });

  it('leaves rows like those of single installs', async () => {
    const bulk = await aRepository(engine);
    const one = await aRepository(engine);
    const lines = [aLine('T1', 'Acme'), aLine('T2', 'Globex')];
    await importAll(lines, bulk.installations);
    const single = { ...one.installations, recordNewInstalls: () => Promise.resolve(new Set<string>()) };
    await importAll(lines, single);
    for (const key of ['T1', 'T2']) {
      expect(await bulk.installations.find(key)).toEqual(await one.installations.find(key));
      expect(await bulk.installations.credentials(key)).toEqual(await one.installations.credentials(key));
      expect(await bulk.installations.timeline(key)).toEqual(await one.installations.timeline(key));
    }
    const changed = await bulk.installations.changedSince(0, 10);
    expect(changed.map(({ installation }) => installation.changedSeq)).toEqual([1, 2]);
  });
});

describe.each(engines)('an import of another program’s rows on %s', (engine) => {
  const aRow = (team_id: string, more: object = {}) =>
    JSON.stringify({ team_id, name: `Team ${team_id}`, token: `xoxb-test-${team_id}`, active: true, ...more });
  const gone = (team_id: string, more: object = {}) =>
    aRow(team_id, { active: false, updated_at: '1970-01-01 00:00:02', ...more });

  it('keeps what is inactive there inactive, and changes nothing when it comes again', async () => {
    const { store, installations } = await aRepository(engine);
    const lines = [aRow('T1'), gone('T2')];
    expect(await importAll(lines, installations)).toEqual([
      { line: 1, teamId: 'T1', outcome: 'installed' },
      { line: 2, teamId: 'T2', outcome: 'installed' },
    ]);
    expect(await installations.find('T2')).toMatchObject({
      installation: { state: { kind: 'inactive', reason: 'imported_inactive', sinceMs: 2_000 } },
    });
    expect(await installations.timeline('T2')).toMatchObject([{ kind: 'installed', facts: { status: 'inactive' } }]);
    const all = async () =>
      await Promise.all(
        ['installation', 'credential', 'team', 'timeline'].map((table) =>
          store.all(`select * from ${table} order by 1, 2`),
        ),
      );
    const before = await all();
    expect(await importAll(lines, installations)).toMatchObject([{ outcome: 'unchanged' }, { outcome: 'unchanged' }]);
    expect(await all()).toEqual(before);
  });

  it('never ends by an inactive row what is active here, and takes the newer of two rows of a team', async () => {
    const { installations } = await aRepository(engine);
    const lines = [
      aRow('T1'),
      gone('T1', { token: 'xoxb-test-old' }),
      gone('T2', { token: 'xoxb-test-old' }),
      aRow('T2'),
    ];
    expect(await importAll(lines, installations)).toMatchObject([
      { line: 1, outcome: 'installed' },
      { line: 2, outcome: 'unchanged' },
      { line: 3, outcome: 'installed' },
      { line: 4, outcome: 'reactivated' },
    ]);
    for (const key of ['T1', 'T2']) {
      expect(await installations.find(key)).toMatchObject({ installation: { state: { kind: 'active' } } });
      expect(await installations.botCredential(key)).toMatchObject({ token: `xoxb-test-${key}` });
    }
  });
});

it('says at which line the database failed', async () => {
  const down = () => Promise.reject(new BotServerError('store_unavailable', 'The database failed: the disk is full'));
  const importing = importAll(['', aLine('T1', 'Acme')], {
    recordNewInstalls: down,
    importInstall: down,
  } as unknown as Installations);
  await expect(importing).rejects.toMatchObject({
    code: 'store_unavailable',
    message: 'Line 2: The database failed: the disk is full',
    facts: { line: 2 },
  });
});
