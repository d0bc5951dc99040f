/**
 * The example gamebot where its own tests cannot go: its story on PostgreSQL, and a server that is killed between a match and its answer
 * while another one is there. Only public doors of the server are used: settings, the command line, and what people say and see.
 */
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import { playStory } from '../../../examples/gamebot/test/story.test-kit.ts';
import { createPostgresDatabase } from '../src/store/store-fixture.test-kit.ts';
import { CliProcess, environmentOf } from './cli.test-kit.ts';
import { Scene } from './scene.test-kit.ts';

const BOT = fileURLToPath(new URL('../../../examples/gamebot/bot.ts', import.meta.url));
/** With PostgreSQL a key has to be given. */
const ENCRYPTION_KEYS = Buffer.alloc(32, 7).toString('base64');
/** The lease of 10 s, a beat and a poll, a start, and a busy machine. */
const WITHIN_A_LEASE = { timeout: 90_000, interval: 100 };

// The others are `npm run test:long`: over them the story is told on SQLite, too (examples/gamebot/test).
const transports = process.env.LONG_RUNS ? (['http', 'socket', 'rtm'] as const) : (['http'] as const);

it.each(transports)('gamebot: two teams play a season over %s on PostgreSQL', async (transport) => {
  const database = await createPostgresDatabase({ hasSchema: true });
  onTestFinished(() => database.drop());
  await playStory({ transport, server: { databaseUrl: database.url, encryptionKeys: ENCRYPTION_KEYS } });
});

it('gamebot: a match that a killed server had recorded and not told counts once, and is told by the other server', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }], database: 'postgres' });
  await scene.importTeams(await scene.linesOf(['Acme']));
  const environment = await environmentOf(scene, { SLACK_TRANSPORT: 'rtm' });
  const { id, users } = await scene.slack.team('Acme');
  const first = new CliProcess(['start', BOT], environment);
  await first.printed(/"msg":"listening"/);
  await vi.waitFor(async () => expect(await scene.slack.sockets(id)).toHaveLength(1), WITHIN_A_LEASE);

  const bob = users.find(({ name }) => name === 'bob')?.id;
  const say = (text: string) => scene.slack.say({ team: 'Acme', user: 'ann', channel: 'general', text });
  const answers = async () => {
    const messages = await scene.slack.messages({ team: 'Acme', channel: 'general', limit: 50 });
    return messages.filter(({ isBot, text }) => isBot && !text.includes('leaderboard.')).map(({ text }) => text);
  };
  await say(`pp lost to <@${bob}>`);
  await vi.waitFor(
    async () => expect(await answers()).toEqual(['bob beat ann.\nbob 48 (+48), ann -48 (-48)']),
    WITHIN_A_LEASE,
  );

  // The match is written, and its answer is on the way for ever.
  await scene.slack.fault({ kind: 'hang', method: 'chat.postMessage' });
  const after = await scene.slack.lastSeq();
  await say(`pp lost to <@${bob}>`);
  await vi.waitFor(async () => {
    expect(await scene.slack.log({ after, kind: 'request_held', method: 'chat.postMessage' })).toHaveLength(1);
  }, WITHIN_A_LEASE);
  const second = new CliProcess(['start', BOT], environment);
  await second.printed(/"msg":"listening"/);
  await first.end('SIGKILL');
  await scene.slack.removeFaults();

  const told = 'bob beat ann.\nbob 82 (+34), ann -82 (-34)';
  await vi.waitFor(async () => expect((await answers()).slice(1)).toEqual([told]), WITHIN_A_LEASE);
  await say('pp games');
  await vi.waitFor(async () => {
    expect((await answers()).slice(2)).toEqual([
      '2 games this season.\n• ann: 0 wins, 2 losses\n• bob: 2 wins, 0 losses',
    ]);
  }, WITHIN_A_LEASE);
  expect((await second.end()).code).toBe(0);
}, 240_000);
