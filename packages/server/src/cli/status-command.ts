/** `slack-bot-server status`, `history`, `limits` and `connections`: how the servers of a database are, and their connections. */

import type { Command } from 'commander';
import type { z } from 'zod';
import { listConnections } from '../operations/connections/list-connections.ts';
import { showHistory } from '../operations/history/show-history.ts';
import { showLimits } from '../operations/limits/show-limits.ts';
import { showStatus } from '../operations/status/show-status.ts';
import { TEAM_QUERY_HELP } from '../operations/teams/team-query.ts';
import { counted } from '../operations/why/words.ts';
import { commandOf, numberOption, takesQuery } from './operation-command.ts';
import { type JsonOption, say, sayJson, sayTable } from './output.ts';
import { runOperation } from './run-operation.ts';

export function addStatus(status: Command): void {
  commandOf(status, showStatus, { isDefault: true }).action(statusShow);
}

export function addConnections(connections: Command): void {
  takesQuery(commandOf(connections, listConnections, { isDefault: true }), TEAM_QUERY_HELP)
    .addOption(numberOption('--limit <n>', 'connections at most, 1 to 500', listConnections.input.shape.limit))
    .option('--cursor <cursor>', 'continue after an earlier page')
    .action(connectionsList);
}

export function addHistory(history: Command): void {
  commandOf(history, showHistory, { isDefault: true })
    .addOption(numberOption('--hours <number>', 'how far back, at most 24', showHistory.input.shape.hours))
    .action(historyShow);
}

export function addLimits(limits: Command): void {
  commandOf(limits, showLimits, { isDefault: true })
    .option('--team <team>', 'only of this team')
    .option('--paused', 'only what must still wait')
    .addOption(numberOption('--limit <n>', 'rows at most, 1 to 500', showLimits.input.shape.limit))
    .option('--cursor <cursor>', 'continue after an earlier page')
    .action(limitsShow);
}

/** A report that is older says its age: meanwhile another server may have taken over some of these connections. In milliseconds. */
const OLD_MS = 5_000;

type Status = z.output<typeof showStatus.output>;

/** `status`. */
export async function statusShow({ json }: JsonOption): Promise<void> {
  const status = await runOperation(showStatus, {});
  if (json) return sayJson(status);
  const { teams, events, incident, store, nextExpiries } = status;
  sayServers(status);
  say(`teams     ${statesOf(teams).trim() || 'none'}`);
  const oldest = events.oldestWaiting === null ? '' : `, the oldest since ${events.oldestWaiting}`;
  say(`events    ${events.waiting} waiting${oldest}, ${events.failed} failed`);
  if (incident) say(`incident  since ${incident.since}, ${counted(incident.held, 'team')} held: see incident`);
  say(
    `store     ${store.engine}, schema ${store.schema}${store.sizeBytes === null ? '' : `, ${mebibytes(store.sizeBytes)}`}`,
  );
  if (store.trouble) {
    const { what, fix, since } = store.trouble;
    say(`          events cannot be stored since ${since}: ${what}. ${fix}`);
  }
  for (const { installation, token, expires, isOver } of nextExpiries) {
    say(`token     ${installation} ${token} ${isOver ? 'ended' : 'ends'} ${expires}`);
  }
}

/** One that was killed says nothing more, and neither does a database of when it was. */
function sayServers({ at, server, servers, store: { engine } }: Status): void {
  // On SQLite the lock of the one server tells, whatever was reported; on PostgreSQL each has only its reports.
  const isNone = server === null && (engine === 'sqlite' || servers.length === 0);
  if (isNone) say('no server runs');
  else if (servers.length === 0) say(`a server runs (pid ${server}) and has not reported yet`);
  for (const { node, version, transport, uptimeMs, connections, told, isCurrent } of servers) {
    const silentMs = Date.parse(at) - Date.parse(told);
    const who = `server    ${node}  ${transport}  version ${version}`;
    const states = connectionsOf(connections);
    const age = states !== '' && silentMs >= OLD_MS ? ` (${duration(silentMs)} ago)` : '';
    if (isNone) say(`${who}  does not run: its last report is of ${told}`);
    else if (isCurrent) say(`${who}  up ${duration(uptimeMs)}${states}${age}`);
    else say(`${who}  silent for ${duration(silentMs)}: it may be gone${states}${age}`);
  }
}

