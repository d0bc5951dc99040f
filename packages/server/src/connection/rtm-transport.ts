/** Slack's real time messaging as a transport: one socket per team. What the frames say to listeners is not decided here. */

import type { VerdictClass } from '../slack/verdict.ts';
import type { SlackAnswer } from '../slack/web-api.ts';
import { toConnectAnswer } from './connect-answer.ts';
import type { FrameMeaning, Transport } from './transport.ts';

/**
 * Sends one Web API call with the current bot token of `key`. Must not retry: when to ask again is the connection's decision.
 * May throw when the signal aborts.
 */
export type RtmCall = (
  method: string,
  args: Record<string, string>,
  context: { key: string; signal: AbortSignal },
) => Promise<SlackAnswer>;

/** What the transport is given. */
export interface RtmTransportDeps {
  call: RtmCall;
  /** The verdict table, asked for a connect. */
  classify: (code: string) => VerdictClass;
}

/** `goodbye` and `team_migration_started` announce a close; `reconnect_url` is documented as unsupported. */
const meanings: Readonly<Record<string, FrameMeaning>> = {
  hello: 'hello',
  goodbye: 'goodbye',
  team_migration_started: 'goodbye',
  reconnect_url: 'none',
  error: 'error',
};

/** Builds the transport. */
export function createRtmTransport({ call, classify }: RtmTransportDeps): Transport {
  return {
    name: 'rtm',
    hasAcks: false,
    lingerMs: 0,
    async requestUrl(key, signal) {
      // No arguments: since 2018 presence comes only to those who subscribe (`presence_sub` is true unless said otherwise),
      // and a Slack-compatible server need not know them. docs.slack.dev/changelog/2017-10-making-rtm-presence-subscription-only
      return toConnectAnswer(await call('rtm.connect', {}, { key, signal }), classify);
    },
    meaningOf(frame) {
      if (frame.type === 'pong') return 'pong';
      // Acknowledgements of what we wrote carry reply_to and no type.
      if (frame.reply_to !== undefined || typeof frame.type !== 'string') return 'none';
      return Object.hasOwn(meanings, frame.type) ? (meanings[frame.type] ?? 'event') : 'event';
    },
    reasonOf: (frame) => String(frame.type),
    pingFrame: (id, nowMs) => JSON.stringify({ id, type: 'ping', time: nowMs }),
  };
}
