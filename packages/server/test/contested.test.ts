/**
 * A workspace whose own installation ends while its organization has it in its list, on two nodes: the organization is one node's, the
 * workspace the other's, and only the first one asked Slack for the list.
 */
import { expect, it } from 'vitest';
import { openCluster, shardsOf } from './cluster-scene.test-kit.ts';
import { pointAppAt, SIGNING_SECRET } from './http-scene.test-kit.ts';
import { ORG, orgApp, postEvent, saidIn } from './org-scene.test-kit.ts';
import { register } from './slack-button.test-kit.ts';

async function withEastOfItsOwn() {
  const enterprise = { id: ORG, name: 'Acme Org' };
  const { scene, cluster, a, b } = await openCluster(
    { teams: [{ name: 'East', enterprise }], app: { ...orgApp, signingSecret: SIGNING_SECRET } },
    (opened) => ({
      slackTransport: 'http',
      slackSigningSecret: SIGNING_SECRET,
      slackAuthorizeUrl: opened.simulator.authorizeUrl.replace('/oauth/', '/oauth/v2/'),
      slackScopes: ['chat:write', 'channels:history', 'im:history', 'users:read'],
    }),
  );
  await pointAppAt(scene);
  const east = await scene.slack.team('East');
  const press = (team: string) => scene.during(register(scene.url, { team }));
  await press(east.id);
  await press(ORG);
  await scene.pass(3_000);
  await scene.during(cluster.move(shardsOf(east), b.ownership));
  return { scene, cluster, a, b, east };
}

const hi = (channel: string | undefined) => ({
  type: 'message',
  text: 'hi',
  user: 'U0ANN',
  ts: '1795400000.000100',
  event_ts: '1795400000.000100',
  channel,
  channel_type: 'channel',
});

it('keeps its events on every node until the organization has taken it over, also when the node that asked is dead', async () => {
  const { scene, cluster, a, b, east } = await withEastOfItsOwn();
  const refuse = (method: string) => scene.slack.fault({ kind: 'refuse', method, error: 'internal_error' });
  // Slack ends the own tokens of the workspace, and nobody can find out yet.
  const { id: noProbe } = await refuse('auth.test');
  await scene.slack.setTeamAccess('East', { isGranted: true });
  await scene.pass(5_000, 500);
  const { id: noList } = await refuse('auth.teams.list');
  await scene.slack.removeFaults(noProbe);
  await scene.pass(60_000, 2_000);
  const states = async () => (await scene.rows()).map((row) => [row.installation.key, row.installation.state.kind]);
  expect((await states()).toSorted(([a], [b]) => String(a).localeCompare(String(b)))).toEqual([
    [ORG, 'active'],
    [east.id, 'inactive'],
  ]);
  // Slack accepted it before the own tokens ended, and delivers it late.
  const authorization = { enterprise_id: ORG, team_id: east.id, is_bot: true, is_enterprise_install: false };
  const ofItsOwn = { team_id: east.id, enterprise_id: ORG, authorizations: [authorization] };
  expect(await postEvent(scene, hi(east.channels[0]?.id), ofItsOwn)).toBe(200);
  await scene.pass(3_000);
  expect(await saidIn(scene, east)).toEqual([]);
  // Whoever has the organization next asks again.
  a.ownership.fence();
  await cluster.takeFrom(a.ownership, b.ownership);
  await scene.slack.removeFaults(noList);
  await scene.pass(10_000, 500);
  expect(await saidIn(scene, east)).toEqual(['hello from b']);
});
