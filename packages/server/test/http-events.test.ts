/**
 * P4 over HTTP: Slack's whole retry schedule against a server that is slow, full, failing or dead brings each event to the
 * listeners exactly once. Read from Slack: the tries it made, and what the bot posted.
 */
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkAppId } from '../src/store/identity-repository.ts';
import { openStorage } from '../src/wiring/create-storage.ts';
import { messageOf, openHttpScene, SIGNING_SECRET, startHttp, triesOf } from './http-scene.test-kit.ts';
import { answerHi, isPostIn, type Scene } from './scene.test-kit.ts';
import { ADMIN_TOKEN, linkTo, why } from './why-scene.test-kit.ts';

const general = { team: 'Acme', channel: 'general' };
const hello = { setUp: answerHi };

/** What the bot said in #general. */
async function answersIn(scene: Scene): Promise<string[]> {
  return (await scene.slack.messages(general)).filter(({ isBot }) => isBot).map(({ text }) => text);
}

/** Six minutes: the whole schedule, and time for a second answer that must not come. */
const passSchedule = (scene: Scene) => scene.strideThrough(420_000, 15_000);

describe('events over HTTP', () => {
  it('reach the listeners of their team', async () => {
    const { scene, acme, globex } = await openHttpScene(hello);
    await scene.greet('Acme');
    await scene.greet('Globex');
    const posts = await scene.callsOf('chat.postMessage');
    expect(posts.map(({ team, tokenId }) => [team, tokenId])).toEqual([
      [acme.id, acme.botTokenId],
      [globex.id, globex.botTokenId],
    ]);
  });

  it('are acknowledged before their listener ends', async () => {
    const release = Promise.withResolvers<void>();
    const { scene } = await openHttpScene({
      setUp: ({ bot }) => bot.message('wait', async ({ say }) => void (await release.promise, await say('done'))),
    });
    await scene.slack.say({ ...general, text: 'wait' });
    await scene.until(({ kind, event, ok }) => kind === 'delivery' && event === 'message' && ok === true);
    expect(await answersIn(scene)).toEqual([]);
    release.resolve();
    await messageOf(scene, general, 'done');
  });

  it('of another app are refused without a retry', async () => {
    const { scene, acme, appId } = await openHttpScene(hello);
    await scene.stop();
    await claimFor(scene, appId);
    await startHttp(scene, { adminToken: ADMIN_TOKEN });
    const place = { channel: 'C0WHY00001', ts: `${Math.floor(scene.clock.now() / 1_000)}.000100` };
    const answer = await post(scene, {
      type: 'event_callback',
      event_id: 'Ev1',
      team_id: acme.id,
      api_app_id: 'A0OTHER',
      event: { type: 'message', ...place },
    });
    expect(answer).toMatchObject({ status: 403, noRetry: '1' });
    expect(await why(scene, linkTo(place))).toMatchObject({
      outcome: 'refused',
      answer: expect.stringContaining('it is for another Slack app than the one of this database'),
    });
  });

  it('are not taken on the request URL when the transport is another one', async () => {
    const { scene } = await openHttpScene(hello);
    await scene.stop();
    await scene.start({ slackTransport: 'socket', slackAppToken: 'xapp-test-1', slackScopes: ['chat:write'] });
    expect(await post(scene, {})).toMatchObject({ status: 404 });
  });

  it('that Slack dropped are a warning in the log', async () => {
    const { scene, acme } = await openHttpScene(hello);
    expect(await post(scene, { type: 'app_rate_limited', team_id: acme.id, minute_rate_limited: 60 })).toMatchObject({
      status: 200,
    });
    expect(scene.logLines.filter((line) => line.includes('Slack dropped events of a team'))).toHaveLength(1);
  });
});

