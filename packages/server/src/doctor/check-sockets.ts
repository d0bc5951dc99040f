/**
 * Whether others have sockets with the app-level token: Slack says in `hello` how many there are. Only while no server runs, because
 * a socket that is open takes events; this one is closed at once, and Slack sends again what it did not acknowledge.
 */
import WebSocket from 'ws';
import type { CallSlack } from '../slack/web-api.ts';
import type { Clock } from '../time/clock.ts';
import { within } from '../time/within.ts';
import { type Finding, findingsOf } from './finding.ts';

/** How long Slack may take to say hello, in milliseconds. */
const HELLO_MS = 10_000;

export async function checkSockets(
  appToken: string,
  { callSlack, clock }: { callSlack: CallSlack; clock: Pick<Clock, 'after'> },
): Promise<Finding> {
  const sockets = findingsOf('sockets');
  const answer = await callSlack('apps.connections.open', { purpose: 'probe', token: appToken });
  if (answer.kind !== 'ok' || typeof answer.body.url !== 'string') return sockets.skipped('Slack opens no socket');
  const others = await othersBeside(answer.body.url, clock);
  if (others === undefined) return sockets.skipped('Slack did not say how many sockets there are');
  if (others === 0) return sockets.ok('no other process uses SLACK_APP_TOKEN');
  const fix =
    'Find and stop it, or give it an app of its own: Slack spreads events over all sockets, so that each gets only some.';
  return sockets.warning(
    `${others === 1 ? 'another socket is' : `${others} other sockets are`} open with SLACK_APP_TOKEN, and no server runs on this database`,
    fix,
  );
}

async function othersBeside(url: string, clock: Pick<Clock, 'after'>): Promise<number | undefined> {
  const socket = new WebSocket(url, { handshakeTimeout: HELLO_MS, perMessageDeflate: false });
  const hello = new Promise<number | undefined>((resolve) => {
    socket.once('error', () => resolve(undefined));
    socket.once('close', () => resolve(undefined));
    socket.once('message', (data: Buffer) => resolve(othersIn(data.toString())));
  });
  try {
    return await within(hello, { clock, limitMs: HELLO_MS, late: () => undefined });
  } finally {
    socket.removeAllListeners();
    socket.on('error', () => {});
    socket.close();
  }
}

function othersIn(text: string): number | undefined {
  try {
    const { type, num_connections: count } = JSON.parse(text) as { type?: unknown; num_connections?: unknown };
    return type === 'hello' && typeof count === 'number' ? count - 1 : undefined;
  } catch {
    return undefined;
  }
}
