/** What the listeners of two servers on one PostgreSQL do with the events of one inbox. Witness: the simulator. */
import { expect, it } from 'vitest';
import { answersIn, openCluster, shardsOf } from './cluster-scene.test-kit.ts';

/** A listener that answers "slow" when the test lets it, on either node. */
async function withSlowListener() {
  const begun: string[] = [];
  const refused: string[] = [];
  const mayAnswer = Promise.withResolvers<void>();
  const isFirst = () => begun.length === 1;
  const scene = await openCluster(
    { teams: [{ name: 'Acme' }] },
    {
      setUp: ({ bot }) => {
        bot.message('slow', async ({ say, context }) => {
          begun.push(`attempt ${context.attempt}`);
          if (isFirst()) await mayAnswer.promise;
          await say(`done at attempt ${context.attempt}`).catch(
            (error: { original?: { code?: string }; code?: string }) => {
              refused.push(String(error.original?.code ?? error.code));
              throw error;
            },
          );
        });
      },
    },
  );
  return { ...scene, acme: await scene.scene.join('Acme'), begun, refused, mayAnswer };
}

it('a listener whose event another node has by now sends nothing, also when its node has a lease again', async () => {
  const { scene, cluster, a, b, acme, begun, refused, mayAnswer } = await withSlowListener();
  await scene.slack.say({ team: acme.id, to: 'bot', text: 'slow' });
  await scene.pass(1_000);
  expect(begun).toEqual(['attempt 1']);
  a.ownership.fence();
  await cluster.takeFrom(a.ownership, b.ownership);
  await scene.pass(3_000);
  a.ownership.loseAll();
  mayAnswer.resolve();
  await scene.pass(3_000);
  expect(begun).toEqual(['attempt 1', 'attempt 2']);
  expect(refused).toHaveLength(1);
  expect(await answersIn(scene, acme)).toEqual(['done at attempt 2']);
});

it('a listener that fails because the lease of its node was over runs again when that was renewed', async () => {
  const { scene, a, acme, begun, refused, mayAnswer } = await withSlowListener();
  await scene.slack.say({ team: acme.id, to: 'bot', text: 'slow' });
  await scene.pass(1_000);
  a.ownership.fence();
  mayAnswer.resolve();
  await scene.pass(3_000);
  expect([begun, refused]).toEqual([['attempt 1'], ['fenced']]);
  a.ownership.resume();
  await scene.pass(3_000);
  expect(begun).toEqual(['attempt 1', 'attempt 2']);
  expect(await answersIn(scene, acme)).toEqual(['done at attempt 2']);
});

it('an event is answered once while its shard goes to and fro', async () => {
  const { scene, cluster, a, b, acme } = await withSlowListener();
  for (const to of [b, a, b]) {
    await scene.slack.say({ team: acme.id, to: 'bot', text: 'hi' });
    await scene.during(cluster.move(shardsOf(acme), to.ownership));
    await scene.pass(3_000);
  }
  expect(await answersIn(scene, acme)).toHaveLength(3);
});

it('a client that somebody kept sends nothing past the lease of its node, and sends again when that was renewed', async () => {
  const { scene, a, acme } = await withSlowListener();
  const client = await a.server.client(acme.id);
  const say = (text: string) => scene.during(client.chat.postMessage({ channel: '#general', text }));
  const after = await scene.slack.lastSeq();
  a.ownership.fence();
  const refused = await say('one').then(({ ok }) => `sent: ${ok}`, String);
  expect(refused).toContain('the lease of this process is over');
  expect(await scene.usesOf(acme.botTokenId, after)).toEqual([]);
  a.ownership.resume();
  expect(await say('two')).toMatchObject({ ok: true });
  expect(await scene.usesOf(acme.botTokenId, after)).toHaveLength(1);
});
