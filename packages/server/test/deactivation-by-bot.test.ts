/** server.deactivate: the bot ends a team by itself, in a listener and outside, on this node and another; the team comes back with its data. */
import { expect, it } from 'vitest';
import type { BotServer } from '../src/index.ts';
import { openCluster } from './cluster-scene.test-kit.ts';
import { isPostIn, isSocketClosed, Scene } from './scene.test-kit.ts';

/** Whoever says "bye" ends the bot in the workspace. */
function bot({ bot: app, server }: BotServer) {
  app.message('hi', async ({ say }) => void (await say('hello')));
  app.message('bye', async ({ context, say, body }) => {
    const teamId = String(context.teamId);
    await server.data(teamId).set('last', (body as { event_id: string }).event_id);
    await server.deactivate(teamId, { reason: 'trial_ended' });
    await say('this must not be posted');
  });
}

it('in a listener: nothing more is sent, the hook is told why, and a re-install brings the team back with its data', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  const told: unknown[] = [];
  const errors: unknown[] = [];
  const { server } = await scene.start({ setUp: bot });
  server.on('deactivated', (payload) => told.push(payload));
  server.on('error', ({ error }) => errors.push((error.cause as { original?: { code?: string } }).original?.code));
  const acme = await scene.join('Acme');
  const after = await scene.slack.lastSeq();
  await scene.slack.say({ team: acme.id, to: 'bot', text: 'bye' });
  expect(await scene.until(isSocketClosed(acme.id), { after })).toMatchObject({ code: 1000, by: 'client' });
  await scene.pass(5_000);
  expect(told).toEqual([{ teamId: acme.id, enterpriseId: null, reason: 'bot: trial_ended' }]);
  expect(errors).toEqual(['installation_not_active']);
  expect(await scene.usesOf(acme.botTokenId, after)).toEqual([]);
  expect(await scene.during(server.deactivate(acme.id))).toBe(false);
  await expect(scene.during(server.deactivate('T0NOBODY'))).rejects.toMatchObject({ code: 'installation_not_found' });
  const [{ installation: before } = { installation: undefined }] = await scene.rows();
  await scene.join('Acme');
  const [{ installation: now } = { installation: undefined }] = await scene.rows();
  expect(now).toMatchObject({ key: before?.key, createdAtMs: before?.createdAtMs, state: { kind: 'active' } });
  expect(await scene.during(server.data(acme.id).get('last'))).toMatchObject({ version: 1 });
  await scene.greet('Acme');
  await scene.during(server.deactivate(acme.id));
  await scene.purge(acme.id);
  await expect(scene.during(server.deactivate(acme.id))).rejects.toMatchObject({ code: 'installation_not_found' });
});

it('outside of one, on a node that does not own the team: its owner closes the connection within seconds', async () => {
  const { scene, a, b } = await openCluster({ teams: [{ name: 'Acme' }] });
  const acme = await scene.join('Acme');
  const after = await scene.slack.lastSeq();
  expect(await scene.during(b.server.deactivate(acme.id, { reason: 'unpaid' }))).toBe(true);
  await expect(scene.during(b.server.client(acme.id))).rejects.toMatchObject({ code: 'installation_not_active' });
  await scene.until(isSocketClosed(acme.id), { after, withinMs: 5_000 });
  await scene.slack.say({ team: acme.id, to: 'bot', text: 'hi' });
  await scene.pass(5_000);
  expect((await scene.slack.log({ after })).filter(isPostIn(acme.id))).toEqual([]);
  expect([...a.told, ...b.told].filter((line) => line.startsWith('deactivated'))).toEqual([
    `deactivated ${acme.id} bot: unpaid`,
  ]);
});
