/** P1, second half: whatever still holds the token of a deactivated team, no request leaves the server with it. */
import type { WebClient } from '@slack/web-api';
import { expect, it } from 'vitest';
import type { BotServer } from '../src/index.ts';
import { answerHi, isRefused, isRequest, isSocketClosed, isSocketOpen, Scene } from './scene.test-kit.ts';

const HOUR_MS = 3_600_000;

/** A scene with Acme and Globex connected. */
async function withTwoTeams(setUp?: (context: BotServer) => void) {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }, { name: 'Globex' }] });
  await scene.start(setUp ? { setUp } : {});
  return { scene, acme: await scene.join('Acme'), globex: await scene.join('Globex') };
}

it('a client that a listener kept is stopped at the gate, and says why', async () => {
  const kept: WebClient[] = [];
  const { scene, acme, globex } = await withTwoTeams(({ bot }) => {
    bot.message('hi', async ({ client, say }) => {
      kept.push(client);
      await say('hello');
    });
  });
  await scene.greet('Acme');
  await scene.slack.fault({ kind: 'disable_integration', team: acme.id });
  await scene.until(isRefused('rtm.connect', 'account_inactive'));
  await scene.pass(5_000);
  const after = await scene.slack.lastSeq();
  await expect(kept[0]?.chat.postMessage({ channel: '#general', text: 'still here' })).rejects.toThrow(
    `Nothing is sent for ${acme.id}: the installation is inactive`,
  );
  await expect(kept[0]?.auth.test({ token: acme.botToken })).rejects.toThrow('the installation is inactive');
  await expect(scene.server.client(acme.id)).rejects.toMatchObject({ code: 'installation_not_active' });
  await (await scene.server.client(globex.id)).chat.postMessage({ channel: '#general', text: 'I am' });
  expect(await scene.usesOf(acme.botTokenId, after)).toEqual([]);
  expect(await scene.usesOf(globex.botTokenId, after)).toHaveLength(1);
});

it('a call that sleeps through its Retry-After is not sent again', async () => {
  const outcomes: unknown[] = [];
  const { scene, acme } = await withTwoTeams(({ bot }) => {
    bot.message('hi', async ({ say }) => {
      outcomes.push(await say('hello').catch((error: unknown) => error));
    });
  });
  const after = await scene.slack.lastSeq();
  await scene.slack.fault({ kind: 'rate_limit', team: acme.id, method: 'chat.postMessage', retryAfterSeconds: 20 });
  await scene.slack.say({ team: acme.id, to: 'bot', text: 'hi' });
  await scene.until(isRefused('chat.postMessage', 'ratelimited'), { after });
  await scene.slack.removeFaults();
  await scene.slack.fault({ kind: 'disable_integration', team: acme.id });
  await scene.until(isRefused('rtm.connect', 'account_inactive'), { after });
  await scene.pass(60_000, 1_000);
  expect(outcomes).toEqual([expect.objectContaining({ message: expect.stringContaining('Nothing is sent for') })]);
  const uses = await scene.usesOf(acme.botTokenId, after);
  expect(uses.map(({ method }) => method)).toEqual(['chat.postMessage', 'rtm.connect']);
});

it('a call that is about to be repeated after a 503 is not sent again', async () => {
  const { scene, acme } = await withTwoTeams();
  const client = await scene.server.client(acme.id);
  const after = await scene.slack.lastSeq();
  await scene.slack.fault({ kind: 'server_error', team: acme.id, method: 'users.list' });
  const outcome = client.users.list({}).catch((error: unknown) => error);
  await scene.until(isRequest('users.list'), { after });
  await scene.slack.fault({ kind: 'disable_integration', team: acme.id });
  const { seq } = await scene.until(isRefused('rtm.connect', 'account_inactive'), { after, stepMs: 10 });
  await scene.slack.removeFaults();
  await scene.pass(60_000, 1_000);
  expect(await outcome).toMatchObject({ message: expect.stringContaining('Nothing is sent for') });
  expect(await scene.usesOf(acme.botTokenId, seq)).toEqual([]);
});

