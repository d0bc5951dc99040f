/** The exchange of long-lived tokens on real stores, with Slack's answers scripted; from end to end in test/cli-exchange.test.ts. */
import { describe, expect, it } from 'vitest';
import { BotServerError } from '../errors.ts';
import type { SlackAnswer } from '../slack/web-api.ts';
import { engines, openTestStore } from '../store/store-fixture.test-kit.ts';
import { createExchangeStore } from '../team/exchange-repository.ts';
import { createInstallationRepository } from '../team/installation-repository.ts';
import { createPairStore } from '../team/refresh-repository.ts';
import { TestClock } from '../time/test-clock.ts';
import { createVault } from './sealing.ts';
import { createTokenExchange, type ExchangeDelay } from './token-exchange.ts';

const BOT = { key: 'T1', kind: 'bot', userId: '' } as const;
const ANN = { key: 'T1', kind: 'user', userId: 'UANN' } as const;

function aPair(name: string, changes: Record<string, unknown> = {}): SlackAnswer {
  const body = { ok: true, access_token: `xoxe.xoxb-1-${name}`, refresh_token: `xoxe-1-${name}`, expires_in: 43_200 };
  return { kind: 'ok', body: { ...body, ...changes } };
}

const refusal = (code: string): SlackAnswer => ({ kind: 'error', code, body: {} });
const silence: SlackAnswer = { kind: 'failed', reason: 'timeout', isOverload: false };

