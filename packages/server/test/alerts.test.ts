/** Each alert of docs/monitoring/alerts.yml, tried: a server is scraped while the very thing is broken that the alert is about. */
import { writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startPostgres } from '../src/store/postgres-server.test-kit.ts';
import { EVERY_S, expectFiring, Scrapes } from './alerts.test-kit.ts';
import { openHttpScene, SIGNING_SECRET } from './http-scene.test-kit.ts';
import { hasPromtool, NO_PROMTOOL } from './promtool.test-kit.ts';
import { smallDisk, startIn } from './real-server.test-kit.ts';
import { answerHi, isSocketOpen, Scene } from './scene.test-kit.ts';

const names = Array.from({ length: 12 }, (_, n) => `Team ${n + 1}`);

/** Twelve teams that are connected, and two minutes in which nothing is wrong. */
async function connectedTeams() {
  const scene = await Scene.open({ teams: names.map((name) => ({ name })) });
  await scene.importTeams(await scene.linesOf(names));
  await scene.start();
  for (const name of names) await scene.until(isSocketOpen((await scene.slack.team(name)).id));
  return { scene, scrapes: await calm(scene) };
}

/** A bot over HTTP with these listeners, and two minutes in which nothing is wrong. */
async function postedEvents(options: Parameters<typeof openHttpScene>[0]) {
  const { scene, acme } = await openHttpScene(options);
  const say = (text: string) => scene.slack.say({ team: acme.id, to: 'bot', text });
  return { scene, acme, say, scrapes: await calm(scene) };
}

async function calm(scene: Scene): Promise<Scrapes> {
  const scrapes = new Scrapes();
  await scrapes.minutes(scene, 2);
  await scrapes.expectFiring();
  return scrapes;
}

/** Minutes of moved time, each second with all that a server does in one: on a busy machine they take their time. */
const TIMEOUT_MS = 240_000;

