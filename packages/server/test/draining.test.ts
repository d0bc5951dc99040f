/** P10: a stop loses nothing. What was begun ends within the grace period or is handed over; what waits is handed over as it is. */
import { expect, it } from 'vitest';
import type { BotServer } from '../src/index.ts';
import { CliProcess, environmentOf } from './cli.test-kit.ts';
import { openHttpScene, pointAppAt, startHttp, triesOf } from './http-scene.test-kit.ts';

/** Answers each message with its attempt, the slow ones once they may. */
function patientBot(mayEnd: () => Promise<void>) {
  return ({ bot }: BotServer) => {
    bot.message(/^(quick|slow)/, async ({ message, say, context }) => {
      const text = 'text' in message ? (message.text ?? '') : '';
      if (text.startsWith('slow')) await mayEnd();
      await say(`${text}, attempt ${context.attempt}`);
    });
  };
}

/** The order waits longer than this test lasts. */
const patience = { orderTimeoutMs: 3_600_000, handlerTimeoutMs: 7_200_000 };

it('hands over what was begun and what waited, each answered once after the next start', async () => {
  const never = () => new Promise<void>(() => {});
  const { scene } = await openHttpScene({ setUp: patientBot(never), dispatcher: patience });
  for (const text of ['slow 1', 'slow 2', 'slow 3', 'quick 4']) {
    await scene.slack.say({ team: 'Acme', channel: 'general', text });
  }
  for (let looks = 0; (await triesOf(scene, 'message')).length < 4 && looks < 200; looks++) await scene.pass(50);
  await scene.pass(500);
  await scene.stop();
  expect(await answers(scene)).toEqual([]);
  await startHttp(scene, { setUp: patientBot(() => Promise.resolve()) });
  await pointAppAt(scene);
  for (let looks = 0; (await answers(scene)).length < 4 && looks < 200; looks++) await scene.pass(50);
  await scene.pass(60_000);
  // One conversation, two at once is never: the first was begun, the others waited behind it.
  expect(await answers(scene)).toEqual([
    'slow 1, attempt 2',
    'slow 2, attempt 1',
    'slow 3, attempt 1',
    'quick 4, attempt 1',
  ]);
});

it('waits within the grace period for a listener that is at work, whose event is done then', async () => {
  const { promise: release, resolve } = Promise.withResolvers<void>();
  const { scene } = await openHttpScene({ setUp: patientBot(() => release) });
  await scene.slack.say({ team: 'Acme', channel: 'general', text: 'slow 1' });
  await scene.until(({ kind, event, ok }) => kind === 'delivery' && event === 'message' && ok === true);
  const stopping = scene.server.stop({ graceMs: 10_000 });
  await scene.pass(5_000, 500);
  resolve();
  expect(await scene.during(stopping)).toEqual({ unfinished: 0 });
  expect(await answers(scene)).toEqual(['slow 1, attempt 1']);
});

it('says at SIGTERM that nothing is left', async () => {
  const { scene } = await openHttpScene({});
  const env = await environmentOf(scene, { SLACK_TRANSPORT: 'rtm' });
  await scene.stop();
  const server = new CliProcess(['start'], env);
  await server.printed(/"msg":"listening"/);
  const { code, stdout } = await server.end();
  expect(code).toBe(0);
  expect(stdout).toContain('"reason":"SIGTERM","msg":"stopping"');
  expect(stdout).toMatch(/"unfinished":0,"msg":"stopped"\}\n$/);
});

async function answers(scene: Awaited<ReturnType<typeof openHttpScene>>['scene']): Promise<string[]> {
  const messages = await scene.slack.messages({ team: 'Acme', channel: 'general' });
  return messages.filter(({ isBot }) => isBot).map(({ text }) => text);
}
