/** Why events are dropped, as it is counted and remembered. */
import { beforeEach, expect, it } from 'vitest';
import { anEnvelope } from '../inbox/inbox.test-kit.ts';
import { DispatcherRig } from './dispatcher.test-kit.ts';

let rig: DispatcherRig;
beforeEach(async () => {
  rig = await DispatcherRig.open();
});

it('says of a team without an installation that it is unknown, and of one that is gone that it is inactive', async () => {
  const dispatcher = await rig.dispatcher();
  Object.assign(rig.handling, { T1: 'drop', T2: 'drop' });
  rig.unknown.add('T2');
  await dispatcher.accept(anEnvelope('e1'));
  await dispatcher.accept(anEnvelope('e2', { teamId: 'T2' }));
  expect(rig.dropped).toEqual([
    ['inactive', 1, 'e1'],
    ['unknown_team', 1, 'e2'],
  ]);
});

it('says the same of what waited when the team went', async () => {
  const dispatcher = await rig.dispatcher();
  Object.assign(rig.handling, { T1: 'keep', T2: 'keep' });
  await dispatcher.accept(anEnvelope('e1'));
  await dispatcher.accept(anEnvelope('e2', { teamId: 'T2' }));
  Object.assign(rig.handling, { T1: 'drop', T2: 'drop' });
  rig.unknown.add('T2');
  for (const teamId of ['T1', 'T2']) dispatcher.changed(teamId);
  await rig.clock.settle();
  expect(rig.dropped.flat()).toEqual(expect.arrayContaining(['inactive', 'unknown_team']));
});
