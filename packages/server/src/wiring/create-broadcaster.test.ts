/** What a broadcast asks of Slack for each team, and what it makes of the answers. */
import { expect, it, onTestFinished } from 'vitest';
import { countPosts, createBroadcast, listPosts } from '../broadcast/broadcast-repository.ts';
import { aWorld, begin, isDone, SECOND_MS, until } from '../broadcast/broadcaster.test-kit.ts';
import type { Standing } from '../installation/standing.ts';
import type { SlackAnswer } from '../slack/web-api.ts';
import { createBroadcaster } from './create-broadcaster.ts';

it('posts with the token of each team, waits as long as Slack limits one, and skips who has left', async () => {
  const world = await aWorld('sqlite', 5);
  const id = await begin(world);
  const posted: SlackAnswer = { kind: 'ok', body: { ok: true, channel: 'C1', ts: '1.1' } };
  const answers = new Map<string, SlackAnswer[]>([
    ['T00', [{ kind: 'limited', retryAfterMs: 60 * SECOND_MS }]],
    ['T01', [{ kind: 'error', code: 'channel_not_found', body: {} }]],
    ['T02', [{ kind: 'failed', reason: 'timeout', isOverload: false }]],
  ]);
  const standings = new Map<string, Standing>([['T03', { kind: 'gone', why: 'inactive' }]]);
  const calls: { token: string; args: object; atMs: number }[] = [];
  const log = { info: () => {}, warn: () => {} };
  const broadcaster = createBroadcaster({
    storage: { store: world.store },
    ownership: { nodeId: 'n1', state: 'owning', owns: () => true },
    turnsOf: () => undefined,
    // T04 went between its turn and its post, as its token did.
    roster: {
      actorOf: (teamId: string) => (teamId === 'T04' ? undefined : { botToken: `xoxb-test-${teamId}`, teamId }),
    },
    standingOf: (teamId: string) => standings.get(teamId) ?? { kind: 'acting' },
    callSlack: (method: string, { token = '', args = {} }: { token?: string; args?: object }) => {
      expect(method).toBe('chat.postMessage');
      calls.push({ token, args, atMs: world.clock.now() });
      if (calls.length > 2) standings.set('T04', { kind: 'gone', why: 'inactive' });
      return Promise.resolve(answers.get(token.slice(-3))?.shift() ?? posted);
    },
    clock: world.clock,
    log,
  } as never);
  broadcaster.start();
  onTestFinished(() => broadcaster.stop());
  await until(world, isDone(world, id));
  const atMs = (team: string) => calls.filter(({ token }) => token.endsWith(team)).map((call) => call.atMs);
  expect(calls[0]).toMatchObject({ token: 'xoxb-test-T00', args: { channel: '#general', text: 'hi', team_id: 'T00' } });
  const [first = 0, second = 0] = atMs('T00');
  expect(second - first).toBeGreaterThanOrEqual(60 * SECOND_MS);
  expect([atMs('T01').length, atMs('T02').length, atMs('T03').length]).toEqual([1, 2, 0]);
  expect(await countPosts(world.store, id)).toMatchObject({ sent: 2, failed: 1, skipped: 2 });
  const of = async (state: 'failed' | 'skipped') =>
    (await listPosts(world.store, id, { state, afterTeam: '', limit: 9 })).map(({ teamId, error }) => [teamId, error]);
  expect([await of('failed'), await of('skipped')]).toEqual([
    [['T01', 'channel_not_found']],
    [
      ['T03', 'inactive'],
      ['T04', 'inactive'],
    ],
  ]);
});

it('knows what was posted, also where the answer does not say which message', async () => {
  const world = await aWorld('sqlite', 1);
  const id = await begin(world);
  const broadcaster = createBroadcaster({
    storage: { store: world.store },
    ownership: { nodeId: 'n1', state: 'owning', owns: () => true },
    turnsOf: () => undefined,
    roster: { actorOf: (teamId: string) => ({ botToken: 'xoxb-test-1', teamId }) },
    standingOf: () => ({ kind: 'acting' }),
    callSlack: () => Promise.resolve({ kind: 'ok', body: { ok: true } }),
    clock: world.clock,
    log: { info: () => {}, warn: () => {} },
  } as never);
  broadcaster.start();
  onTestFinished(() => broadcaster.stop());
  await until(world, isDone(world, id));
  expect(await listPosts(world.store, id, { afterTeam: '', limit: 9 })).toMatchObject([
    { state: 'sent', attempts: 1, channel: null, ts: null },
  ]);
});

it('goes on five seconds after Slack did not answer one, holds up no other team for one that is limited, and sends blocks as JSON', async () => {
  const world = await aWorld('sqlite', 4);
  const blocks = [{ type: 'divider' }];
  const asked = {
    message: { blocks },
    query: { to: '#general' },
    perMinute: 6_000,
    who: 'test:ann',
    askedAtMs: world.clock.now(),
  };
  const { id } = await createBroadcast(world.store, asked);
  const first = new Map<string, SlackAnswer>([
    ['T00', { kind: 'limited', retryAfterMs: 60 * SECOND_MS }],
    ['T01', { kind: 'failed', reason: 'timeout', isOverload: false }],
  ]);
  const standings = new Map<string, Standing>([
    ['T02', { kind: 'awaiting', what: 'token' }],
    ['T03', { kind: 'paused', why: 'in_doubt' }],
  ]);
  const calls: { team: string; args: object; atMs: number }[] = [];
  const broadcaster = createBroadcaster({
    storage: { store: world.store },
    ownership: { nodeId: 'n1', state: 'owning', owns: () => true },
    turnsOf: () => undefined,
    roster: { actorOf: (teamId: string) => ({ botToken: `xoxb-test-${teamId}`, teamId: null }) },
    standingOf: (teamId: string) => standings.get(teamId) ?? { kind: 'acting' },
    callSlack: (_method: string, { token = '', args = {} }: { token?: string; args?: object }) => {
      const team = token.slice(-3);
      calls.push({ team, args, atMs: world.clock.now() });
      const answer = first.get(team) ?? { kind: 'ok', body: { ok: true, channel: 'C1', ts: '1.1' } };
      first.delete(team);
      return Promise.resolve(answer);
    },
    clock: world.clock,
    log: { info: () => {}, warn: () => {} },
  } as never);
  broadcaster.start();
  onTestFinished(() => broadcaster.stop());
  await until(world, () => expect(calls.map(({ team }) => team)).toEqual(['T00', 'T01', 'T01']));
  const [limited, unanswered, again] = calls.map(({ atMs }) => atMs);
  expect((unanswered ?? 0) - (limited ?? 0)).toBeLessThan(SECOND_MS);
  expect((again ?? 0) - (unanswered ?? 0)).toBeGreaterThanOrEqual(5 * SECOND_MS);
  expect(calls[0]?.args).toEqual({ channel: '#general', blocks: JSON.stringify(blocks) });
  // Who is awaited or paused has neither been posted to nor skipped.
  expect(await countPosts(world.store, id)).toMatchObject({ sent: 1, waiting: 3 });
  standings.clear();
  await until(world, isDone(world, id));
  expect(await countPosts(world.store, id)).toMatchObject({ sent: 4 });
});
