/** What happened while no server ran is told by the next one, once. */
import { describe, expect, it } from 'vitest';
import { engines } from '../src/store/store-fixture.test-kit.ts';
import { isSocketOpen, Scene } from './scene.test-kit.ts';

describe.each(engines)('on %s', (database) => {
  it('an import without a server is told as installed at the start, and not again at the next one', async () => {
    const scene = await Scene.open({ database, teams: [{ name: 'Acme' }] });
    const line = await scene.lineOf('Acme');
    await scene.importTeams([line]);
    let told: string[] = [];
    const setUp = ({ server }: { server: Scene['server'] }) =>
      void server.on('installed', ({ teamId }) => void told.push(`installed ${teamId}`));
    await scene.start({ setUp });
    await scene.pass(2_000);
    expect(told).toEqual([`installed ${line.team_id}`]);
    await scene.stop();
    told = [];
    await scene.start({ setUp });
    await scene.pass(2_000);
    expect(told).toEqual([]);
  });

  it('a name that an import has changed without a server is told at the start', async () => {
    const scene = await Scene.open({ database, teams: [{ name: 'Acme' }] });
    const line = await scene.lineOf('Acme');
    await scene.importTeams([{ ...line, name: 'Acme' }]);
    const told: object[] = [];
    const setUp = ({ server }: { server: Scene['server'] }) =>
      void server.on('renamed', (payload) => void told.push(payload));
    await scene.start({ setUp });
    await scene.pass(2_000);
    await scene.stop();
    await scene.importTeams([{ ...line, name: 'Acme Two' }]);
    await scene.start({ setUp });
    await scene.pass(2_000);
    expect(told).toEqual([{ teamId: line.team_id, enterpriseId: null, from: 'Acme', to: 'Acme Two' }]);
  });

  it('a gap that lasts when the server ends is told by the next one from its beginning, and not again', async () => {
    const scene = await Scene.open({ database, teams: [{ name: 'Acme' }] });
    let told: number[] = [];
    const setUp = ({ server }: { server: Scene['server'] }) =>
      void server.on('gap', ({ fromMs }) => void told.push(fromMs));
    await scene.start({ setUp });
    const { id } = await scene.join('Acme');
    await scene.pass(60_000, 1_000);
    const lostAtMs = scene.clock.now();
    await scene.slack.fault({ kind: 'outage', how: 'reset' });
    await scene.pass(20_000, 1_000);
    await scene.stop();
    await scene.slack.removeFaults();
    const after = await scene.slack.lastSeq();
    await scene.start({ setUp });
    await scene.until(isSocketOpen(id), { after });
    await scene.pass(2_000);
    expect(told).toHaveLength(1);
    expect(Math.abs((told[0] ?? 0) - lostAtMs)).toBeLessThan(3_000);
    await scene.stop();
    told = [];
    await scene.start({ setUp });
    await scene.pass(2_000);
    expect(told.filter((fromMs) => fromMs < lostAtMs + 3_000)).toEqual([]);
  });
});