it('a hook that wants to say goodbye cannot, and hurts nobody', async () => {
  const kept = new Map<string, WebClient>();
  const failures: string[] = [];
  const { scene, acme } = await withTwoTeams((context) => {
    answerHi(context);
    const { server } = context;
    server.on('started', async ({ teamId }) => kept.set(teamId, await server.client(teamId)));
    for (const name of ['deactivating', 'stopping', 'stopped', 'deactivated'] as const) {
      server.on(name, ({ teamId }) => kept.get(teamId)?.chat.postMessage({ channel: '#general', text: 'goodbye' }));
    }
    server.on('error', ({ where }) => failures.push(where));
  });
  const after = await scene.slack.lastSeq();
  await scene.slack.fault({ kind: 'disable_integration', team: acme.id });
  await scene.until(isRefused('rtm.connect', 'account_inactive'), { after });
  await scene.pass(5_000);
  expect(failures).toEqual(
    expect.arrayContaining(['hook deactivating', 'hook stopping', 'hook stopped', 'hook deactivated']),
  );
  const posts = (await scene.usesOf(acme.botTokenId, after)).filter(({ method }) => method === 'chat.postMessage');
  expect(posts).toEqual([]);
  await scene.greet('Globex');
});

it('events that waited behind a slow listener are not answered after the deactivation', async () => {
  const { promise: first, resolve: finishFirst } = Promise.withResolvers<void>();
  const { scene, acme } = await withTwoTeams(({ bot }) => {
    bot.message('slow', () => first);
    bot.message('hi', async ({ say }) => {
      await say('hello');
    });
  });
  await scene.slack.say({ team: acme.id, to: 'bot', text: 'slow' });
  await scene.slack.say({ team: acme.id, to: 'bot', text: 'hi' });
  await scene.slack.fault({ kind: 'disable_integration', team: acme.id });
  await scene.until(isRefused('rtm.connect', 'account_inactive'));
  const after = await scene.slack.lastSeq();
  finishFirst();
  await scene.pass(60_000, 1_000);
  expect(await scene.usesOf(acme.botTokenId, after)).toEqual([]);
});

it('nothing is sent for two days and after a restart, while the others go on', async () => {
  const { scene, acme, globex } = await withTwoTeams();
  await scene.slack.fault({ kind: 'revoke_token', team: acme.id });
  await scene.until(isRefused('rtm.connect', 'token_revoked'));
  await scene.pass(5_000);
  const after = await scene.slack.lastSeq();
  await scene.strideThrough(48 * HOUR_MS);
  await scene.stop();
  await scene.until(isSocketClosed(globex.id), { after });
  const restarted = await scene.slack.lastSeq();
  await scene.start();
  await scene.until(isSocketOpen(globex.id), { after: restarted });
  await scene.strideThrough(48 * HOUR_MS);
  expect(await scene.usesOf(acme.botTokenId, after)).toEqual([]);
  await scene.greet('Globex');
});

it('an answer that was on its way during the deactivation does no harm', async () => {
  const { scene, acme } = await withTwoTeams();
  const after = await scene.slack.lastSeq();
  const { id } = await scene.slack.fault({ kind: 'hold', team: acme.id, method: 'chat.postMessage', count: 1 });
  await scene.slack.say({ team: acme.id, to: 'bot', text: 'hi' });
  await scene.until(isRequest('chat.postMessage', 'request_held'), { after });
  await scene.slack.fault({ kind: 'disable_integration', team: acme.id });
  await scene.until(isRefused('rtm.connect', 'account_inactive'), { after });
  await scene.pass(2_000);
  const deactivated = await scene.slack.lastSeq();
  await scene.slack.release(id);
  await scene.until(isRequest('chat.postMessage'), { after: deactivated });
  await scene.strideThrough(HOUR_MS);
  expect(await scene.callsOf('rtm.connect', { after: deactivated, team: acme.id })).toEqual([]);
  expect(await scene.callsOf('auth.test', { after: deactivated, team: acme.id })).toEqual([]);
});
