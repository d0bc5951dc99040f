/** Commands on a Bolt app whose Slack is a script: for what an option does. How it is with Slack shows test/commands.test.ts. */
import { App, type ReceiverEvent } from '@slack/bolt';
import type { CommandsOptions, CommandTable } from './command-options.ts';
import { commands } from './commands.ts';

/** A call of the Web API, or (`respond`) of a response URL. */
export type Call = [method: string, args: Record<string, unknown>];

export interface Stage {
  calls: Call[];
  /** The texts that were posted, by whatever method. */
  texts(this: void): unknown[];
  /** Something arrives; resolves when its listeners have ended. */
  event(this: void, event: object, facts?: { attempt?: number }): Promise<void>;
  /** Ann writes in a channel. */
  say(this: void, text: string, changes?: object): Promise<void>;
  slash(this: void, command: string, text: string): Promise<void>;
}

/** By method what Slack answers beside `ok: true`. */
export type Script = Readonly<Record<string, object>>;

const RESPONSE_URL = 'https://hooks.slack.test/respond';

export function stage(
  options: CommandsOptions,
  declare: (table: CommandTable) => void,
  script: Script | (() => Script) = {},
): Stage {
  const calls: Call[] = [];
  const answers = typeof script === 'function' ? script : () => script;
  const fetch = (url: string | URL, init?: { body?: string }) => {
    const method = String(url) === RESPONSE_URL ? 'respond' : (String(url).split('/').at(-1) ?? '');
    calls.push([method, argumentsOf(init?.body ?? '')]);
    return Promise.resolve(Response.json({ ok: true, ...answers()[method] }));
  };
  const bot = new App({
    receiver: { init() {}, start: async () => {}, stop: async () => {} },
    authorize: async () => ({ botToken: 'xoxb-test-1', botId: 'B0BOT', botUserId: 'U0BOT', teamId: 'T1' }),
    clientOptions: {
      slackApiUrl: 'https://slack.test/api/',
      fetch: fetch as never,
      retryConfig: { retries: 0 },
    },
  });
  commands(bot, options, declare);
  const process = async (body: Record<string, unknown>, attempt = 1) => {
    const event: ReceiverEvent = {
      body: { team_id: 'T1', ...body },
      ack: async () => {},
      customProperties: { attempt },
    };
    await bot.processEvent(event);
  };
  let ts = 0;
  const event = async (inner: object, { attempt }: { attempt?: number } = {}) =>
    await process({ type: 'event_callback', event: inner }, attempt);
  return {
    calls,
    texts: () => calls.filter(([method]) => method !== 'users.info').map(([, { text }]) => text),
    event,
    say: (text, changes = {}) =>
      event({ type: 'message', channel: 'C1', channel_type: 'channel', user: 'U1', text, ts: `${++ts}.0`, ...changes }),
    slash: (command, text) =>
      process({ command, text, user_id: 'U1', channel_id: 'C1', response_url: RESPONSE_URL, trigger_id: 't' }),
  };
}

function argumentsOf(body: string): Record<string, unknown> {
  if (body.startsWith('{')) return JSON.parse(body) as Record<string, unknown>;
  return Object.fromEntries(new URLSearchParams(body));
}
