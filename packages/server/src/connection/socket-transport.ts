/**
 * Slack's Socket Mode as a transport: a few sockets of the app, shared by all teams. What an envelope holds is
 * socket-envelope.ts; who takes it is not decided here. (https://docs.slack.dev/apis/events-api/using-socket-mode)
 */

import type { VerdictClass } from '../slack/verdict.ts';
import type { SlackAnswer } from '../slack/web-api.ts';
import { toConnectAnswer } from './connect-answer.ts';
import { appIdOf } from './socket-envelope.ts';
import type { Frame, FrameMeaning, Transport } from './transport.ts';

/**
 * Sends one Web API call with the app-level token in the Authorization header, by POST. Must not retry: when to ask again is
 * the connection's decision. May throw when the signal aborts.
 */
export type SocketCall = (method: string, context: { signal: AbortSignal }) => Promise<SlackAnswer>;

/** What the transport is given. */
export interface SocketTransportDeps {
  call: SocketCall;
  /** The verdict table, asked for what the app-level token opens. */
  classify: (code: string) => VerdictClass;
  /** The Slack app that this server is of; null while it is not known: then every app will do. */
  appId: () => string | null;
}

/** The reason of a socket whose app is not ours. */
export const APP_MISMATCH = 'app_mismatch';

/**
 * Slack closes a socket about 10 s after `warning` or `refresh_requested`; until then it still sends envelopes on it, and
 * those with a person behind them never come again. So it is Slack that closes, and this is for the case that it does not.
 */
const LINGER_MS = 30_000;

/** Reasons of `disconnect` that another socket at once would not cure. All others, unknown ones too, ask for a successor. */
const disconnects: Readonly<Record<string, FrameMeaning>> = {
  link_disabled: 'disabled',
  // Not documented; see bolt-js #2021 and #2238.
  too_many_websockets: 'crowded',
};

/** Builds the transport. */
export function createSocketTransport({ call, classify, appId }: SocketTransportDeps): Transport {
  return {
    name: 'socket',
    hasAcks: true,
    lingerMs: LINGER_MS,
    async requestUrl(_key, signal) {
      return toConnectAnswer(await call('apps.connections.open', { signal }), classify);
    },
    meaningOf(frame) {
      if (frame.type === 'hello') return isOfApp(frame, appId()) ? 'hello' : 'foreign';
      if (frame.type !== 'disconnect') return 'event';
      const reason = typeof frame.reason === 'string' ? frame.reason : '';
      return Object.hasOwn(disconnects, reason) ? (disconnects[reason] ?? 'goodbye') : 'goodbye';
    },
    reasonOf(frame) {
      if (frame.type === 'hello') return APP_MISMATCH;
      return typeof frame.reason === 'string' ? frame.reason.slice(0, 100) : 'disconnect';
    },
    pingFrame: () => undefined,
  };
}

function isOfApp(hello: Frame, ours: string | null): boolean {
  const theirs = appIdOf(hello);
  return ours === null || theirs === undefined || theirs === ours;
}
