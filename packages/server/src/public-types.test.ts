/** Wrong use of the public API is an error of the compiler where it can be. Mistakes show when the types are checked, not when this runs. */
import { expect, expectTypeOf, it } from 'vitest';
import { type BotFile, type BotServer, createServer, type ListenerEnd, type TeamDocument } from './index.ts';
import { openStage, type Stage } from './testing/index.ts';

/** Never called: it is there to be compiled. */
export function isCompiled({ bot, server }: BotServer): void {
  // @ts-expect-error there is no such hook
  server.on('uninstalled', () => {});
  // @ts-expect-error a team that left has no name any more
  server.on('deactivated', ({ teamName }) => teamName);
  server.on('installing', () => ({ veto: 'not now' }));
  // @ts-expect-error a veto says why
  server.on('installing', () => ({ veto: true }));
  // @ts-expect-error a client is asked for, and waited for
  server.client('T1').chat.postMessage({ channel: 'C1', text: 'hi' });
  // @ts-expect-error a week is no interval; a pattern of cron is
  server.every('week', () => {});
  server.every({ cron: '0 9 * * 1' }, () => {});
  // @ts-expect-error jobs of teams have an interval
  server.everyTeam({ cron: '0 9 * * 1' }, () => {});
  // @ts-expect-error a route answers with a Response
  server.route('GET /x', () => 'x');
  // @ts-expect-error a number is no version
  void server.data('T1').set('a', 1, { ifVersion: '1' });
  // @ts-expect-error a counter counts by numbers
  void server.data('T1').increment('a', '1');
  // @ts-expect-error the reason is one of the options
  void server.deactivate('T1', 'trial_ended');
  bot.message('hi', async ({ context }) => {
    expectTypeOf(context.signal.reason?.code).toEqualTypeOf<ListenerEnd | undefined>();
    expectTypeOf(context.attempt).toEqualTypeOf<number>();
    // @ts-expect-error words, not numbers
    await context.stream().append(1);
    // @ts-expect-error there is no such option
    context.stream({ bufferCharacters: 10 });
  });
  expectTypeOf(server.data('T1').get<number>('a')).toEqualTypeOf<Promise<TeamDocument<number> | undefined>>();
  // @ts-expect-error a log is JSON or for people
  createServer({ logFormat: 'xml' });
  // @ts-expect-error there is no such setting
  createServer({ slackToken: 'xoxb-test' });
  // @ts-expect-error there are three transports
  createServer({ slackTransport: 'websocket' });
  // @ts-expect-error a bot file is a function
  const file: BotFile = { bot };
  void file;
}

/** The same of the test kit. */
export async function isCompiledToo(stage: Stage): Promise<void> {
  // @ts-expect-error the bot is what the bot file exports, not its path
  await openStage({ bot: './bot.ts' });
  // @ts-expect-error there are three transports
  await openStage({ transport: 'websocket' });
  const ann = stage.person('ann');
  // @ts-expect-error where is a conversation, not its name
  await ann.says('hi', 'general');
  // @ts-expect-error there is no such fault
  await stage.break({ kind: 'explode' });
  // @ts-expect-error there is no such act
  await ann.does({ kind: 'dance' });
  expectTypeOf((await ann.sees('hi')).text).toEqualTypeOf<string>();
}

it('is compiled', () => {
  expect([isCompiled, isCompiledToo].map((one) => typeof one)).toEqual(['function', 'function']);
});
