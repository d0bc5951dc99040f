/** Somebody with access to the database, and without the keys, makes one team's row name another's installation. */
import { describe, expect, it } from 'vitest';
import { systemClock } from '../src/time/clock.ts';
import { openStorage } from '../src/wiring/create-storage.ts';
import { greetIn, ORG, openOrgScene, saidIn, setAccess } from './org-scene.test-kit.ts';
import type { Scene } from './scene.test-kit.ts';

describe.each(['sqlite', 'postgres'] as const)('a changed row, on %s', (database) => {
  async function change(scene: Scene, sql: string, params: string[]) {
    const { databaseUrl, encryptionKeys } = (await scene.settings()) as {
      databaseUrl: string;
      encryptionKeys?: string;
    };
    const storage = await openStorage({ databaseUrl, encryptionKeys }, { clock: systemClock });
    try {
      expect(await storage.store.run(sql, params)).toBe(1);
      await storage.store.run('update installation set changed_seq = changed_seq + 1000');
      await storage.store.run('update meta set change_counter = change_counter + 1000');
    } finally {
      await storage.close();
    }
  }

  it('lets no workspace act with the token of an organization that was not let into it', async () => {
    const told: string[] = [];
    const { scene, start, press, east, alone } = await openOrgScene({
      database,
      setUp({ bot, server }) {
        bot.message('hi', async ({ say }) => void (await say('hello')));
        server.on('error', ({ teamId, error }) => void told.push(`${teamId} ${(error as { code?: string }).code}`));
      },
    });
    await press();
    await setAccess(scene, 'East', true);
    await press(alone.id);
    expect(await greetIn(scene, alone)).toBe('hello');
    await scene.stop();
    await change(scene, 'update team set installation_key = $1 where team_id = $2', [ORG, alone.id]);
    const after = await scene.slack.lastSeq();
    await start();
    expect(told).toEqual([`${alone.id} team_row_changed`]);
    await scene.slack.say({ team: alone.id, channel: 'general', text: 'hi' });
    expect(await greetIn(scene, east)).toBe('hello');
    expect(await saidIn(scene, alone)).toEqual(['hello']);
    expect(await scene.callsOf('chat.postMessage', { after, team: alone.id })).toEqual([]);
    await expect(scene.server.client(alone.id)).rejects.toMatchObject({ code: 'team_row_changed' });
    await press(alone.id);
    expect(await greetIn(scene, alone)).toBe('hello');
  });
});