/** That none is open is said: without a word it would look as if there were nothing to connect. */
function connectionsOf(counts: Readonly<Record<string, number>>): string {
  const states = statesOf(counts);
  return states === '' || (counts.open ?? 0) > 0 ? states : `  0 open, ${states.trim()}`;
}

/** `history`. */
export async function historyShow({ json, hours }: JsonOption & { hours: number }): Promise<void> {
  const history = await runOperation(showHistory, { hours });
  if (json) return sayJson(history);
  const busy = history.points.filter(({ at: _at, takenMs: _takenMs, ...counts }) =>
    Object.values(counts).some((count) => count > 0),
  );
  if (busy.length === 0) {
    const back = hours === 1 ? 'the last hour' : `the last ${hours} hours`;
    return say(`nothing happened in ${back}; what happens now is shown within ${history.everyMs / 60_000} min`);
  }
  sayTable(
    ['AT', 'ACCEPTED', 'HANDLED', 'FAILED', 'REPEATED', 'WAITING', 'TAKEN', 'SOCKETS'],
    busy.map((point) => [
      // Steps are minutes.
      `${point.at.slice(0, 16)}Z`,
      ...[point.accepted, point.handled, point.failed, point.repeated, point.waiting].map(String),
      point.takenMs === null ? '' : `${Math.round(point.takenMs)} ms`,
      socketsOf(point),
    ]),
  );
}

/** How many were open, opened and closed: `12 +3 -1`. */
function socketsOf({ open, connects, closes }: { open: number; connects: number; closes: number }): string {
  return `${open}${connects > 0 ? ` +${connects}` : ''}${closes > 0 ? ` -${closes}` : ''}`;
}

/** Which limits are shown. */
export interface LimitsOptions extends JsonOption {
  team?: string;
  paused?: boolean;
  limit: number;
  cursor?: string;
}

/** `limits`. */
export async function limitsShow({ json, team, ...page }: LimitsOptions): Promise<void> {
  const { limits, nextCursor } = await runOperation(showLimits, { ...page, teamId: team });
  if (json) return sayJson({ limits, nextCursor });
  if (limits.length === 0) return say(noLimits(page, team));
  sayTable(
    ['INSTALLATION', 'METHOD', '429S', 'LAST', 'RETRY AFTER', 'LEFT'],
    limits.map(({ installation, method, hits, lastAt, retryAfterMs, pauseLeftMs }) => [
      installation,
      method,
      String(hits),
      lastAt,
      duration(retryAfterMs),
      pauseLeftMs === 0 ? '' : duration(pauseLeftMs),
    ]),
  );
  if (nextCursor !== null) say(`older ones: --cursor ${nextCursor}`);
}

/** Of what was asked for, and no more. */
function noLimits(
  { paused = false, cursor }: Pick<LimitsOptions, 'paused' | 'cursor'>,
  team: string | undefined,
): string {
  if (cursor !== undefined) return 'no older ones';
  const whose = team === undefined ? '' : ` of ${team}`;
  return paused ? `nothing${whose} must wait for a limit of Slack` : `Slack has limited nothing${whose} for a day`;
}

/** How many connections are shown. */
export interface ConnectionsOptions extends JsonOption {
  limit: number;
  cursor?: string;
}

/** `connections list [QUERY…]`. */
export async function connectionsList(words: readonly string[], { json, ...page }: ConnectionsOptions): Promise<void> {
  const { connections, nextCursor } = await runOperation(listConnections, { ...page, query: words.join(' ') });
  if (json) return sayJson({ connections, nextCursor });
  if (connections.length === 0)
    return say(words.length > 0 ? 'no connection matches' : 'no connection of a team is known');
  sayTable(
    ['TEAM', 'NAME', 'STATE', 'REASON', 'SINCE', 'AGAIN AT', 'NODE'],
    connections.map(({ teamId, name, state, reason, since, retryAt, node, isCurrent }) => [
      teamId,
      name ?? '',
      isCurrent ? state : `${state}?`,
      reason,
      since,
      retryAt ?? '',
      node,
    ]),
  );
  if (nextCursor !== null) say(`more: --cursor ${nextCursor}`);
}

function statesOf(counts: Readonly<Record<string, number>>): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return some.length === 0 ? '' : `  ${some.map(([name, count]) => `${count} ${name}`).join(', ')}`;
}

/** In the two largest units. */
function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3_600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MiB`;
}
