import { describe, expect, it } from 'vitest';
import { MovableClock } from '../clock/movable-clock.ts';
import { seededRandom } from '../clock/random.ts';
import { FILE_LIMIT_BYTES, FILES_KEPT_BYTES } from './file-store.ts';
import { announceUpload, completeUpload } from './files.ts';
import type { Team } from './model.ts';
import { addTeam } from './teams.ts';
import { World } from './world.ts';

function aWorld(): { world: World; team: Team } {
  const onListenerError = () => {};
  const world = new World({ clock: new MovableClock(), random: seededRandom(1), isSecure: false, onListenerError });
  return { world, team: addTeam(world, { name: 'Acme' }) };
}

function announced(world: World, team: Team, sizeBytes: number) {
  const facts = { userId: 'U1', name: 'a.bin', altText: '', snippetType: undefined, origin: 'http://127.0.0.1' };
  return announceUpload(world, { team, sizeBytes, ...facts });
}

function added(world: World, team: Team, sizeBytes: number) {
  const upload = announced(world, team, sizeBytes);
  world.files.receive(upload, new Uint8Array(sizeBytes));
  return completeUpload(world, upload, undefined);
}

describe('the memory of files', () => {
  it('stays below the stated total: the oldest are forgotten', () => {
    const { world, team } = aWorld();
    const files = [1, 2, 3].map(() => added(world, team, FILE_LIMIT_BYTES));
    expect(world.files.sizeBytes).toBeLessThanOrEqual(FILES_KEPT_BYTES);
    expect(files.map(({ id }) => world.files.find(team, id) !== undefined)).toEqual([false, true, true]);
    expect(files[0]?.content).toHaveLength(0);
  });

  it('counts content that came and was never completed', () => {
    const { world, team } = aWorld();
    for (const upload of [1, 2, 3].map(() => announced(world, team, FILE_LIMIT_BYTES))) {
      world.files.receive(upload, new Uint8Array(FILE_LIMIT_BYTES));
    }
    expect(world.files.sizeBytes).toBe(FILES_KEPT_BYTES);
  });

  it('is not used twice by content that is sent again', () => {
    const { world, team } = aWorld();
    const upload = announced(world, team, 10);
    world.files.receive(upload, new Uint8Array(10));
    world.files.receive(upload, new Uint8Array(10));
    expect(world.files.sizeBytes).toBe(10);
  });

  it('forgets uploads that were announced long ago', () => {
    const { world, team } = aWorld();
    const first = announced(world, team, 1);
    for (let count = 0; count < 1000; count++) announced(world, team, 1);
    expect(world.files.findUploadByTicket(first.ticket)).toBeUndefined();
  });

  it('is free again when a file is deleted, and the file is of its team only', () => {
    const { world, team } = aWorld();
    const other = addTeam(world, { name: 'Globex' });
    const file = added(world, team, 10);
    expect(world.files.find(other, file.id)).toBeUndefined();
    world.files.delete(file);
    expect(world.files.sizeBytes).toBe(0);
    expect(world.files.find(team, file.id)).toBe(file);
    expect(world.files.list(team)).toEqual([]);
  });
});
