/** A database is of one Slack app: what is of another one is not imported. */
import { describe, expect, it } from 'vitest';
import { checkAppId } from '../../store/identity-repository.ts';
import { openOperations } from '../operations.test-kit.ts';
import type { ImportFormat } from './import-formats/import-format.ts';
import { importTeams } from './import-teams.ts';

const own = (team_id: string, app_id?: string) => ({
  team_id,
  app_id,
  name: 'Acme',
  bot_token: `xoxb-test-${team_id}`,
});
const bolt = (id: string, appId: string) => ({ team: { id }, bot: { token: `xoxb-test-${id}` }, appId });
const python = (team_id: string, app_id: string) => ({ ...own(team_id, app_id), installed_at: 1_700_000_000 });

describe('an import into a database whose app is known', () => {
  it.each<[ImportFormat, object[]]>([
    ['slack-bot-server', [own('T1', 'A0OURS'), own('T2', 'A0OTHER'), own('T3')]],
    ['bolt-js', [bolt('T1', 'A0OURS'), bolt('T2', 'A0OTHER'), bolt('T3', 'A0OURS')]],
    ['bolt-python', [python('T1', 'A0OURS'), python('T2', 'A0OTHER'), python('T3', 'A0OURS')]],
  ])('refuses the line of another app, also by force: %s', async (format, installations) => {
    const operations = await openOperations('sqlite');
    await checkAppId(operations.storage.store, 'A0OURS');
    const lines = installations.map((one) => JSON.stringify(one));
    for (const force of [false, true]) {
      const { lines: results } = await operations.run(importTeams, { lines, format, force });
      expect(results.map((result) => ('error' in result ? `${result.line}: ${result.error}` : result.teamId))).toEqual([
        'T1',
        '2: team T2 is of app A0OTHER, this database is of A0OURS: import it into the database of its own app',
        'T3',
      ]);
    }
    expect(await operations.storage.installations.find('T2')).toBeUndefined();
  });

  it('takes it while no app is known', async () => {
    const operations = await openOperations('sqlite');
    const { lines } = await operations.run(importTeams, { lines: [JSON.stringify(own('T2', 'A0OTHER'))] });
    expect(lines).toMatchObject([{ teamId: 'T2', outcome: 'installed' }]);
  });
});
