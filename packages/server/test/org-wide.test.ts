/** Org-wide installations from end to end: one grant for an organization, whose admins let the app into its workspaces. */
import { describe, expect, it } from 'vitest';
import { accessOf, greetIn, isList, ORG, openOrgScene, setAccess } from './org-scene.test-kit.ts';
import { headlineOf } from './slack-button.test-kit.ts';

describe.each([
  ['http', 'sqlite'],
  ['http', 'postgres'],
  ['socket', 'sqlite'],
] as const)('an organization over %s, with %s', (transport, database) => {
  it('registers by one grant, and each workspace that its admins let the app into is answered there', async () => {
    const { scene, press, told, east, west } = await openOrgScene({ transport, database });
    const page = await press();
    expect([page.status, headlineOf(page)]).toEqual([200, 'Demo Bot is now in Acme Org']);
    await scene.until(isList, { what: 'the question for workspaces' });
    await setAccess(scene, 'East', true);
    expect(await greetIn(scene, east)).toBe(`hello ${east.id} ${ORG} true`);
    await setAccess(scene, 'West', true);
    expect(await greetIn(scene, west)).toBe(`hello ${west.id} ${ORG} true`);
    expect(await accessOf(scene)).toEqual({ [ORG]: 'granted', [east.id]: 'granted', [west.id]: 'granted' });
    expect(told).toEqual([
      ['installed', ORG, ORG, undefined],
      ['installed', east.id, ORG, undefined],
      ['installed', west.id, ORG, undefined],
    ]);
    const posts = await scene.callsOf('chat.postMessage');
    const [org] = await scene.slack.installs(east.id);
    expect(new Set(posts.map(({ tokenId }) => tokenId))).toEqual(new Set([org?.botTokenId]));
  });

  it('loses one workspace and keeps the others; what is said meanwhile is answered when it is back', async () => {
    const { scene, press, told, east, west } = await openOrgScene({ transport, database });
    await press();
    await setAccess(scene, 'East', true);
    await setAccess(scene, 'West', true);
    told.length = 0;
    await setAccess(scene, 'East', false);
    expect(await accessOf(scene)).toMatchObject({ [east.id]: 'revoked', [west.id]: 'granted' });
    await greetIn(scene, west);
    await expect(scene.server.client(east.id)).rejects.toMatchObject({ code: 'installation_not_active' });
    expect(scene.server.status()).toMatchObject({ active: 1, suspended: 0, inactive: 0 });
    await setAccess(scene, 'East', true);
    await greetIn(scene, east);
    expect(told).toEqual([
      ['suspended', east.id, ORG, 'team_access_revoked'],
      ['reactivated', east.id, ORG, undefined],
    ]);
  });

  it('is inactive with all its workspaces when it is uninstalled, and comes back with its data', async () => {
    const { scene, press, told, east } = await openOrgScene({ transport, database });
    await press();
    await setAccess(scene, 'East', true);
    await scene.server.data(east.id).set('score', 7);
    const client = await scene.server.client(ORG);
    const { clientId, clientSecret } = (await scene.slack.apps())[0] ?? {};
    told.length = 0;
    await scene.during(client.apps.uninstall({ client_id: clientId ?? '', client_secret: clientSecret ?? '' }));
    await scene.pass(5_000);
    const reason = 'account_inactive';
    expect(told).toEqual([
      ['deactivated', ORG, ORG, reason],
      ['deactivated', east.id, ORG, reason],
    ]);
    const after = await scene.slack.lastSeq();
    const page = await press();
    expect(headlineOf(page)).toBe('Demo Bot is back in Acme Org');
    await scene.until(isList, { after, what: 'the question after the re-install' });
    await scene.pass(1_000);
    // Slack forgets at an uninstall where an organization wanted the app.
    expect(await accessOf(scene)).toEqual({ [ORG]: 'granted', [east.id]: 'revoked' });
    await setAccess(scene, 'East', true);
    await greetIn(scene, east);
    expect(await scene.server.data(east.id).get('score')).toMatchObject({ value: 7 });
    expect(await scene.rows()).toMatchObject([{ installation: { key: ORG, version: { install: 2 } } }]);
  });

  it('is inactive with all its workspaces when it was disabled without a word, as the next call proves', async () => {
    const { scene, press, told, east, west } = await openOrgScene({ transport, database });
    await press();
    for (const name of ['East', 'West']) await setAccess(scene, name, true);
    told.length = 0;
    await scene.slack.fault({ kind: 'disable_integration', enterprise: ORG });
    await scene.during(scene.server.client(west.id).then((client) => client.auth.test().catch(() => {})));
    await scene.pass(5_000);
    expect(scene.server.status()).toMatchObject({ active: 0, inactive: 1 });
    expect(new Set(told)).toEqual(
      new Set([ORG, east.id, west.id].map((teamId) => ['deactivated', teamId, ORG, 'account_inactive'])),
    );
    const after = await scene.slack.lastSeq();
    await scene.pass(60_000);
    expect(await scene.callsOf('auth.test', { after })).toEqual([]);
  });
});
