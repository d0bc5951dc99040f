/** When RTM teams had no socket, by the simulator's log, and whether a listener was told. Pure. */
import type { LogRecord } from 'slack-simulator';
import type { ClusterLine, Span } from './evidence.ts';

/** A time in which a team had no socket. */
export interface SocketGap extends Span {
  team: string;
}

/** Both clocks are one, but a process may be late to see a close or an open, in milliseconds. */
const SEEN_MS = 1_000;
const SECOND_MS = 1_000;

/** Each gap that begins in a time; one that never ended lasts until `endedAtMs`. The log must be in order. */
export function gapsOf(
  log: readonly LogRecord[],
  { fromMs, untilMs, endedAtMs }: Span & { endedAtMs: number },
): SocketGap[] {
  const gaps: SocketGap[] = [];
  const open = new Map<string, number>();
  const since = new Map<string, number>();
  for (const { kind, team = '', atMs, ok } of log) {
    const step = kind === 'socket_open' && ok !== false ? 1 : kind === 'socket_close' ? -1 : 0;
    if (step === 0) continue;
    const count = (open.get(team) ?? 0) + step;
    open.set(team, count);
    const goneAtMs = since.get(team);
    if (step < 0 && count === 0) since.set(team, atMs);
    if (step < 0 || goneAtMs === undefined) continue;
    since.delete(team);
    if (goneAtMs >= fromMs && goneAtMs < untilMs && atMs > goneAtMs)
      gaps.push({ team, fromMs: goneAtMs, untilMs: atMs });
  }
  for (const [team, goneAtMs] of since) {
    if (goneAtMs >= fromMs && goneAtMs < untilMs) gaps.push({ team, fromMs: goneAtMs, untilMs: endedAtMs });
  }
  return gaps;
}

/** How many teams were without a socket at the same time, at most. */
export function mostAtOnce(gaps: readonly Span[]): number {
  const steps = gaps.flatMap(({ fromMs, untilMs }) => [
    { atMs: fromMs, by: 1 },
    { atMs: untilMs, by: -1 },
  ]);
  let now = 0;
  let most = 0;
  for (const { by } of steps.toSorted((a, b) => a.atMs - b.atMs || a.by - b.by)) most = Math.max(most, (now += by));
  return most;
}

/** How many of these moments lie within one second, at most. */
export function mostInASecond(moments: readonly number[]): number {
  const sorted = moments.toSorted((a, b) => a - b);
  let from = 0;
  let most = 0;
  for (const [index, atMs] of sorted.entries()) {
    while (atMs - (sorted[from] ?? atMs) >= SECOND_MS) from++;
    most = Math.max(most, index - from + 1);
  }
  return most;
}

/** Gaps of which no hook told the whole. */
export function untold(gaps: readonly SocketGap[], lines: readonly ClusterLine[]): SocketGap[] {
  const told = Map.groupBy(
    lines.filter((line) => line.what === 'gap'),
    ({ team }) => team,
  );
  return gaps.filter(
    ({ team, fromMs, untilMs }) =>
      !told.get(team)?.some((one) => one.fromMs <= fromMs + SEEN_MS && one.untilMs >= untilMs - SEEN_MS),
  );
}

/** How long each of these teams waited for a socket from a moment on, in milliseconds; teams that have none are missing. */
export function firstOpens(
  log: readonly LogRecord[],
  { teams, fromMs }: { teams: readonly string[]; fromMs: number },
): Map<string, number> {
  const wanted = new Set(teams);
  const opens = new Map<string, number>();
  for (const { kind, ok, team = '', atMs } of log) {
    if (kind !== 'socket_open' || ok === false || atMs < fromMs || !wanted.has(team) || opens.has(team)) continue;
    opens.set(team, atMs - fromMs);
  }
  return opens;
}
