/** P5 over random schedules of moves, fences and deaths: a message is answered by one node, and a team has one connection in the end. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { answersIn, type ClusterScene, openCluster } from './cluster-scene.test-kit.ts';
import { ALL_SHARDS, type ScriptedOwnership } from './ownership.test-kit.ts';

const STEPS = ['move', 'fence and resume', 'take from a fenced one', 'drop the socket', 'a while'] as const;

/** The scripted cluster, and who owns everything now. */
interface Play extends ClusterScene {
  owner: ScriptedOwnership;
  other: ScriptedOwnership;
}

async function play(cluster: Play, step: (typeof STEPS)[number], team: string): Promise<void> {
  const { scene, owner, other } = cluster;
  switch (step) {
    case 'move':
      await scene.during(cluster.cluster.move(ALL_SHARDS, other));
      Object.assign(cluster, { owner: other, other: owner });
      return;
    case 'fence and resume':
      owner.fence();
      await scene.pass(3_000);
      owner.resume();
      return;
    case 'take from a fenced one':
      owner.fence();
      await cluster.cluster.takeFrom(owner, other);
      await scene.slack.say({ team, to: 'bot', text: 'hi' });
      await scene.pass(3_000);
      owner.loseAll();
      Object.assign(cluster, { owner: other, other: owner });
      return;
    case 'drop the socket':
      await scene.slack.fault({ kind: 'close', team });
      return;
    case 'a while':
      return await scene.pass(1_000);
    default:
      throw new Error(`${String(step)} is no step`);
  }
}

it('no message is answered twice, and one connection is left, whatever happens to who owns the team', async () => {
  const schedules = fc.array(fc.constantFrom(...STEPS), { minLength: 4, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(schedules, async (steps) => {
      const opened = await openCluster({ teams: [{ name: 'Acme' }] });
      const { scene, a, b } = opened;
      const acme = await scene.join('Acme');
      const cluster: Play = { ...opened, owner: a.ownership, other: b.ownership };
      let said = 0;
      for (const step of steps) {
        await play(cluster, step, acme.id);
        said += step === 'take from a fenced one' ? 2 : 1;
        await scene.slack.say({ team: acme.id, to: 'bot', text: 'hi' });
        await scene.pass(2_000);
      }
      await scene.pass(30_000, 1_000);
      expect((await answersIn(scene, acme)).length).toBeLessThanOrEqual(said);
      expect(await scene.slack.sockets(acme.id)).toHaveLength(1);
      const before = (await answersIn(scene, acme)).length;
      await scene.greet('Acme');
      await scene.pass(2_000);
      expect(await answersIn(scene, acme)).toHaveLength(before + 1);
    }),
    { numRuns: 3, seed: 7, endOnFailure: true },
  );
}, 120_000);
