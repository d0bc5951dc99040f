/** What `server.metrics()` says of what really happened: compared with the simulator's own log, and with a database that is away. */
import { expect, it, onTestFinished } from 'vitest';
import { valuesIn } from '../src/observability/metrics/metrics-page.test-kit.ts';
import { startPostgres } from '../src/store/postgres-server.test-kit.ts';
import { openHttpScene } from './http-scene.test-kit.ts';
import { isSocketOpen, Scene } from './scene.test-kit.ts';

const SBS = 'slack_bot_server_';

async function scrape(scene: Scene): Promise<Record<string, number>> {
  const { text } = await scene.during(scene.server.metrics());
  return valuesIn(text);
}

it('counts events: accepted, repeated, handled, failed and dropped', async () => {
  const { scene, acme, globex } = await openHttpScene({
    setUp: ({ bot }) => {
      bot.message('hi', async ({ say }) => void (await say('hello')));
      bot.message('break', async () => {
        throw new Error('broken');
      });
    },
  });
  const say = (team: string, text: string) => scene.slack.say({ team, to: 'bot', text });
  const before = await scrape(scene);
  const since = await scene.slack.lastSeq();
  await scene.slack.fault({ kind: 'delivery_duplicate', count: 1 });
  for (const text of ['hi', 'hi', 'break']) await say(acme.id, text);
  await scene.pass(3_000);
  await scene.slack.fault({ kind: 'remove_app', team: globex.id });
  await scene.pass(10_000);
  const values = await scrape(scene);
  const grown = (name: string) => (values[`${SBS}${name}`] ?? 0) - (before[`${SBS}${name}`] ?? 0);
  const deliveries = await scene.slack.log({ kind: 'delivery', after: since, limit: 10_000 });
  const events = new Set(deliveries.map(({ eventId }) => eventId));
  expect(deliveries.length).toBeGreaterThan(events.size);
  expect(grown('events_accepted_total')).toBe(events.size);
  expect(grown('events_repeated_total')).toBe(deliveries.length - events.size);
  expect(grown('deliveries_total{result="accepted"}')).toBe(deliveries.length);
  expect(grown('events_failed_total{code="listener_failed"}')).toBe(1);
  expect(grown('events_handled_total')).toBe(events.size - 1);
  expect(grown('event_put_to_handled_seconds_count')).toBe(events.size - 1);
  expect(grown('listener_duration_seconds_count')).toBe(events.size);
  const posts = await scene.callsOf('chat.postMessage', { after: since });
  expect(grown('slack_calls_total{method="chat.postMessage",result="ok"}')).toBe(posts.length);
  expect(values[`${SBS}errors_total{where="listener"}`]).toBe(1);
  expect(values[`${SBS}teams{status="active",doubt="none"}`]).toBe(1);
  expect(values[`${SBS}teams{status="inactive",doubt="none"}`]).toBe(1);
  expect(Object.keys(values).join()).not.toMatch(new RegExp(`${acme.id}|${globex.id}`));
});

it('counts connections: what is open, what was lost and why, probes and verdicts', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }, { name: 'Globex' }] });
  await scene.start();
  const acme = await scene.join('Acme');
  const globex = await scene.join('Globex');
  const before = await scrape(scene);
  expect(before[`${SBS}connections{transport="rtm",state="open"}`]).toBe(2);
  expect(before[`${SBS}connects_total{transport="rtm",result="open"}`]).toBe(2);
  const after = await scene.slack.lastSeq();
  await scene.slack.fault({ kind: 'reset', team: acme.id });
  await scene.slack.fault({ kind: 'disable_integration', team: globex.id });
  await scene.until(isSocketOpen(acme.id), { after });
  await scene.pass(10_000);
  const values = await scrape(scene);
  expect(values[`${SBS}connections{transport="rtm",state="open"}`]).toBe(1);
  expect(values[`${SBS}connects_total{transport="rtm",result="open"}`]).toBe(3);
  const closes = Object.entries(values).filter(([name]) => name.startsWith(`${SBS}closes_total`));
  expect(closes.reduce((sum, [, value]) => sum + value, 0)).toBe(2);
  expect(values[`${SBS}verdicts_total{status="inactive",reason="account_inactive"}`]).toBe(1);
  expect(values[`${SBS}owned_shards`]).toBe(261);
  expect(values[`${SBS}ready{check="store"}`]).toBe(1);
});

it('counts a socket that a planned successor replaces as closed, and the successor as open', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  await scene.start();
  const acme = await scene.join('Acme');
  const after = await scene.slack.lastSeq();
  await scene.slack.fault({ kind: 'goodbye', team: acme.id, closeAfterMs: 60_000 });
  await scene.until(isSocketOpen(acme.id), { after });
  await scene.pass(5_000);
  const values = await scrape(scene);
  expect(values[`${SBS}connects_total{transport="rtm",result="open"}`]).toBe(2);
  expect(values[`${SBS}closes_total{transport="rtm",reason="replaced"}`]).toBe(1);
});

const READ_TOKEN = 'test-read-token-0123456789';
const OPERATE_TOKEN = 'test-operate-token-0123456789';

it('a scrape needs a token, and there is nothing to scrape without one that is set', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  await scene.start();
  expect((await fetch(`${scene.url}/metrics`)).status).toBe(404);
  await scene.stop();
  await scene.start({ adminReadToken: READ_TOKEN, adminToken: OPERATE_TOKEN });
  const ask = (headers: Record<string, string>) => scene.during(fetch(`${scene.url}/metrics`, { headers }));
  const [none, wrong] = [await ask({}), await ask({ authorization: 'Bearer made-up-token-0123456789' })];
  expect([none.status, wrong.status]).toEqual([401, 401]);
  expect(none.headers.get('content-type')).toBe('application/problem+json');
  for (const token of [READ_TOKEN, OPERATE_TOKEN]) {
    const answer = await ask({ authorization: `Bearer ${token}` });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/plain/)]);
    expect(valuesIn(await answer.text())).toMatchObject({ [`${SBS}store_up`]: 1 });
  }
});

it('a scrape while the database is away says so, and all that is known without it', async () => {
  const postgres = await startPostgres();
  onTestFinished(() => postgres.stop());
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  await scene.start({ databaseUrl: postgres.url, encryptionKeys: Buffer.alloc(32, 7).toString('base64') });
  await scene.join('Acme');
  const before = await scrape(scene);
  expect(before).toMatchObject({ [`${SBS}store_up`]: 1, [`${SBS}incident`]: 0 });
  expect(before[`${SBS}lease_age_seconds`]).toBeLessThan(10);
  await postgres.stop();
  // An answer of the database counts for a second.
  await scene.pass(2_000);
  const values = await scrape(scene);
  expect(values).toMatchObject({
    [`${SBS}store_up`]: 0,
    [`${SBS}teams{status="active",doubt="none"}`]: 1,
    [`${SBS}connections{transport="rtm",state="open"}`]: 1,
    [`${SBS}ready{check="store"}`]: 0,
  });
  expect(values).not.toHaveProperty(`${SBS}incident`);
  expect(values[`${SBS}store_errors_total{kind="query",trouble="unreachable"}`]).toBeGreaterThan(0);
}, 120_000);
