/** What the running server does with imported teams: see the order of the simulator's log. The command is in cli-teams.test.ts. */
import { expect, it } from 'vitest';
import { isRequest, isSocketOpen, Scene } from './scene.test-kit.ts';

async function withImported() {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }, { name: 'Globex' }] });
  const lines = { acme: await scene.lineOf('Acme'), globex: await scene.lineOf('Globex') };
  return { scene, ...lines };
}

it('a team is connected by the running server within a second of its import', async () => {
  const { scene, acme } = await withImported();
  await scene.start();
  expect(await scene.importTeams([acme])).toEqual([{ line: 1, teamId: acme.team_id, outcome: 'installed' }]);
  await scene.until(isSocketOpen(acme.team_id), { withinMs: 1_500 });
  await scene.greet('Acme');
});

it('the same token again is an update: names change and the connection stays', async () => {
  const { scene, acme } = await withImported();
  await scene.importTeams([acme]);
  await scene.start();
  const { socket } = await scene.until(isSocketOpen(acme.team_id));
  const [update] = await scene.importTeams([{ ...acme, name: 'Acme Corporation' }]);
  expect(update).toMatchObject({ outcome: 'updated' });
  await scene.pass(5_000);
  expect(await scene.slack.sockets()).toMatchObject([{ id: socket }]);
  expect(await scene.rows()).toMatchObject([
    { installation: { version: { install: 1 } }, teams: [{ name: 'Acme Corporation' }] },
  ]);
});

it('another token is a re-install: the connection changes once, to that token', async () => {
  const { scene, acme } = await withImported();
  await scene.importTeams([acme]);
  await scene.start();
  await scene.until(isSocketOpen(acme.team_id));
  const { botTokenId: oldTokenId } = await scene.installed('Acme');
  const after = await scene.slack.lastSeq();
  const renewed = await scene.slack.install({ team: 'Acme', forceNewToken: true });
  expect(await scene.importTeams([{ ...acme, bot_token: renewed.botToken }])).toMatchObject([
    { outcome: 'reinstalled' },
  ]);
  const opened = await scene.until(isSocketOpen(acme.team_id), { after, withinMs: 1_500 });
  await scene.pass(30_000, 1_000);
  expect(opened.tokenId).toBe(renewed.botTokenId);
  expect(await scene.callsOf('rtm.connect', { after })).toHaveLength(1);
  expect(await scene.usesOf(oldTokenId, after)).toEqual([]);
});

it('missing bot ids are filled by auth.test before the socket opens, so that the bot never answers itself', async () => {
  const { scene, acme } = await withImported();
  const { bot_id: botId, bot_user_id: botUserId, ...withoutIds } = acme;
  await scene.importTeams([withoutIds]);
  await scene.start({
    setUp: ({ bot }) => {
      bot.message(async ({ say }) => {
        await say('I answer everything');
      });
    },
  });
  const opened = await scene.until(isSocketOpen(acme.team_id));
  const asked = await scene.until(isRequest('auth.test'));
  expect(asked.seq).toBeLessThan(opened.seq);
  await scene.greet('Acme');
  await scene.pass(10_000, 1_000);
  expect(await scene.callsOf('chat.postMessage')).toHaveLength(1);
  expect(await scene.rows()).toMatchObject([{ teams: [{ botId, botUserId }] }]);
});

it('a token of another team is not connected, is told as an error, and deactivates nobody', async () => {
  const { scene, acme, globex } = await withImported();
  const { bot_id: _, bot_user_id: __, ...acmeWithToken } = { ...acme, bot_token: globex.bot_token };
  const told: unknown[] = [];
  await scene.importTeams([globex, acmeWithToken]);
  await scene.start({
    setUp: ({ server }) => {
      server.on('error', ({ teamId, where, error }) => told.push({ teamId, where, code: error.facts.slackError }));
      server.on('deactivated', (payload) => told.push(payload));
    },
  });
  await scene.until(isSocketOpen(globex.team_id));
  await scene.pass(20_000, 1_000);
  expect(await scene.slack.sockets()).toMatchObject([{ team: globex.team_id }]);
  expect(told).toEqual([{ teamId: acme.team_id, where: 'connection', code: 'wrong_team' }]);
  expect(scene.server.status()).toMatchObject({ active: 2, inactive: 0, connected: 1 });
});

it('a dead token among the imported ones is deactivated alone', async () => {
  const { scene, acme, globex } = await withImported();
  await scene.slack.fault({ kind: 'revoke_token', team: 'Acme' });
  await scene.importTeams([acme, globex]);
  await scene.start();
  await scene.until(isSocketOpen(globex.team_id));
  await scene.pass(5_000);
  expect(scene.server.status()).toMatchObject({ active: 1, suspended: 0, inactive: 1, connected: 1 });
});
