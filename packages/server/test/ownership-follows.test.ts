/** What one node of a cluster does alone: connect a team, refresh its tokens, ask Slack about it. Counted by the simulator. */
import { describe, expect, it } from 'vitest';
import { answersIn, openCluster, shardsOf } from './cluster-scene.test-kit.ts';
import { isPostIn, isRefused, isSocketClosed, isSocketOpen } from './scene.test-kit.ts';

async function withAcme() {
  const cluster = await openCluster({ teams: [{ name: 'Acme' }] });
  return { ...cluster, acme: await cluster.scene.join('Acme') };
}

describe('the RTM connection of a team', () => {
  it('is made by the owner of its shard alone, whoever took the install', async () => {
    const { scene, a, b, acme } = await withAcme();
    await scene.pass(5_000);
    expect(await scene.slack.sockets(acme.id)).toHaveLength(1);
    expect(await scene.callsOf('rtm.connect')).toHaveLength(1);
    expect([a.server.status().connected, b.server.status().connected]).toEqual([1, 0]);
    await scene.greet('Acme');
    expect(await answersIn(scene, acme)).toEqual(['hello from a']);
  });

  it('moves by plan: the new owner connects before the old one closes, and what either hears is answered by the new one, once', async () => {
    const { scene, cluster, b, acme } = await withAcme();
    const after = await scene.slack.lastSeq();
    // What the old one alone hears.
    const moving = cluster.move(shardsOf(acme), b.ownership);
    await scene.during(moving);
    await scene.slack.say({ team: acme.id, to: 'bot', text: 'hi' });
    const opened = await scene.until(isSocketOpen(acme.id), { after });
    await scene.until(isPostIn(acme.id), { after });
    expect(await scene.slack.sockets(acme.id)).toHaveLength(2);
    await scene.slack.say({ team: acme.id, to: 'bot', text: 'hi' });
    await scene.pass(1_000);
    expect(await answersIn(scene, acme)).toEqual(['hello from b', 'hello from b']);
    const closed = await scene.until(isSocketClosed(acme.id), { after });
    expect(closed).toMatchObject({ code: 1000, by: 'client' });
    expect(closed.seq).toBeGreaterThan(opened.seq);
    await scene.pass(2_000);
    expect(await scene.slack.sockets(acme.id)).toHaveLength(1);
    await scene.greet('Acme');
    expect(await answersIn(scene, acme)).toHaveLength(3);
    expect(await scene.callsOf('rtm.connect', { after })).toHaveLength(1);
  });

  it('that is about to move is closed at once when the lease of its old owner may be over', async () => {
    const { scene, cluster, a, b, acme } = await withAcme();
    const after = await scene.slack.lastSeq();
    await scene.during(cluster.move(shardsOf(acme), b.ownership));
    a.ownership.fence();
    await scene.until(isSocketClosed(acme.id), { after });
    await scene.pass(2_000);
    expect(await scene.slack.sockets(acme.id)).toHaveLength(1);
  });

  it('that moves there and back is the same as before', async () => {
    const { scene, cluster, a, b, acme } = await withAcme();
    const [before] = await scene.slack.sockets(acme.id);
    await scene.during(cluster.move(shardsOf(acme), b.ownership));
    await scene.during(cluster.move(shardsOf(acme), a.ownership));
    await scene.pass(6_000);
    expect((await scene.slack.sockets(acme.id)).map(({ id }) => id)).toEqual([before?.id]);
  });

  it('stays while its node is fenced, and is not made again until the lease is back', async () => {
    const { scene, a, acme } = await withAcme();
    a.ownership.fence();
    await scene.pass(2_000);
    expect(await scene.slack.sockets(acme.id)).toHaveLength(1);
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: 'close', team: acme.id });
    await scene.pass(30_000, 1_000);
    expect(await scene.callsOf('rtm.connect', { after })).toEqual([]);
    a.ownership.resume();
    await scene.until(isSocketOpen(acme.id), { after });
    await scene.greet('Acme');
    expect(await answersIn(scene, acme)).toEqual(['hello from a']);
  });

  it('of a node that was taken for dead goes on without a word until the node learns of it, and is closed then', async () => {
    const { scene, cluster, a, b, acme } = await withAcme();
    const after = await scene.slack.lastSeq();
    a.ownership.fence();
    await cluster.takeFrom(a.ownership, b.ownership);
    await scene.until(isSocketOpen(acme.id), { after });
    await scene.slack.say({ team: acme.id, to: 'bot', text: 'hi' });
    await scene.until(isPostIn(acme.id), { after });
    await scene.pass(3_000);
    // Both had a socket, and heard it.
    expect(await scene.slack.sockets(acme.id)).toHaveLength(2);
    expect(await answersIn(scene, acme)).toEqual(['hello from b']);
    a.ownership.loseAll();
    await scene.until(isSocketClosed(acme.id), { after });
    await scene.pass(3_000);
    expect(await scene.slack.sockets(acme.id)).toHaveLength(1);
    expect(await scene.callsOf('rtm.connect', { after })).toHaveLength(1);
  });
});

