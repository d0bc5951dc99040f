/** A hook that refuses (`installing`), on granular apps: what becomes of the grant at Slack, and of the credential from before. */
import { describe, expect, it } from 'vitest';
import type { BotServer } from '../src/index.ts';
import { pointAppAt, SIGNING_SECRET } from './http-scene.test-kit.ts';
import { answerHi, Scene } from './scene.test-kit.ts';
import { headlineOf, register } from './slack-button.test-kit.ts';

const HOUR_MS = 3_600_000;

/** How a hook can say no. */
const refusals: [string, () => unknown][] = [
  ['a veto', () => ({ veto: 'By invitation only.' })],
  [
    'throwing',
    () => {
      throw new Error('no');
    },
  ],
  ['never settling', () => new Promise(() => {})],
];

async function withHook(isTokenRotationOn: boolean) {
  const scene = await Scene.open({
    teams: [{ name: 'Acme' }],
    app: { kind: 'granular', signingSecret: SIGNING_SECRET, eventSubscriptions: ['message.im'], isTokenRotationOn },
  });
  let refuse: (() => unknown) | undefined;
  await scene.start({
    slackTransport: 'http',
    slackSigningSecret: SIGNING_SECRET,
    slackAuthorizeUrl: scene.simulator.authorizeUrl.replace('/oauth/', '/oauth/v2/'),
    slackScopes: ['chat:write', 'im:history'],
    slackUserScopes: ['users:read'],
    setUp(context) {
      answerHi(context);
      context.server.on('installing', (() => refuse?.()) as Parameters<BotServer['server']['on']>[1]);
    },
  });
  await pointAppAt(scene);
  const { id } = await scene.slack.team('Acme');
  const press = () => scene.during(register(scene.url, { team: id }));
  return { scene, id, press, refuseBy: (how: typeof refuse) => void (refuse = how) };
}

describe.each([false, true])('a hook that refuses (tokens that rotate: %s)', (isRotating) => {
  it.each(refusals)('a first install by %s takes the app out of the workspace again', async (_how, refuse) => {
    const { scene, id, press, refuseBy } = await withHook(isRotating);
    refuseBy(refuse);
    const page = await press();
    expect([page.status, headlineOf(page)]).toEqual([403, 'Slack bot does not accept Acme']);
    expect(page.html).toContain('Slack was asked to take the permission back');
    expect((await scene.slack.installs(id)).filter(({ status }) => status === 'active')).toEqual([]);
    expect(await scene.rows()).toEqual([]);
    refuseBy(undefined);
    expect(headlineOf(await press())).toBe('Demo Bot is now in Acme');
    await scene.greet('Acme');
  });

  it.each(refusals)(
    'a re-install by %s keeps the bot as it was, for days',
    async (_how, refuse) => {
      const { scene, id, press, refuseBy } = await withHook(isRotating);
      await press();
      await scene.greet('Acme');
      refuseBy(refuse);
      const page = await press();
      expect([page.status, headlineOf(page)]).toEqual([403, 'Demo Bot does not accept Acme']);
      expect(page.html).toContain('Nothing was changed');
      await scene.greet('Acme');
      for (let hours = 0; hours < 30; hours += 0.5) {
        await scene.strideThrough(HOUR_MS / 2);
        await scene.pass(2_000, 500);
      }
      await scene.greet('Acme');
      expect(await scene.callsOf('auth.revoke')).toEqual([]);
      expect(await scene.callsOf('apps.uninstall')).toEqual([]);
      expect(await scene.rows()).toMatchObject([
        { installation: { key: id, state: { kind: 'active' }, version: { install: 1 } } },
      ]);
    },
    60_000,
  );

  it('a team that was away by a veto stays away, with its data', async () => {
    const { scene, id, press, refuseBy } = await withHook(isRotating);
    await press();
    await scene.server.data(id).set('score', 7);
    await scene.slack.fault({ kind: 'disable_integration', team: id });
    const client = await scene.server.client(id);
    await scene.during(client.auth.test().catch(() => {}));
    await scene.pass(5_000);
    expect(scene.server.status()).toMatchObject({ active: 0, inactive: 1 });
    refuseBy(() => ({ veto: 'Pay first.' }));
    expect((await press()).html).toContain('Pay first.');
    await scene.pass(5_000);
    expect(scene.server.status()).toMatchObject({ active: 0, inactive: 1 });
    refuseBy(undefined);
    expect(headlineOf(await press())).toBe('Demo Bot is back in Acme');
    expect(await scene.server.data(id).get('score')).toMatchObject({ value: 7 });
    await scene.greet('Acme');
  });
});
