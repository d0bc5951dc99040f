/** P4 and P10 in a deployment over RTM: three servers, restarted one after the other under load. Witness: the simulated Slack. */
import type { LogRecord } from 'slack-simulator';
import { expect, it } from 'vitest';
import { type Gap, type Outcome, rollingRestart, type Said } from './rolling-restart.test-kit.ts';

/** What came on a socket that stayed open for so long was read and committed, in milliseconds: RTM has no acks. */
const COMMITTED_MS = 3_000;
/** A server may see the end or the beginning of a connection so much later than Slack, in milliseconds. */
const SEEN_MS = 500;
const TIMEOUT_MS = 240_000;

it(
  'three servers that are restarted one after the other answer over RTM what reached them, and tell every gap',
  async () => {
    const outcome = await rollingRestart('rtm');
    const reached = reachedOf(outcome);
    // The faster the machine, the sooner all three are back and the fewer were said.
    expect(reached.length).toBeGreaterThan(30);
    expect(reached.filter(({ answeredAtMs }) => answeredAtMs.length === 0)).toEqual([]);
    expect(outcome.said.filter(({ answeredAtMs }) => answeredAtMs.length > 1)).toEqual([]);
    // Each server gave its teams away, and on a quiet machine no team was without a socket meanwhile.
    const closed = outcome.log.filter(({ kind, socket }) => kind === 'socket_close' && socket !== undefined);
    expect(closed.length).toBeGreaterThan(2);
    const gaps = gapsOf(outcome.log);
    expect(gaps.filter((gap) => !outcome.told.some((told) => covers(told, gap)))).toEqual([]);
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

/** While a team had no open socket. On a move two are open for a moment: the old owner listens until the next one does. */
function gapsOf(log: readonly LogRecord[]): Gap[] {
  const open = new Map<string, Set<string>>();
  const since = new Map<string, number>();
  return log.flatMap(({ kind, team = '', socket = '', atMs }) => {
    const sockets = open.get(team) ?? new Set();
    open.set(team, sockets);
    if (kind === 'socket_close' && sockets.delete(socket) && sockets.size === 0) since.set(team, atMs);
    if (kind !== 'socket_open') return [];
    sockets.add(socket);
    const fromMs = since.get(team);
    since.delete(team);
    return fromMs === undefined ? [] : [{ team, fromMs, toMs: atMs }];
  });
}

function covers(told: Gap, gap: Gap): boolean {
  return told.team === gap.team && told.fromMs <= gap.fromMs + SEEN_MS && told.toMs >= gap.toMs - SEEN_MS;
}
