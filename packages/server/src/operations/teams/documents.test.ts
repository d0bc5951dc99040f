/** Documents of the bot travel with their team: `teams export` writes the lines that `teams import` takes. */
import { describe, expect, it } from 'vitest';
import { engines } from '../../store/store-fixture.test-kit.ts';
import { install, type Operations, openOperations } from '../operations.test-kit.ts';
import { deactivateTeam } from './deactivate-team.ts';
import { exportTeam } from './export-team.ts';
import { importTeams } from './import-teams.ts';
import { purgeTeam } from './purge-team.ts';

const odd = { text: 'Ünï 😀 \0 \ud800', ['__proto__']: { deep: [1.5, null, { no: '' }] } };

async function linesOf({ context, storage }: Operations): Promise<string[]> {
  const withTokens = { ...context, mayShowSecrets: true, actor: { who: 'test', from: null }, onProgress: () => {} };
  await storage.data('T1').set('odd', odd);
  await storage.data('T1').set('count', 7);
  const { import: lines = [] } = await exportTeam.run(withTokens as never, { teamId: 'T1', tokens: true });
  return lines.map((line) => JSON.stringify(line));
}

describe.each(engines)('documents on %s', (engine) => {
  it('go with their team to another server, and the same lines again change nothing', async () => {
    const here = await openOperations(engine);
    await install(here, 'T1');
    const lines = await linesOf(here);
    const there = await openOperations(engine);
    const outcomes = async (given: string[], options: { force?: boolean; dryRun?: boolean } = {}) => {
      const { lines: results } = await there.run(importTeams, { lines: given, ...options });
      return results.map((result) =>
        'error' in result
          ? result.error
          : `${result.teamId} ${'document' in result ? `${result.document} ` : ''}${result.outcome}`,
      );
    };
    const first = ['T1 installed', 'T1 count added', 'T1 odd added'];
    expect(await outcomes(lines, { dryRun: true })).toEqual(first);
    expect(await there.storage.data('T1').list()).toEqual([]);
    expect(await outcomes(lines)).toEqual(first);
    expect((await there.storage.data('T1').get('odd'))?.value).toStrictEqual(odd);
    expect(await outcomes(lines)).toEqual(['T1 unchanged', 'T1 count unchanged', 'T1 odd unchanged']);

    await there.storage.data('T1').set('count', 8);
    const counts = lines.filter((line) => line.includes('"count"'));
    expect(await outcomes(counts)).toEqual([expect.stringContaining('document count of team T1 has another value')]);
    expect(await there.storage.data('T1').get('count')).toMatchObject({ value: 8 });
    expect(await outcomes(counts, { force: true })).toEqual(['T1 count replaced']);
    expect(await there.storage.data('T1').get('count')).toMatchObject({ value: 7 });
  });

  it('that cannot be stored are bad lines, and keep no other one away', async () => {
    const operations = await openOperations(engine);
    await install(operations, 'T1');
    const line = (document: unknown, team_id: unknown = 'T1') => JSON.stringify({ team_id, document });
    const { lines } = await operations.run(importTeams, {
      lines: [
        line({ key: 'k'.repeat(10_000), value: 1 }),
        line({ key: 'nul\0', value: 1 }),
        line({ key: 'big', value: 'x'.repeat(300_000) }),
        line({ key: 'a', value: 1 }, 'T9'),
        line({ key: 'a', value: 1 }, 7),
        line({ key: 'a', value: 1, version: 3 }),
        line('a'),
        line({ key: 'good', value: 1 }),
      ],
    });
    expect(lines.map((result) => ('error' in result ? result.error.slice(0, 40) : result.outcome))).toEqual([
      expect.stringContaining('of team T1: A key must be'),
      expect.stringContaining('of team T1: A key must be'),
      expect.stringContaining('of team T1: The document big is 300002'),
      expect.stringContaining('team T9 is not known here'),
      'team_id must be a string',
      expect.stringContaining('document must be an object'),
      expect.stringContaining('document must be an object'),
      'added',
    ]);
  });

  it('stay while their team is inactive, and go when it is purged', async () => {
    const operations = await openOperations(engine);
    await install(operations, 'T1');
    const data = operations.storage.data('T1');
    await data.increment('count', 3);
    await operations.run(deactivateTeam, { teamId: 'T1' });
    expect(await data.get('count')).toMatchObject({ value: 3 });
    await operations.run(purgeTeam, { teamId: 'T1' });
    expect(await data.list()).toEqual([]);
  });
});