describe.each(engines)('the exchange of a token on %s', (engine) => {
  async function aWorld(...answers: SlackAnswer[]) {
    const clock = new TestClock(1_000_000);
    const store = await openTestStore({ engine, clock });
    const context = { store, vault: createVault([new Uint8Array(32).fill(7)]), clock };
    const installations = createInstallationRepository(context);
    const exchangeStore = createExchangeStore(context);
    const pairs = { ...createPairStore(context), ...exchangeStore };
    const install = (token: string, key = 'T1') =>
      installations.recordInstall({
        key,
        isEnterprise: false,
        appId: 'A1',
        bot: { token, scopes: ['chat:write'], expiresAtMs: null },
        users: [{ userId: 'UANN', token: `xoxp-${key}-ann`, scopes: ['users:read'], expiresAtMs: null }],
        team: null,
      });
    await install('xoxb-old');
    const sent: { token: string; atMs: number }[] = [];
    const delays: ExchangeDelay[] = [];
    const world = {
      clock,
      installations,
      install,
      pairs,
      sent,
      delays,
      /** Happens while Slack answers. */
      meanwhile: async () => {},
      checkStore: async () => {},
    };
    const exchange = createTokenExchange({
      pairs: {
        find: (owner) => pairs.find(owner),
        exchange: (owner, used, granted) => world.pairs.exchange(owner, used, granted),
      },
      exchange: async (token) => {
        sent.push({ token, atMs: clock.now() });
        await world.meanwhile();
        return answers.shift() ?? aPair(`n${sent.length}`);
      },
      checkStore: () => world.checkStore(),
      onDelay: (delay) => delays.push(delay),
      clock,
    });
    const run = async <T>(work: Promise<T>, ms = 60_000) => {
      work.catch(() => {});
      await clock.advance(ms);
      return await work;
    };
    return Object.assign(world, { exchange, run });
  }

  it('stores the pair as the next refresh of the installation, with its end, its scopes and a line in the timeline', async () => {
    const { exchange, installations, pairs, clock } = await aWorld(aPair('new', { scope: '' }));
    const expiresAtMs = clock.now() + 43_200_000;
    expect(await exchange(BOT)).toEqual({ kind: 'exchanged', expiresAtMs });
    const version = { install: 1, refresh: 1 };
    expect((await installations.find('T1'))?.installation).toMatchObject({ version, changedSeq: 2 });
    const { bot, users } = await installations.credentials('T1');
    expect(bot).toMatchObject({ token: 'xoxe.xoxb-1-new', scopes: ['chat:write'], expiresAtMs, version });
    expect(users).toMatchObject([{ token: 'xoxp-T1-ann', version }]);
    expect(await pairs.find(BOT)).toMatchObject({ refreshToken: 'xoxe-1-new' });
    expect(await installations.timeline('T1')).toMatchObject([
      { kind: 'token_exchanged', facts: { kind: 'bot' } },
      { kind: 'installed' },
    ]);
  });

  it('asks for nothing when the token rotates, is gone, or is of an installation that is not active', async () => {
    const { exchange, installations, sent, run } = await aWorld();
    expect((await exchange(BOT)).kind).toBe('exchanged');
    expect(await run(exchange(BOT))).toEqual({ kind: 'rotates' });
    expect(await run(exchange({ ...ANN, userId: 'UNOBODY' }))).toEqual({ kind: 'gone' });
    const expected = { version: { install: 1, refresh: 1 }, from: 'active' } as const;
    const inactive = { kind: 'inactive', reason: 'operator', sinceMs: 1 } as const;
    await installations.compareAndSetState('T1', expected, inactive, { kind: 'verdict', facts: {} });
    expect(await run(exchange(ANN))).toEqual({ kind: 'gone' });
    expect(sent).toHaveLength(1);
  });

  it('leaves a newer token alone that was stored while Slack answered', async () => {
    const world = await aWorld();
    world.meanwhile = async () => void (await world.install('xoxb-newer'));
    expect(await world.exchange(BOT)).toEqual({ kind: 'replaced' });
    expect(await world.installations.botCredential('T1')).toMatchObject({
      token: 'xoxb-newer',
      expiresAtMs: null,
      version: { install: 2, refresh: 0 },
    });
  });

  it.each(['a re-install that gave the same token', 'the exchange of another token'])(
    'keeps the pair beside %s',
    async (what) => {
      const world = await aWorld();
      world.meanwhile = async () => {
        if (what.startsWith('a re-install')) await world.install('xoxb-old');
        else await world.pairs.exchange(ANN, 'xoxp-T1-ann', { ...aToken('ann'), token: 'xoxe.xoxp-1-ann' });
      };
      expect((await world.exchange(BOT)).kind).toBe('exchanged');
      expect((await world.installations.botCredential('T1'))?.token).toBe('xoxe.xoxb-1-n1');
    },
  );

  it('spends no token on a store that cannot be written', async () => {
    const world = await aWorld();
    world.checkStore = async () => {
      throw new BotServerError('store_unavailable', 'disk full');
    };
    await expect(world.exchange(BOT)).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(world.sent).toEqual([]);
  });

  it('holds a pair in hand until the store takes it, also when it is asked to end', async () => {
    const world = await aWorld();
    const { pairs } = world;
    let failures = 3;
    world.pairs = {
      ...pairs,
      exchange: async (...args) => {
        if (failures-- > 0) throw new BotServerError('store_unavailable', 'busy');
        return await pairs.exchange(...args);
      },
    };
    const stopping = new AbortController();
    world.meanwhile = async () => stopping.abort(new Error('asked to end'));
    expect((await world.run(world.exchange(BOT, stopping.signal))).kind).toBe('exchanged');
    expect(world.delays.map(({ why }) => why)).toEqual(['not_stored', 'not_stored', 'not_stored']);
    expect(world.sent).toHaveLength(1);
    expect((await world.installations.botCredential('T1'))?.token).toBe('xoxe.xoxb-1-n1');
    await expect(world.exchange(ANN, stopping.signal)).rejects.toThrow('asked to end');
  });

  it.each([[[silence, silence]], [[refusal('internal_error'), silence]]])(
    'asks again when no answer comes (%#)',
    async (answers) => {
      const { exchange, run, sent, delays } = await aWorld(...answers);
      expect((await run(exchange(BOT))).kind).toBe('exchanged');
      expect(sent).toHaveLength(3);
      expect(delays.map(({ waitMs }) => waitMs)).toEqual([2_000, 4_000]);
    },
  );

  it('ends the run after three tries without an answer: each may have cost a pair', async () => {
    const { exchange, run, sent } = await aWorld(silence, silence, silence);
    await expect(run(exchange(BOT))).rejects.toMatchObject({ code: 'slack_unreachable', facts: { key: 'T1' } });
    expect(sent).toHaveLength(3);
  });

  it('waits as long as Slack asks, and is at most fifty a minute otherwise', async () => {
    const { exchange, run, sent, install, clock } = await aWorld({ kind: 'limited', retryAfterMs: 30_000 });
    await install('xoxb-two', 'T2');
    const startMs = clock.now();
    const all = async () => {
      for (const owner of [BOT, ANN, { ...BOT, key: 'T2' }, { ...ANN, key: 'T2' }]) await exchange(owner);
    };
    await run(all());
    expect(sent.map(({ atMs }) => atMs - startMs)).toEqual([0, 30_000, 31_200, 32_400, 33_600]);
  });

  it('waits a while too when Slack limits it with nothing to wait', async () => {
    const { exchange, run, sent, clock } = await aWorld({ kind: 'limited', retryAfterMs: 0 });
    const startMs = clock.now();
    await run(exchange(BOT));
    expect(sent.map(({ atMs }) => atMs - startMs)).toEqual([0, 2_000]);
  });

  it.each(['token_rotation_not_enabled', 'bad_client_secret', 'invalid_client_id'])(
    'ends the run when Slack says %s, which is true for all tokens',
    async (code) => {
      const { exchange } = await aWorld(refusal(code));
      await expect(exchange(BOT)).rejects.toMatchObject({ code: 'exchange_refused', facts: { slackError: code } });
    },
  );

  it.each(['token_already_exchanged', 'authorization_not_found', 'invalid_token', 'a_new_code'])(
    'says when Slack does not exchange a token (%s), and leaves it as it is',
    async (code) => {
      const { exchange, installations } = await aWorld(refusal(code));
      expect(await exchange(BOT)).toEqual({ kind: 'refused', slackError: code });
      expect(await installations.botCredential('T1')).toMatchObject({
        token: 'xoxb-old',
        version: { install: 1, refresh: 0 },
      });
    },
  );

  it('takes token_already_exchanged for success when another run stored the pair meanwhile', async () => {
    const world = await aWorld(refusal('token_already_exchanged'));
    world.meanwhile = async () => void (await world.pairs.exchange(BOT, 'xoxb-old', aToken('theirs')));
    expect(await world.exchange(BOT)).toEqual({ kind: 'rotates' });
    expect((await world.installations.botCredential('T1'))?.token).toBe('xoxe.xoxb-1-theirs');
  });

  it.each([
    { refresh_token: undefined },
    { access_token: undefined },
    { access_token: 'xoxe.xoxp-1-a-persons' },
    { token_type: 'user' },
  ])('takes an answer for no pair that lacks a part (%j)', async (changes) => {
    const { exchange, installations } = await aWorld(aPair('odd', changes));
    expect(await exchange(BOT)).toEqual({ kind: 'refused', slackError: 'malformed_answer' });
    expect((await installations.botCredential('T1'))?.token).toBe('xoxb-old');
  });

  it('gives a pair twelve hours when Slack does not say how long it lives', async () => {
    const { exchange, clock } = await aWorld(aPair('new', { expires_in: undefined }));
    expect(await exchange(BOT)).toEqual({ kind: 'exchanged', expiresAtMs: clock.now() + 43_200_000 });
  });

  it('finds what does not rotate, of active installations, in pages', async () => {
    const { pairs, install, exchange } = await aWorld();
    await install('xoxb-two', 'T2');
    await exchange(BOT);
    expect(await pairs.countLongLived()).toBe(3);
    expect(await pairs.countLongLived('T1')).toBe(1);
    const first = await pairs.longLived({ limit: 2 });
    expect(first).toEqual([ANN, { ...BOT, key: 'T2' }]);
    expect(await pairs.longLived({ limit: 2, after: first[1] })).toEqual([{ ...ANN, key: 'T2' }]);
    expect(await pairs.longLived({ limit: 2, key: 'T1' })).toEqual([ANN]);
  });
});

function aToken(name: string) {
  return { token: `xoxe.xoxb-1-${name}`, scopes: [], expiresAtMs: 99, refreshToken: `xoxe-1-${name}` };
}
