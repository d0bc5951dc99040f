import { beforeEach, describe, expect, it } from 'vitest';
import { BotServerError } from '../errors.ts';
import { TestClock } from '../time/test-clock.ts';
import { Hooks } from './hooks.ts';

let clock: TestClock;
let hooks: Hooks;
const asking = {
  teamId: 'T1',
  teamName: 'Acme',
  enterpriseId: null,
  appId: null,
  botUserId: null,
  userId: 'U1',
  scopes: ['bot'],
  intent: 'install',
} as const;

beforeEach(() => {
  clock = new TestClock(0);
  hooks = new Hooks({ clock, log: { error() {} } });
});

describe('hooks', () => {
  it('run although an earlier one threw, rejected or never settles', async () => {
    const told: string[] = [];
    hooks.on('deactivated', () => {
      throw new Error('thrown');
    });
    hooks.on('deactivated', () => Promise.reject(new Error('rejected')));
    hooks.on('deactivated', () => new Promise(() => {}));
    hooks.on('deactivated', ({ teamId }) => told.push(teamId));
    const done = hooks.emit('deactivated', { teamId: 'T1', enterpriseId: null, reason: 'account_inactive' });
    await clock.advance(10_000);
    await done;
    expect(told).toEqual(['T1']);
  });

  it('get an error of ours whose cause is itself, or that is frozen', async () => {
    const errors: unknown[] = [];
    hooks.on('error', ({ error }) => errors.push(error));
    const circular = new BotServerError('usage', 'of itself');
    circular.cause = circular;
    const frozen = new BotServerError('usage', 'frozen');
    Object.freeze(frozen);
    for (const error of [circular, frozen]) await hooks.emit('error', { teamId: 'T1', where: 'listener', error });
    expect(errors).toEqual([circular, frozen]);
  });

  it('tell failures as errors, and a failing error hook only once', async () => {
    const errors: string[] = [];
    hooks.on('started', () => Promise.reject(new Error('broken')));
    hooks.on('error', ({ where, teamId, error }) => {
      errors.push(`${where} ${teamId} ${error.code}`);
      throw new Error('broken, too');
    });
    await hooks.emit('started', { teamId: 'T1' });
    await hooks.settled();
    expect(errors).toEqual(['hook started T1 hook_failed']);
  });

  it('that hang for every error of a team hold neither up other teams nor an incident, and do not pile up', async () => {
    const told: string[] = [];
    let errors = 0;
    hooks.on('error', () => (errors++, new Promise(() => {})));
    hooks.on('started', ({ teamId }) => told.push(teamId));
    hooks.on('incident', () => told.push('incident'));
    const error = new BotServerError('listener_failed', 'broken');
    for (let index = 0; index < 1_000; index++) {
      for (const teamId of ['TBAD1', 'TBAD2', null]) void hooks.emit('error', { teamId, where: 'listener', error });
    }
    await hooks.emit('started', { teamId: 'TGOOD' });
    await hooks.emit('incident', { isOn: true });
    expect(told).toEqual(['TGOOD', 'incident']);
    void hooks.emit('started', { teamId: 'TBAD1' });
    // A hundred errors, ten seconds each.
    await clock.advance(1_000_000);
    expect(told).toEqual(['TGOOD', 'incident', 'TBAD1']);
    expect(errors).toBe(300);
  });

  it('of one team run in the order of what happened, also when the first is slow', async () => {
    const told: string[] = [];
    const { promise: slow, resolve } = Promise.withResolvers<void>();
    hooks.on('starting', () => slow.then(() => told.push('starting')));
    hooks.on('started', () => told.push('started'));
    void hooks.emit('starting', { teamId: 'T1' });
    void hooks.emit('started', { teamId: 'T1' });
    resolve();
    await hooks.settled();
    expect(told).toEqual(['starting', 'started']);
  });

  it('of another team do not wait', async () => {
    const told: string[] = [];
    hooks.on('started', ({ teamId }) => (teamId === 'T1' ? new Promise(() => {}) : void told.push(teamId)));
    void hooks.emit('started', { teamId: 'T1' });
    await hooks.emit('started', { teamId: 'T2' });
    expect(told).toEqual(['T2']);
    await clock.advance(10_000);
  });

  it('can refuse an install with a word for the person', async () => {
    hooks.on('installing', ({ teamName }) => (teamName === 'Acme' ? { veto: 'Acme is full' } : undefined));
    expect(await hooks.mayInstall(asking)).toEqual({ allowed: false, message: 'Acme is full' });
    expect(await hooks.mayInstall({ ...asking, teamName: 'Globex' })).toEqual({ allowed: true });
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no database');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no database'))],
    ['never settles', () => new Promise<never>(() => {})],
  ])('refuse an install when one %s', async (_how, hook) => {
    hooks.on('installing', hook);
    const answer = hooks.mayInstall(asking);
    await clock.advance(10_000);
    expect(await answer).toEqual({ allowed: false, message: null });
  });

  it('can keep a team that is to be purged, as they can refuse an install', async () => {
    const about = { teamId: 'T1', reason: 'account_inactive', sinceMs: 1, by: 'age' } as const;
    expect(await hooks.mayPurge(about)).toEqual({ allowed: true });
    hooks.on('purging', ({ teamId }) => (teamId === 'T1' ? { veto: 'they still owe us' } : undefined));
    expect(await hooks.mayPurge(about)).toEqual({ allowed: false, message: 'they still owe us' });
    hooks.on('purging', () => Promise.reject(new Error('no database')));
    expect(await hooks.mayPurge({ ...about, teamId: 'T2' })).toEqual({ allowed: false, message: null });
  });

  it('can be removed', async () => {
    const told: string[] = [];
    const remove = hooks.on('started', ({ teamId }) => told.push(teamId));
    remove();
    await hooks.emit('started', { teamId: 'T1' });
    expect(told).toEqual([]);
  });
});