describe('the retry schedule', () => {
  it.each(['delivery_duplicate', 'drop_ack'] as const)('%s: the event is answered once', async (kind) => {
    const { scene } = await openHttpScene(hello);
    await scene.slack.fault({ kind, event: 'message' });
    await scene.greet('Acme');
    await passSchedule(scene);
    expect((await triesOf(scene, 'message')).length).toBeGreaterThan(1);
    expect(await scene.callsOf('chat.postMessage')).toHaveLength(1);
  });

  it('slow: what arrives after Slack gave up is answered once', async () => {
    const { scene } = await openHttpScene(hello);
    await scene.slack.fault({ kind: 'slow_delivery', event: 'message', delayMs: 4_000, count: 2 });
    await scene.slack.say({ ...general, text: 'hi' });
    await scene.until(isPostIn((await scene.installed('Acme')).id), { withinMs: 420_000 });
    await passSchedule(scene);
    const tries = await triesOf(scene, 'message');
    expect(tries.map(({ ok }) => ok)).toEqual([false, false, true]);
    expect(await scene.callsOf('chat.postMessage')).toHaveLength(1);
  });

  it('full: a store that takes nothing answers 503, tells it once, and the event comes again', async () => {
    const { scene, errors } = await openHttpScene({ ...hello, adminToken: ADMIN_TOKEN });
    const unlock = await lockStore(scene);
    const hi = await scene.slack.say({ ...general, text: 'hi' });
    await scene.until(({ kind, event, status }) => kind === 'delivery' && event === 'message' && status === 503);
    unlock();
    await scene.until(isPostIn((await scene.installed('Acme')).id), { withinMs: 420_000, stepMs: 5_000 });
    await passSchedule(scene);
    expect(await answersIn(scene)).toEqual(['hello']);
    expect(errors.filter(({ where }) => where === 'store')).toHaveLength(1);
    const { outcome, sentences } = await why(scene, linkTo(hi));
    expect(outcome).toBe('handled');
    expect(sentences.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(
        /^It could not be taken at .*: the database did not take it in time\. Slack was told to send/,
      ),
    );
  });

  it('dead: a server that comes back takes what Slack still tries', async () => {
    const { scene } = await openHttpScene(hello);
    const { port } = new URL(scene.url);
    await scene.stop();
    await scene.slack.say({ ...general, text: 'hi' });
    await scene.until(
      ({ kind, event, error }) => kind === 'delivery' && event === 'message' && error === 'connection_failed',
    );
    await startHttp(scene, { port: Number(port), ...hello });
    await scene.until(isPostIn((await scene.installed('Acme')).id), { withinMs: 420_000, stepMs: 5_000 });
    await passSchedule(scene);
    expect(await answersIn(scene)).toEqual(['hello']);
  });

  it('restarted between the event and its redelivery: it is still answered once', async () => {
    const { scene } = await openHttpScene(hello);
    await scene.slack.fault({ kind: 'drop_ack', event: 'message' });
    await scene.greet('Acme');
    await scene.until(({ kind, event, attempt }) => kind === 'delivery' && event === 'message' && attempt === 1);
    const { port } = new URL(scene.url);
    await scene.stop();
    await startHttp(scene, { port: Number(port), ...hello });
    await scene.slack.removeFaults();
    await passSchedule(scene);
    expect((await triesOf(scene, 'message')).map(({ ok }) => ok)).toEqual([false, false, true]);
    expect(await scene.callsOf('chat.postMessage')).toHaveLength(1);
  });
});

describe('lifecycle events', () => {
  it('reach the listeners although the team is gone by then', async () => {
    const seen = await aSink();
    const { scene, acme } = await openHttpScene({
      setUp: ({ bot }) => bot.event('app_uninstalled', async ({ context }) => seen.tell(String(context.teamId))),
    });
    await scene.slack.fault({ kind: 'remove_app', team: acme.id });
    await scene.until(({ kind, event, ok }) => kind === 'delivery' && event === 'app_uninstalled' && ok === true);
    await scene.pass(2_000);
    expect(seen.told).toEqual([acme.id]);
  });

  it('of a team that is inactive are still heard; its other events are acknowledged and dropped', async () => {
    const seen = await aSink();
    const { scene, acme } = await openHttpScene({
      setUp: ({ bot }) => {
        bot.event('tokens_revoked', async ({ event }) => seen.tell(String(event.tokens.bot?.[0])));
        bot.message(async () => seen.tell('a message'));
      },
    });
    await scene.slack.fault({ kind: 'disable_integration', team: acme.id });
    await scene.during(scene.server.client(acme.id).then((client) => client.auth.test().catch(() => {})));
    await scene.pass(5_000);
    expect(scene.server.status()).toMatchObject({ inactive: 1 });
    const callback = { type: 'event_callback', team_id: acme.id };
    const revoked = { ...callback, event_id: 'Ev1', event: { type: 'tokens_revoked', tokens: { bot: ['U1'] } } };
    expect(await post(scene, { ...callback, event_id: 'Ev2', event: { type: 'message', text: 'x' } })).toMatchObject({
      status: 200,
    });
    expect(await post(scene, revoked)).toMatchObject({ status: 200 });
    await scene.pass(1_000);
    expect(seen.told).toEqual(['U1']);
  });
});

/** As the first install through the button does. */
async function claimFor(scene: Scene, appId: string): Promise<void> {
  const storage = await openStorage({ databaseUrl: scene.databasePath }, { clock: scene.clock });
  await checkAppId(storage.store, appId);
  await storage.close();
}

/** Another connection holds the write lock of the database, as a stuck backup would. */
async function lockStore(scene: Scene): Promise<() => void> {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(scene.databasePath);
  database.exec('begin immediate');
  return () => {
    database.exec('rollback');
    database.close();
  };
}

async function post(scene: Scene, body: object): Promise<{ status: number; noRetry: string | null }> {
  const text = JSON.stringify(body);
  const timestamp = String(Math.floor(scene.clock.now() / 1_000));
  const digest = createHmac('sha256', SIGNING_SECRET).update(`v0:${timestamp}:${text}`).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${digest}`,
  };
  const answer = await scene.during(fetch(`${scene.url}/slack/events`, { method: 'POST', headers, body: text }));
  return { status: answer.status, noRetry: answer.headers.get('x-slack-no-retry') };
}

/** A place outside the bot where a listener without a token can leave a word: real HTTP, like everything it could reach. */
async function aSink(): Promise<{ told: string[]; tell(word: string): Promise<void> }> {
  const told: string[] = [];
  const server = createServer((request, response) => {
    told.push(decodeURIComponent((request.url ?? '').slice(1)));
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { told, tell: async (word) => void (await fetch(`http://127.0.0.1:${port}/${encodeURIComponent(word)}`)) };
}