describe('what Slack answers to a node that does not own the team', () => {
  it('makes the owner ask, and deactivates the team everywhere', async () => {
    const { scene, a, b, acme } = await withAcme();
    const client = await b.server.client(acme.id);
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: 'revoke_token', team: acme.id, sockets: 'keep' });
    const refused = await scene.during(client.users.list({}).then(String, String));
    expect(refused).toContain('token_revoked');
    await scene.until(isRefused('auth.test', 'token_revoked'), { after });
    await scene.pass(3_000);
    expect((await scene.callsOf('auth.test', { after })).map(({ error }) => error)).toEqual(['token_revoked']);
    expect(await scene.slack.sockets(acme.id)).toEqual([]);
    expect([a.server.status(), b.server.status()]).toMatchObject([{ inactive: 1 }, { inactive: 1 }]);
    const [row] = await scene.rows();
    expect(row?.installation).toMatchObject({ hasHints: false, state: { reason: 'token_revoked' } });
  });

  it('is left to the next owner when the team moves before it was asked about', async () => {
    const { scene, cluster, a, b, acme } = await withAcme();
    a.ownership.fence();
    const client = await b.server.client(acme.id);
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: 'revoke_token', team: acme.id, sockets: 'keep' });
    await scene.during(client.users.list({}).catch(() => {}));
    await scene.pass(10_000, 1_000);
    expect(await scene.callsOf('auth.test', { after })).toEqual([]);
    await cluster.takeFrom(a.ownership, b.ownership);
    await scene.pass(5_000);
    expect((await scene.rows())[0]?.installation.state).toMatchObject({ reason: 'token_revoked' });
  });
});

describe('hooks', () => {
  it('are told once in the cluster, by the owner', async () => {
    const { scene, a, b, acme } = await withAcme();
    await scene.pass(3_000);
    expect([a.told, b.told]).toEqual([[`installed ${acme.id}`], []]);
  });

  it('that a dead owner could not tell are told by the next one, and what it told is not told again', async () => {
    const { scene, cluster, a, b, acme } = await withAcme();
    await scene.pass(3_000);
    a.ownership.fence();
    await scene.register('Acme');
    await scene.pass(3_000);
    expect(b.told).toEqual([]);
    await cluster.takeFrom(a.ownership, b.ownership);
    await scene.pass(3_000);
    a.ownership.loseAll();
    await scene.pass(3_000);
    expect([a.told, b.told]).toEqual([[`installed ${acme.id}`], [`reinstalled ${acme.id}`]]);
  });

  it('are told nothing twice when a team moves there and back', async () => {
    const { scene, cluster, a, b, acme } = await withAcme();
    for (const node of [b, a, b]) {
      await scene.during(cluster.move(shardsOf(acme), node.ownership));
      await scene.pass(3_000);
    }
    await scene.slack.fault({ kind: 'disable_integration', team: acme.id });
    await scene.pass(5_000);
    for (const node of [a, b]) {
      await scene.during(cluster.move(shardsOf(acme), node.ownership));
      await scene.pass(3_000);
    }
    expect([a.told, b.told]).toEqual([[`installed ${acme.id}`], [`deactivated ${acme.id} account_inactive`]]);
  });
});

it('a team that was purged is forgotten by every node', async () => {
  const { scene, a, b, acme } = await withAcme();
  await scene.slack.fault({ kind: 'disable_integration', team: acme.id });
  await scene.pass(5_000);
  expect(b.server.status()).toMatchObject({ inactive: 1 });
  const [row] = await scene.rows();
  await scene.purge(acme.id);
  await scene.pass(3_000);
  expect(row?.installation.state.kind).toBe('inactive');
  expect([a.server.status(), b.server.status()]).toMatchObject([{ inactive: 0 }, { inactive: 0 }]);
  await expect(b.server.client(acme.id)).rejects.toMatchObject({ code: 'installation_not_found' });
});
