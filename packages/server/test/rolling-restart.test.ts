/** P4 and P10 in a deployment: three servers, restarted one after the other under load. Witness: the simulated Slack. */
import { expect, it } from 'vitest';
import { type Outcome, rollingRestart, type Said } from './rolling-restart.test-kit.ts';

/** No event may be later, in milliseconds. */
const LATE_MS = 5_000;
/** What came on a socket that stayed open for so long was read and committed, in milliseconds: RTM has no acks. */
const COMMITTED_MS = 3_000;
const TIMEOUT_MS = 240_000;

it.each(['http', 'socket'] as const)(
  'three servers that are restarted one after the other answer each event once and soon, over %s',
  async (transport) => {
    const { said } = await rollingRestart(transport);
    expect(said.length).toBeGreaterThan(100);
    expect(said.filter(({ answeredAtMs }) => answeredAtMs.length !== 1)).toEqual([]);
    expect(said.filter(({ atMs, answeredAtMs: [at = 0] }) => at - atMs > LATE_MS)).toEqual([]);
  },
  TIMEOUT_MS,
);

it(
  'three servers that are restarted one after the other answer once over RTM what reached them',
  async () => {
    const outcome = await rollingRestart('rtm');
    const reached = reachedOf(outcome);
    expect(reached.length).toBeGreaterThan(100);
    expect(reached.filter(({ answeredAtMs }) => answeredAtMs.length === 0)).toEqual([]);
    expect(outcome.said.filter(({ answeredAtMs }) => answeredAtMs.length > 1)).toEqual([]);
  },
  TIMEOUT_MS,
);

/** What was sent on a socket that was open long enough. */
function reachedOf({ said, log }: Outcome): Said[] {
  const closed = new Map(log.flatMap(({ kind, socket, atMs }) => (kind === 'socket_close' ? [[socket, atMs]] : [])));
  const reached = new Set(
    log.flatMap((record) => {
      const { kind, frame, socket, text = '', atMs } = record;
      if (kind !== 'frame_out' || frame !== 'message') return [];
      const [, number] = /"text":"n(\d+)"/.exec(text) ?? [];
      const isRead = (closed.get(socket) ?? Number.POSITIVE_INFINITY) - atMs > COMMITTED_MS;
      return number === undefined || !isRead ? [] : [Number(number)];
    }),
  );
  return said.filter(({ number }) => reached.has(number));
}