describe.skipIf(!hasPromtool)('an alert', { timeout: TIMEOUT_MS }, () => {
  it('tells of an outage of Slack: connects fail, and so do calls, where listeners make some', async () => {
    const { scene, scrapes } = await connectedTeams();
    const client = await scene.server.client((await scene.slack.team('Team 1')).id);
    await scene.slack.fault({ kind: 'outage' });
    await scene.slack.fault({ kind: 'close' });
    await scrapes.minutes(scene, 4);
    await scrapes.expectFiring('SlackBotServerConnectsFailing');
    await scrapes.minutes(scene, 4, async () => void client.users.info({ user: 'U0NOBODY01' }).catch(() => {}));
    await scrapes.expectFiring('SlackBotServerCallsFailing', 'SlackBotServerConnectsFailing');
    // No other process could do better: events that come must not be sent away.
    expect(scrapes.unready()).toEqual([]);
    await scene.slack.removeFaults();
    await scrapes.minutes(scene, 12);
    await scrapes.expectFiring();
  });

  it('tells of an incident: many teams fail at once', async () => {
    const { scene, scrapes } = await connectedTeams();
    for (const team of names) await scene.slack.fault({ kind: 'refuse', team, error: 'account_inactive' });
    await scene.slack.fault({ kind: 'close' });
    await scrapes.minutes(scene, 1);
    await scrapes.expectAmongFiring('SlackBotServerIncident');
    expect(scrapes.unready()).toEqual([]);
  });

  it('tells of a backlog: listeners hang', async () => {
    const { scene, say, scrapes } = await postedEvents({
      dispatcher: { perTeam: 1 },
      setUp: ({ bot }) => bot.message(() => new Promise(() => {})),
    });
    for (let n = 0; n < 5; n++) await say(`message ${n}`);
    await scrapes.minutes(scene, 4);
    await scrapes.expectFiring('SlackBotServerBacklog');
  });

  it('tells of events that fail: listeners throw', async () => {
    const { scene, say, scrapes } = await postedEvents({
      setUp: ({ bot }) =>
        bot.message(async () => {
          throw new Error('broken');
        }),
    });
    await scrapes.minutes(scene, 3, () => say('hi'));
    await scrapes.expectFiring('SlackBotServerEventsFailing');
  });

  it('tells of rate limits: Slack answers 429 all the time', async () => {
    const { scene, say, scrapes } = await postedEvents({ setUp: answerHi });
    await scene.slack.fault({ kind: 'rate_limit', method: 'chat.postMessage', retryAfterSeconds: 1 });
    await scrapes.minutes(scene, 4, async () => {
      for (let n = 0; n < 3; n++) await say('hi');
    });
    await scrapes.expectAmongFiring('SlackBotServerRateLimited');
  });

  it('tells of deaf connections: posts of the bot do not come back', async () => {
    const { scene, scrapes } = await connectedTeams();
    const { id } = await scene.slack.team('Team 1');
    await scene.slack.invite('Team 1', 'general', { user: 'bot' });
    const client = await scene.server.client(id);
    await scene.slack.fault({ kind: 'deaf', team: 'Team 1', socket: 'live' });
    let posts = 0;
    await scrapes.minutes(scene, 2, () =>
      scene.during(client.chat.postMessage({ channel: '#general', text: `post ${posts++}` })),
    );
    await scrapes.expectFiring('SlackBotServerDeaf');
  });

  it('tells of a database that is away, and of the events that Slack has to deliver again', async () => {
    const postgres = await startPostgres();
    onTestFinished(() => postgres.stop());
    const scene = await Scene.open({
      teams: [{ name: 'Acme' }],
      app: { kind: 'granular', signingSecret: SIGNING_SECRET, eventSubscriptions: ['message.im'] },
    });
    await scene.start({
      databaseUrl: postgres.url,
      encryptionKeys: Buffer.alloc(32, 7).toString('base64'),
      slackTransport: 'http',
      slackAuthorizeUrl: scene.simulator.authorizeUrl.replace('/oauth/', '/oauth/v2/'),
      slackSigningSecret: SIGNING_SECRET,
      slackScopes: ['chat:write', 'im:history'],
    });
    const [app] = await scene.slack.apps();
    await scene.during(scene.slack.updateApp(app?.id ?? '', { requestUrl: `${scene.url}/slack/events` }));
    await scene.register('Acme');
    const { id: team } = await scene.slack.team('Acme');
    const scrapes = await calm(scene);
    await postgres.stop();
    await scrapes.minutes(scene, 4, async () => {
      for (let n = 0; n < 2; n++) await scene.slack.say({ team, to: 'bot', text: 'hi' });
    });
    await scrapes.expectAmongFiring('SlackBotServerStoreDown');
    await scrapes.expectAmongFiring('SlackBotServerEventsRefused');
  });

  it('tells of a process that may not act: its lock on the database is gone', async () => {
    const { scene, scrapes } = await postedEvents({});
    await rm(`${scene.databasePath}.lock`);
    await vi.waitFor(
      async () => {
        const values = await new Scrapes().take(scene.server, scene);
        expect(values['slack_bot_server_lease_state{state="fenced"}']).toBe(1);
      },
      { timeout: 15_000, interval: 100 },
    );
    await scrapes.minutes(scene, 1);
    await scrapes.expectFiring('SlackBotServerFenced');
  });

  it('tells of requests that Slack did not sign', async () => {
    const { scene, scrapes } = await postedEvents({});
    const post = () => fetch(`${scene.url}/slack/events`, { method: 'POST', body: '{}' });
    await scrapes.minutes(scene, 9, () => Promise.all(Array.from({ length: 4 }, post)));
    await scrapes.expectFiring('SlackBotServerUnsigned');
  });

  it('tells of a disk that is nearly full', async ({ skip }) => {
    const folder = smallDisk(8);
    if (folder === undefined) return skip('no disk may be mounted here');
    const { server } = await startIn(folder);
    const scrapes = new Scrapes();
    await scrapes.take(server);
    lasting(scrapes);
    await scrapes.expectFiring('SlackBotServerDiskFull');
  });

  it('tells of a database that can be read and takes no writes: its disk is full', async ({ skip }) => {
    const folder = smallDisk(8);
    if (folder === undefined) return skip('no disk may be mounted here');
    const { server } = await startIn(folder);
    expect(() => writeFileSync(join(folder, 'other'), Buffer.alloc(16 * 2 ** 20))).toThrow(/ENOSPC/);
    const scrapes = new Scrapes();
    await vi.waitFor(
      async () => expect((await scrapes.take(server))['slack_bot_server_ready{check="store"}']).toBe(0),
      { timeout: 30_000, interval: 500 },
    );
    expect(scrapes.all.at(-1)?.slack_bot_server_store_up).toBe(1);
    scrapes.all.splice(0, scrapes.all.length - 1);
    lasting(scrapes);
    await scrapes.expectFiring('SlackBotServerDiskFull', 'SlackBotServerStoreDown');
  });

  it('tells of an event loop that something blocks', async () => {
    const { scene } = await postedEvents({});
    await new Scrapes().take(scene.server, scene);
    const scrapes = new Scrapes();
    await measuresTheLoop();
    const untilMs = performance.now() + 1_500;
    while (performance.now() < untilMs);
    await scrapes.take(scene.server, scene);
    lasting(scrapes);
    await scrapes.expectFiring('SlackBotServerEventLoopBlocked');
  });

  it('tells of a process that Prometheus does not reach', async () => {
    const up = { series: 'up{job="slack-bot-server",instance="bot:3000"}', values: '1x7 0x20' };
    await expectFiring([up], { atScrape: 8, alerts: [] });
    await expectFiring([up], { atScrape: 20, alerts: ['SlackBotServerDown'] });
  });
});

it('that cannot be tried here says why', ({ skip }) => {
  if (!hasPromtool) skip(NO_PROMTOOL);
});

/**
 * What measures the event loop begins at its first beat after a scrape: what blocks the loop before is not seen. A block comes among
 * hundreds of beats without one.
 */
async function measuresTheLoop(): Promise<void> {
  const beats = monitorEventLoopDelay();
  beats.enable();
  await vi.waitFor(() => expect(beats.count).toBeGreaterThan(250), { timeout: 30_000, interval: 50 });
  beats.disable();
}

/** What the last scrape says, as if it had said so for six minutes. */
function lasting(scrapes: Scrapes): void {
  const scrape = scrapes.all.at(-1) ?? expect.fail('there is one');
  while (scrapes.all.length <= (6 * 60) / EVERY_S) scrapes.all.push(scrape);
}
