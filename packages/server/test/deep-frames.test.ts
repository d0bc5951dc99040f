/** Frames nested a hundred thousand levels deep, on real sockets: nothing crashes or waits, and the log says what was lost. */

import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createServer } from '../src/index.ts';
import { createLogger } from '../src/observability/logger.ts';
import { importLines } from '../src/operations/teams/import-lines.ts';
import { makeFolder } from '../src/store/store-fixture.test-kit.ts';
import { systemClock } from '../src/time/clock.ts';
import { openStorage } from '../src/wiring/create-storage.ts';
import { ScriptedSlack } from './connection/scripted-slack.ts';

const LEVELS = 100_000;
const deep = '['.repeat(LEVELS) + ']'.repeat(LEVELS);
const BOT_TOKEN = 'xoxb-test-deep';
const APP_TOKEN = 'xapp-test-deep';
/** The event loop may be held up for so long, in milliseconds: a level takes a microsecond, and the machine has other work. */
const MAX_BLOCK_MS = 5_000;

/** A server with one team and a peer that sends whatever the test says. */
async function aServer(slackTransport: 'rtm' | 'socket') {
  const slack = await ScriptedSlack.start(systemClock);
  const databaseUrl = join(await makeFolder(), 'bot.db');
  const team = { team_id: 'T1', name: 'Acme', bot_token: BOT_TOKEN, bot_user_id: 'U0BOT', bot_id: 'B0BOT' };
  const storage = await openStorage({ databaseUrl }, { clock: systemClock });
  for await (const line of importLines([JSON.stringify(team)], storage.installations)) expect(line.line).toBe(1);
  await storage.close();
  const lines: { msg: string; level: number }[] = [];
  const destination = { write: (line: string) => lines.push(JSON.parse(line)) };
  const { bot, server } = createServer({
    databaseUrl,
    slackApiUrl: slack.apiUrl,
    host: '127.0.0.1',
    port: 0,
    logger: createLogger({ level: 'debug', format: 'json', destination }),
    connections: { socketCount: 1 },
    slackTransport,
    ...(slackTransport === 'socket' && { slackAppToken: APP_TOKEN }),
  });
  const handled: unknown[] = [];
  bot.event('message', async ({ event }) => void handled.push('text' in event ? event.text : undefined));
  bot.command('/deep', ({ ack }) => ack('dug'));
  bot.action('dig', ({ ack }) => ack());
  const delay = monitorEventLoopDelay({ resolution: 10 });
  await server.start();
  onTestFinished(async () => {
    await server.stop({ graceMs: 1_000 });
    await slack.stop();
  });
  const key = slackTransport === 'rtm' ? BOT_TOKEN : APP_TOKEN;
  await vi.waitFor(() => expect(slack.open(key)).toHaveLength(1), 10_000);
  delay.enable();
  return {
    slack,
    handled,
    send: (text: string) => slack.send(key, text),
    sockets: () => slack.accepted.length,
    answers: () => slack.accepted.flatMap(({ received }) => received),
    logged: (msg: string) => lines.filter((line) => line.msg === msg),
    problems: () => lines.filter(({ level }) => level >= 40).map(({ msg }) => msg),
    longestBlockMs: () => delay.max / 1e6,
  };
}

it('frames nested 100,000 levels deep on RTM are lost with a line each, and nothing else is', {
  timeout: 60_000,
}, async () => {
  const { handled, send, sockets, problems, longestBlockMs } = await aServer('rtm');
  const message = (fields: string) => `{"type":"message","channel":"C1","user":"U1",${fields}}`;
  send(message(`"text":"deep","ts":"1.1","blocks":${deep}`));
  send(message(`"text":"deep","ts":"1.2","subtype":${deep}`));
  send(message(`"text":"deep","event_ts":"1.3","ts":${deep}`));
  send(
    `{"type":"reaction_added","reaction":${deep},"user":{"id":${deep}},"item":{"channel":${deep}},"event_ts":"1.4"}`,
  );
  send(`{"type":${deep},"event_ts":"1.5"}`);
  send(deep);
  send(message('"text":"after","ts":"2.1"'));
  await vi.waitFor(() => expect(handled).toEqual(['after']), 10_000);
  // What has no type, and what is no object, is no event.
  expect(problems()).toEqual(Array.from({ length: 4 }, () => 'event lost: it could not be stored'));
  expect(sockets()).toBe(1);
  expect(longestBlockMs()).toBeLessThan(MAX_BLOCK_MS);
});

it('envelopes nested 100,000 levels deep on Socket Mode are acknowledged, and only events among them are lost', {
  timeout: 60_000,
}, async () => {
  const { handled, send, sockets, answers, logged, problems, longestBlockMs } = await aServer('socket');
  const envelope = (id: string, type: string, payload: string) =>
    send(`{"envelope_id":"${id}","type":"${type}","accepts_response_payload":true,"payload":${payload}}`);
  const event = (id: string, fields: string) =>
    `{"type":"event_callback","event_id":"${id}","team_id":"T1","event":{"type":"message","channel":"C1","user":"U1","ts":"1.1",${fields}}}`;
  const where = '"team":{"id":"T1"},"user":{"id":"U1"},"channel":{"id":"C1"}';
  envelope('e1', 'events_api', event('Ev1', `"text":"deep","blocks":${deep}`));
  envelope('e2', 'slash_commands', `{"command":"/deep","text":"","team_id":"T1","user_id":"U1","deep":${deep}}`);
  const action = '"actions":[{"type":"button","block_id":"b","action_id":"dig"}]';
  envelope('e3', 'interactive', `{"type":"block_actions",${where},${action},"state":${deep}}`);
  envelope('e4', 'never_heard_of', deep);
  send(`{"type":${deep}}`);
  envelope('e5', 'events_api', event('Ev2', '"text":"after"'));
  await vi.waitFor(() => expect(handled).toEqual(['after']), 10_000);
  await vi.waitFor(() => expect(answers()).toHaveLength(5), 10_000);
  expect(answers()).toEqual(
    expect.arrayContaining([
      // Acknowledged, or Slack would send it for ever.
      { envelope_id: 'e1' },
      { envelope_id: 'e2', payload: { text: 'dug' } },
      { envelope_id: 'e3' },
      { envelope_id: 'e4' },
      { envelope_id: 'e5' },
    ]),
  );
  expect(logged('event lost: it cannot be stored, now or later')).toMatchObject([{ teamId: 'T1', eventId: 'Ev1' }]);
  expect(problems()).toEqual([
    'event lost: it cannot be stored, now or later',
    'envelopes of an unknown type are not handled',
  ]);
  expect(sockets()).toBe(1);
  expect(longestBlockMs()).toBeLessThan(MAX_BLOCK_MS);
  send(`{"type":"disconnect","reason":${deep}}`);
  await vi.waitFor(() => expect(sockets()).toBe(2), 10_000);
});
