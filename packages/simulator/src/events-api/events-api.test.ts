import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, AppServer, accept, fail, hang } from '../../test/support/app-server.ts';
import { call, installedSimulator } from '../../test/support/slack.ts';

const SECRET = '00112233445566778899aabbccddeeff';

const appSeed = (app: AppServer) => ({
  kind: 'granular' as const,
  signingSecret: SECRET,
  requestUrl: app.url,
  botScopes: ['channels:history', 'channels:read', 'app_mentions:read', 'chat:write'],
  eventSubscriptions: ['message.channels', 'app_mention', 'app_uninstalled', 'tokens_revoked'],
});

let app: AppServer;
let slack: Awaited<ReturnType<typeof installedSimulator>>;
beforeEach(async () => {
  app = await AppServer.start();
  slack = await installedSimulator({ app: appSeed(app), clock: { mode: 'manual', startMs: 1_795_400_000_000 } });
});
afterEach(async () => {
  await slack.stop();
  await app[Symbol.asyncDispose]();
});

const say = (text: string, channel = 'general') => slack.control.say({ team: 'Acme', channel, text });
const tries = (event: string) => slack.control.deliveries({ event });

describe('an event over HTTP', () => {
  it('carries a signature of its raw body', async () => {
    await say('hello – ünïcode');
    const { headers, raw } = await app.request(({ body }) => body.type === 'event_callback');
    const stamp = String(headers['x-slack-request-timestamp']);
    expect(stamp).toBe('1795400000');
    const expected = `v0=${createHmac('sha256', SECRET).update(`v0:${stamp}:${raw}`).digest('hex')}`;
    expect(headers['x-slack-signature']).toBe(expected);
    expect(headers['content-type']).toBe('application/json');
    expect(headers['x-slack-retry-num']).toBeUndefined();
  });

  it('arrives in the envelope that Slack documents', async () => {
    await say('hello');
    const { body } = await app.request(() => true);
    expect(Object.keys(body).sort()).toEqual([
      'api_app_id',
      'authorizations',
      'context_enterprise_id',
      'context_team_id',
      'event',
      'event_context',
      'event_id',
      'event_time',
      'is_ext_shared_channel',
      'team_id',
      'token',
      'type',
    ]);
    expect(body).toMatchObject({
      team_id: slack.acme.team,
      context_team_id: slack.acme.team,
      context_enterprise_id: null,
      api_app_id: slack.acme.app,
      type: 'event_callback',
      event_time: 1_795_400_000,
      authorizations: [
        {
          enterprise_id: null,
          team_id: slack.acme.team,
          user_id: slack.acme.botUserId,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
    });
    expect(body.event_id).toMatch(/^Ev/);
  });

  it('comes as message and as app_mention when the bot is mentioned', async () => {
    await say(`<@${slack.acme.botUserId}> hi`);
    const mention = await app.event(({ type }) => type === 'app_mention');
    // Recorded in vercel/chat, packages/adapter-slack/sample-messages.md: the message has them, its mention does not.
    const { body } = await app.request(
      ({ body: { event } }) => (event as { type?: string } | undefined)?.type === 'app_mention',
    );
    for (const key of ['context_team_id', 'context_enterprise_id']) expect(body).not.toHaveProperty(key);
    const message = await app.event(({ type }) => type === 'message');
    expect(mention.ts).toBe(message.ts);
    expect(message).toMatchObject({ channel_type: 'channel' });
    expect(new Set(app.arrived.map(({ body }) => body.event_id)).size).toBe(2);
  });

  it('is not sent where the bot is not a member, nor without the subscription or the scope', async () => {
    await say('unseen', 'random');
    await slack.control.updateApp(slack.acme.app, { eventSubscriptions: ['reaction_added', 'app_uninstalled'] });
    await say('not subscribed');
    await slack.control.updateApp(slack.acme.app, { eventSubscriptions: ['message.channels'] });
    await say('seen');
    await app.event(({ text }) => text === 'seen');
    expect(app.events.map(({ text }) => text)).toEqual(['seen']);
  });

  it('names its app and team to apps.event.authorizations.list', async () => {
    await say('hello');
    const { body } = await app.request(() => true);
    const appLevelToken = (await slack.control.apps()).map((one) => one.appLevelToken).join('');
    const answer = await call(slack, 'apps.event.authorizations.list', appLevelToken, {
      event_context: String(body.event_context),
    });
    expect(answer).toMatchObject({ ok: true, authorizations: body.authorizations });
    const wrong = await call(slack, 'apps.event.authorizations.list', appLevelToken, { event_context: 'nonsense' });
    expect(wrong.error).toBe('invalid_event_context');
  });
});

describe('an event that is not acknowledged', () => {
  it('is tried again at once, after a minute and after five, with the reason', async () => {
    app.answer = fail;
    await say('hello');
    await slack.control.waitForLog(({ attempt }) => attempt === 1);
    await slack.control.advance(59_999);
    expect(app.arrived).toHaveLength(2);
    await slack.control.advance(1);
    await app.until(() => app.arrived.length === 3);
    await slack.control.waitForLog(({ attempt }) => attempt === 2);
    await slack.control.advance(300_000);
    await app.until(() => app.arrived.length === 4);
    await slack.control.advance(86_400_000);
    expect(app.arrived.map(({ headers }) => headers['x-slack-retry-num'])).toEqual([undefined, '1', '2', '3']);
    expect(app.arrived.at(-1)?.headers['x-slack-retry-reason']).toBe('http_error');
    expect(new Set(app.arrived.map(({ body }) => body.event_id)).size).toBe(1);
  });

  it('plays the whole schedule when hours are skipped at once', async () => {
    app.answer = fail;
    await slack.control.updateApp(slack.acme.app, { isDelayedEventsOn: true });
    await say('hello');
    await slack.control.advance(30 * 3_600_000);
    expect(app.arrived).toHaveLength(4 + 24);
    const all = await tries('message');
    const hours = all.map(({ atMs }) => (atMs - 1_795_400_000_000) / 60_000);
    expect(hours.slice(-28, -22)).toEqual([0, 0, 1, 6, 66, 126]);
  });

  it('has three seconds', async () => {
    app.answer = hang;
    await say('hello');
    await app.until(() => app.arrived.length === 1);
    await slack.control.advance(2999);
    expect(app.arrived).toHaveLength(1);
    await slack.control.advance(1);
    await app.until(() => app.arrived.length === 2);
    expect(app.arrived[1]?.headers['x-slack-retry-reason']).toBe('http_timeout');
  });

  const redirect: (times: number) => Answer = (times) => {
    let left = times;
    return (_arrived, response) => {
      if (left-- <= 0) response.end();
      else response.writeHead(302, { location: '/elsewhere' }).end();
    };
  };

  it('may be redirected twice, not three times', async () => {
    app.answer = redirect(2);
    await say('twice');
    await slack.control.waitForLog(
      ({ kind, event, status }) => kind === 'delivery' && event === 'message' && status === 200,
    );
    await app.until(() => app.arrived.length === 3);
    expect(app.arrived.at(-1)?.path).toBe('/elsewhere');
    app.answer = redirect(3);
    await say('thrice');
    const failed = await slack.control.waitForLog(({ error }) => error === 'too_many_redirects');
    expect(failed.attempt).toBe(0);
  });

  it('says connection_failed when nobody is there', async () => {
    await slack.control.updateApp(slack.acme.app, { requestUrl: 'http://127.0.0.1:1/', verify: false });
    await say('hello');
    await slack.control.waitForLog(({ error, attempt }) => error === 'connection_failed' && attempt === 1);
  });

  it('says ssl_error when a certificate is none', async () => {
    await slack.control.updateApp(slack.acme.app, { requestUrl: app.url.replace('http:', 'https:'), verify: false });
    await say('hello');
    await slack.control.waitForLog(({ error }) => error === 'ssl_error');
  });

  it('is not tried again when the app says X-Slack-No-Retry beside its error', async () => {
    app.answer = (_arrived, response) => void response.writeHead(500, { 'x-slack-no-retry': '1' }).end();
    await say('hello');
    await slack.control.advance(600_000);
    expect(app.arrived).toHaveLength(1);
  });

  it('is sent again by hand', async () => {
    await say('hello');
    const { body } = await app.request(() => true);
    const again = await slack.control.resend(String(body.event_id));
    expect(again).toMatchObject({ acked: true, eventId: body.event_id, attempt: 0 });
    expect(app.arrived.map(({ body: { event_id: id } }) => id)).toEqual([body.event_id, body.event_id]);
    await expect(slack.control.resend('D999')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a request URL', () => {
  const challenges: Record<string, Answer> = {
    'plain text': ({ body }, response) => void response.end(body.challenge),
    'a form': ({ body }, response) =>
      void response
        .writeHead(200, { 'content-type': 'application/x-www-form-urlencoded' })
        .end(`challenge=${String(body.challenge)}`),
    JSON: ({ body }, response) =>
      void response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ challenge: body.challenge })),
  };

  it.for(Object.entries(challenges))('is taken when the challenge comes back as %s', async ([, answer]) => {
    app.answer = answer;
    const url = `${app.url}/new`;
    const { verification, app: changed } = await slack.control.updateApp(slack.acme.app, { requestUrl: url });
    expect(verification).toMatchObject({ ok: true, status: 200 });
    expect(changed.requestUrl).toBe(url);
    const { body, headers } = await app.request(() => true);
    expect(body).toEqual({ type: 'url_verification', challenge: expect.any(String), token: expect.any(String) });
    expect(headers['x-slack-signature']).toMatch(/^v0=/);
  });

  it('is refused otherwise, and the old one stays', async () => {
    const url = `${app.url}/new`;
    const wrong = await slack.control.updateApp(slack.acme.app, { requestUrl: url });
    expect(wrong.verification).toMatchObject({ ok: false, error: 'challenge_failed' });
    expect(wrong.app.requestUrl).toBe(app.url);
    app.answer = fail;
    const failed = await slack.control.updateApp(slack.acme.app, { requestUrl: url });
    expect(failed.verification).toMatchObject({ ok: false, error: 'http_error', status: 500 });
  });
});

describe('the end of an installation', () => {
  const lastWords = async () => {
    await app.until(() => app.events.length === 2);
    return app.events.map(({ type }) => type);
  };

  it('is told by tokens_revoked and app_uninstalled', async () => {
    await call(slack, 'auth.revoke', slack.acme.botToken);
    expect(new Set(await lastWords())).toEqual(new Set(['app_uninstalled', 'tokens_revoked']));
    const revoked = await app.event(({ type }) => type === 'tokens_revoked');
    expect(revoked.tokens).toMatchObject({ bot: [slack.acme.botUserId] });
    await say('nobody hears this');
    await slack.control.advance(0);
    expect(app.arrived).toHaveLength(2);
  });

  it('is told late, and after a new install, when a fault says so', async () => {
    await slack.control.fault({ kind: 'delivery_delay', event: 'app_uninstalled', delayMs: 60_000, count: 1 });
    await slack.control.fault({ kind: 'remove_app', team: 'Acme' });
    await app.event(({ type }) => type === 'tokens_revoked');
    await slack.control.advance(1000);
    await slack.control.install({ team: 'Acme' });
    await slack.control.advance(60_000);
    await app.event(({ type }) => type === 'app_uninstalled');
    const { body } = await app.request(
      ({ body: { event } }) => (event as { type?: string }).type === 'app_uninstalled',
    );
    expect(body.event_time).toBe(1_795_400_000);
  });
});

describe('limits', () => {
  it('tell the app once per minute that it misses events', async () => {
    await using own = await installedSimulator({
      app: appSeed(app),
      clock: { mode: 'manual', startMs: 1_795_400_000_000 },
      eventLimits: { perHour: 2 },
    });
    for (const text of ['1', '2', '3', '4']) await own.control.say({ team: 'Acme', channel: 'general', text });
    const { body } = await app.request(({ body: { type } }) => type === 'app_rate_limited');
    expect(body).toEqual({
      token: expect.any(String),
      type: 'app_rate_limited',
      team_id: own.acme.team,
      minute_rate_limited: 1_795_399_980,
      api_app_id: own.acme.app,
    });
    await own.control.advance(60_000);
    await own.control.say({ team: 'Acme', channel: 'general', text: '5' });
    await app.until(() => app.arrived.filter(({ body: { type } }) => type === 'app_rate_limited').length === 2);
    await own.control.advance(3_600_000);
    await own.control.say({ team: 'Acme', channel: 'general', text: '6' });
    await app.event(({ text }) => text === '6');
  });

  it('switch off an app that fails nearly everything, until it is switched on again', async () => {
    await using own = await installedSimulator({
      app: appSeed(app),
      clock: { mode: 'manual' },
      eventLimits: { disableFromEvents: 3 },
    });
    app.answer = fail;
    for (const text of ['1', '2', '3']) await own.control.say({ team: 'Acme', channel: 'general', text });
    await own.control.advance(3_600_000);
    await own.control.say({ team: 'Acme', channel: 'general', text: '4' });
    for (const text of ['5', '6', '7', '8', '9']) await own.control.say({ team: 'Acme', channel: 'general', text });
    await own.control.waitForLog(({ error }) => error === 'events_disabled');
    app.answer = accept;
    await own.control.say({ team: 'Acme', channel: 'general', text: 'lost' });
    await own.control.updateApp(own.acme.app, { areEventsEnabled: true });
    await own.control.say({ team: 'Acme', channel: 'general', text: 'back' });
    await app.event(({ text }) => text === 'back');
    expect(app.events.map(({ text }) => text)).not.toContain('lost');
  });
});

describe('faults of deliveries', () => {
  it('send an event twice with the same id', async () => {
    await slack.control.fault({ kind: 'delivery_duplicate', event: 'message', count: 1 });
    await say('hello');
    await app.until(() => app.arrived.length === 2);
    expect(new Set(app.arrived.map(({ body }) => body.event_id)).size).toBe(1);
  });

  it('turn the order of two events', async () => {
    await slack.control.fault({ kind: 'delivery_reorder', team: 'Acme', count: 1 });
    await say('first');
    await say('second');
    await app.until(() => app.arrived.length === 2);
    expect(app.events.map(({ text }) => text)).toEqual(expect.arrayContaining(['first', 'second']));
    const sent = await slack.control.deliveries({ event: 'message' });
    expect(sent.slice(-2).map(({ payload }) => (payload.event as { text: string }).text)).toEqual(['second', 'first']);
  });

  it('lose an event for good', async () => {
    await slack.control.fault({ kind: 'delivery_drop', count: 1 });
    await say('lost');
    await say('there');
    await app.event(({ text }) => text === 'there');
    await slack.control.advance(3_600_000);
    expect(app.events.map(({ text }) => text)).toEqual(['there']);
  });

  it('lose an ack, so that the event comes again', async () => {
    await slack.control.fault({ kind: 'drop_ack', count: 1 });
    await say('hello');
    await app.until(() => app.arrived.length === 1);
    await slack.control.advance(3000);
    await app.until(() => app.arrived.length === 2);
    expect(app.arrived[1]?.headers['x-slack-retry-reason']).toBe('http_timeout');
  });

  it('send the body late', async () => {
    await slack.control.fault({ kind: 'slow_delivery', delayMs: 2000, count: 1 });
    await say('hello');
    await slack.control.advance(1999);
    expect(app.arrived).toHaveLength(0);
    await slack.control.advance(1);
    await app.until(() => app.arrived.length === 1);
  });

  it('turn app_uninstalled and tokens_revoked', async () => {
    await slack.control.fault({ kind: 'uninstalled_first', team: 'Acme', count: 1 });
    await slack.control.fault({ kind: 'remove_app', team: 'Acme' });
    await app.until(() => app.events.length === 2);
    const sent = await slack.control.deliveries({});
    expect(sent.slice(-2).map(({ event }) => event)).toEqual(['app_uninstalled', 'tokens_revoked']);
  });
});

describe('many apps and workspaces', () => {
  it('do not wait for one that does not answer', async () => {
    await using slow = await AppServer.start();
    slow.answer = hang;
    const other = await slack.control.addApp({ ...appSeed(slow), name: 'Slow' });
    await slack.control.install({ team: 'Acme', app: other.id });
    for (let count = 0; count < 100; count++) await say(String(count));
    await app.event(({ text }) => text === '99');
    await slow.until(() => slow.arrived.length === 32);
  });
});
