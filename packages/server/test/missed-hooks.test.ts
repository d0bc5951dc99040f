/** What happened while no server ran is told by the next one, once. */
import { describe, expect, it } from 'vitest';
import { engines } from '../src/store/store-fixture.test-kit.ts';
import { Scene } from './scene.test-kit.ts';

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
});
