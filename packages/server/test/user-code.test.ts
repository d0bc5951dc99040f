/** P8: user code cannot take the server down. Whatever listeners and hooks do, every team is answered, and the failure is told. */
import { describe, expect, it } from 'vitest';
import type { BotServerError } from '../src/index.ts';
import { answerHi, isPostIn, isRefused, Scene, type StartOptions } from './scene.test-kit.ts';

interface Told {
  teamId: string | null;
  where: string;
  error: BotServerError;
}

/** Acme and Globex connected; the `error` hook as it was told. */
async function withTwoTeams(setUp: NonNullable<StartOptions['setUp']>, options: StartOptions = {}) {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }, { name: 'Globex' }] });
  const errors: Told[] = [];
  await scene.start({
    ...options,
    setUp(context) {
      context.server.on('error', (told) => errors.push(told));
      setUp(context);
      answerHi(context);
    },
  });
  return { scene, errors, acme: await scene.join('Acme'), globex: await scene.join('Globex') };
}

const thrown = new Error('the listener broke');

describe('a listener', () => {
  it.each<[string, () => Promise<void>]>([
    [
      'that throws',
      () => {
        throw thrown;
      },
    ],
    ['that rejects', () => Promise.reject(thrown)],
  ])('%s is reported with its team, and everybody is still answered', async (_name, fail) => {
    const { scene, errors, acme } = await withTwoTeams(({ bot }) => bot.message('crash', fail));
    await scene.slack.say({ team: acme.id, to: 'bot', text: 'crash' });
    await scene.greet('Acme');
    await scene.greet('Globex');
    expect(errors).toMatchObject([{ teamId: acme.id, where: 'listener', error: { code: 'listener_failed' } }]);
    expect(rootOf(errors[0]?.error)).toBe(thrown);
    expect(scene.logLines.filter((line) => line.includes('event failed'))).toHaveLength(1);
  });

  it('that throws is reported although the author’s own error handler swallows it', async () => {
    const { scene, errors, acme } = await withTwoTeams(({ bot }) => {
      bot.message('crash', () => Promise.reject(thrown));
      bot.error(() => Promise.resolve());
    });
    await scene.slack.say({ team: acme.id, to: 'bot', text: 'crash' });
    await scene.greet('Acme');
    expect(errors).toMatchObject([{ teamId: acme.id, where: 'listener' }]);
  });

  it('that never settles frees its place after five minutes and is reported', async () => {
    const { scene, errors, acme } = await withTwoTeams(({ bot }) => bot.message('wait', () => new Promise(() => {})));
    await scene.slack.say({ team: acme.id, to: 'bot', text: 'wait' });
    await scene.greet('Globex');
    await scene.greet('Acme');
    expect(errors).toEqual([]);
    await scene.pass(301_000, 1_000);
    expect(errors).toMatchObject([{ teamId: acme.id, where: 'listener', error: { code: 'handler_timed_out' } }]);
  });

  it('that never settles holds up the server’s stop for the grace period only', async () => {
    const { scene, acme } = await withTwoTeams(({ bot }) => bot.message('wait', () => new Promise(() => {})));
    await scene.slack.say({ team: acme.id, to: 'bot', text: 'wait' });
    await scene.greet('Globex');
    expect(await scene.during(scene.server.stop({ graceMs: 1_000 }))).toEqual({ unfinished: 1 });
  });
});

describe('a hook', () => {
  const failures: [string, () => unknown, string][] = [
    [
      'throws',
      () => {
        throw thrown;
      },
      'hook_failed',
    ],
    ['rejects', () => Promise.reject(thrown), 'hook_failed'],
    ['never settles', () => new Promise(() => {}), 'handler_timed_out'],
  ];

  it.each(failures)(
    'that %s hinders neither booting, connecting, deactivating nor registering',
    async (_name, fail, code) => {
      const { scene, errors, acme } = await withTwoTeams(
        ({ server }) => {
          for (const name of [
            'booting',
            'booted',
            'installed',
            'starting',
            'started',
            'reconnecting',
            'gap',
            'stopping',
            'stopped',
            'deactivating',
            'deactivated',
            'reinstalled',
            'reactivated',
          ] as const)
            server.on(name, fail);
        },
        { hooks: { hookTimeoutMs: 100 } },
      );
      await scene.slack.fault({ kind: 'disable_integration', team: acme.id });
      await scene.until(isRefused('rtm.connect', 'account_inactive'));
      await scene.pass(5_000);
      await scene.join('Acme');
      await scene.greet('Acme');
      await scene.greet('Globex');
      await scene.pass(2_000);
      const hooks = new Set(errors.map(({ where }) => where));
      expect([...hooks].toSorted()).toEqual([
        'hook booted',
        'hook booting',
        'hook deactivated',
        'hook deactivating',
        'hook installed',
        'hook reactivated',
        'hook reconnecting',
        'hook reinstalled',
        'hook started',
        'hook starting',
        'hook stopped',
        'hook stopping',
      ]);
      expect(new Set(errors.map(({ error }) => error.code))).toEqual(new Set([code]));
    },
  );

  it('for errors that fails itself is logged and not told of itself', async () => {
    const { scene, errors, acme } = await withTwoTeams(({ bot, server }) => {
      server.on('error', () => {
        throw thrown;
      });
      bot.message('crash', () => Promise.reject(thrown));
    });
    await scene.slack.say({ team: acme.id, to: 'bot', text: 'crash' });
    await scene.slack.waitForLog(isPostIn(acme.id), { after: (await scene.greet('Acme')).seq - 1 });
    expect(errors).toHaveLength(1);
    expect(scene.logLines.filter((line) => line.includes('hook failed'))).toHaveLength(1);
  });
});

function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? rootOf(error.cause) : error;
}
