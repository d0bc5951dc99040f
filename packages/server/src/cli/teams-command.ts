/** `slack-bot-server teams …`: lists and shows teams, and changes what should be. */

import type { Command } from 'commander';
import { countTeams } from '../operations/teams/count-teams.ts';
import { deactivateTeam } from '../operations/teams/deactivate-team.ts';
import { listTeams, MAX_TEAMS_PAGE } from '../operations/teams/list-teams.ts';
import { probeTeam } from '../operations/teams/probe-team.ts';
import { purgeTeam } from '../operations/teams/purge-team.ts';
import { reactivateTeam } from '../operations/teams/reactivate-team.ts';
import { removeTeam } from '../operations/teams/remove-team.ts';
import { restartTeam } from '../operations/teams/restart-team.ts';
import { showTeam } from '../operations/teams/show-team.ts';
import { standingWords } from '../operations/teams/team-answer.ts';
import { TEAM_QUERY_HELP } from '../operations/teams/team-query.ts';
import type { TeamRow } from '../operations/teams/team-row.ts';
import { teamTimeline, timelineKinds } from '../operations/teams/team-timeline.ts';
import { confirm, type YesOption } from './confirm.ts';
import { EXIT } from './exit-codes.ts';
import { wordsFor } from './known-words.ts';
import { commandOf, numberOption, takesQuery } from './operation-command.ts';
import { type JsonOption, say, sayFacts, sayJson, sayPairs, sayTable } from './output.ts';
import type { Run } from './run.ts';
import { runOperation, withOperations } from './run-operation.ts';
import { addExchange } from './teams-exchange.ts';
import { addExport } from './teams-export.ts';
import { addImport } from './teams-import.ts';

export function addTeams(teams: Command): void {
  takesQuery(commandOf(teams, listTeams, { isDefault: true }), TEAM_QUERY_HELP).action(teamsList);
  takesQuery(commandOf(teams, countTeams), TEAM_QUERY_HELP).action(teamsCount);
  commandOf(teams, showTeam).argument('<team>').action(teamsShow);
  commandOf(teams, teamTimeline)
    .argument('<team>')
    .option('--kinds <kinds>', `only these, with commas: ${timelineKinds.join(', ')}`)
    .addOption(numberOption('--limit <n>', 'entries at most, 1 to 200', teamTimeline.input.shape.limit))
    .option('--cursor <cursor>', 'continue after an earlier page')
    .action(teamsTimeline);
  commandOf(teams, deactivateTeam).argument('<team>').action(teamsDeactivate);
  commandOf(teams, reactivateTeam).argument('<team>').action(teamsReactivate);
  commandOf(teams, restartTeam).argument('<team>').action(teamsRestart);
  commandOf(teams, probeTeam).argument('<team>').action(teamsProbe);
  addExport(teams);
  commandOf(teams, removeTeam).argument('<team>').option('--yes', 'do not ask').action(teamsRemove);
  commandOf(teams, purgeTeam).argument('<team>').action(teamsPurge);
  addExchange(teams);
  addImport(teams);
}

/** `teams list [QUERY…]`. */
export async function teamsList(words: readonly string[], { json }: JsonOption): Promise<void> {
  const rows = await allTeams(words.join(' '));
  if (json) return sayJson(rows);
  if (rows.length === 0) return say('no teams');
  sayTeams(rows);
}

async function allTeams(query: string): Promise<TeamRow[]> {
  const list = async (run: Run) => {
    const rows: TeamRow[] = [];
    for (let cursor: string | undefined; ; ) {
      const { teams, nextCursor } = await run(listTeams, { query, cursor, limit: MAX_TEAMS_PAGE });
      rows.push(...teams);
      if (nextCursor === null) return rows;
      cursor = nextCursor;
    }
  };
  return await withOperations(list, { onlyReads: true });
}

/** `teams count [QUERY…]`. */
export async function teamsCount(words: readonly string[], { json }: JsonOption): Promise<void> {
  const { total, counts } = await runOperation(countTeams, { query: words.join(' ') });
  if (json) return sayJson({ total, counts });
  sayTable(
    ['STATUS', 'REASON', 'TEAMS'],
    [...counts.map(({ status, reason, teams }) => [status, reason ?? '', String(teams)]), ['all', '', String(total)]],
  );
}

/** The installation is a column of its own where there are org-wide ones, which have many teams. */
function sayTeams(rows: readonly TeamRow[]): void {
  const isByTeam = rows.every(({ teamId, installation }) => installation === teamId);
  sayTable(
    ['TEAM', 'NAME', 'STATUS', 'REASON', 'SINCE', 'BOT', ...(isByTeam ? [] : ['INSTALLATION'])],
    rows.map((row) => [
      row.teamId,
      row.name ?? '',
      statusWords(row),
      row.reason ?? '',
      row.since,
      row.botUserId ?? '',
      ...(isByTeam ? [] : [row.installation]),
    ]),
  );
}

const REQUEST_WORDS = { remove: 'to be removed', probe: 'to be probed', restart: 'to be restarted' } as const;

/** With what the server was asked for and has not done yet. */
function statusWords({ status, request }: TeamRow): string {
  return request === null ? status : `${status}, ${wordsFor(REQUEST_WORDS, request)}`;
}

/** `teams show TEAM`. */
export async function teamsShow(teamId: string, options: JsonOption): Promise<void> {
  const team = await runOperation(showTeam, { teamId });
  if (options.json) return sayJson(team);
  const { workspaces = [], timeline, scopes, jobs, ...row } = team;
  const ran = jobs.map((job) => `${job.name} (${ranWords(job)})`).join(', ');
  sayPairs({ ...row, ...(scopes && { scopes: scopes.join(' ') }), ...(ran && { jobs: ran }) });
  say();
  if (workspaces.length > 0) {
    sayTeams(workspaces);
    say();
  }
  sayTimeline(timeline);
}

function ranWords({ lastRun, asked }: { lastRun: string | null; asked: boolean }): string {
  const last = lastRun === null ? 'not run yet' : `last ${lastRun}`;
  return asked ? `${last}, due now` : last;
}

/** Which entries `teams timeline` shows. */
export interface TimelineOptions extends JsonOption {
  kinds?: string;
  limit: number;
  cursor?: string;
}

/** `teams timeline TEAM`. */
export async function teamsTimeline(teamId: string, { json, kinds, ...page }: TimelineOptions): Promise<void> {
  const wanted = kinds?.split(',').map((kind) => kind.trim());
  const outcome = await runOperation(teamTimeline, {
    teamId,
    ...page,
    kinds: wanted as (typeof timelineKinds)[number][] | undefined,
  });
  if (json) return sayJson(outcome);
  if (outcome.entries.length === 0 && kinds !== undefined)
    return say(`no entries of the kind${wanted?.length === 1 ? '' : 's'} ${kinds}`);
  sayTimeline(outcome.entries);
  if (outcome.nextCursor !== null) say(`older ones: --cursor ${outcome.nextCursor}`);
}

function sayTimeline(entries: readonly { at: string; kind: string; facts: Record<string, unknown> }[]): void {
  if (entries.length === 0) return say('nothing happened yet');
  sayTable(
    ['WHEN', 'WHAT', 'FACTS'],
    entries.map(({ at, kind, facts }) => [at, kind, factsText(facts)]),
  );
}

/** `teams deactivate TEAM`. */
export async function teamsDeactivate(teamId: string, options: JsonOption): Promise<void> {
  const outcome = await runOperation(deactivateTeam, { teamId });
  if (options.json) return sayFacts(outcome);
  if (!outcome.changed) return say(`${teamId} was already inactive`);
  say(`${teamId} is now inactive (reason: operator)`);
  say(outcome.next);
}

/** `teams reactivate TEAM`; exits 1 when Slack does not accept the token. */
export async function teamsReactivate(teamId: string, options: JsonOption): Promise<void> {
  const outcome = await runOperation(reactivateTeam, { teamId });
  if (options.json) sayFacts(outcome);
  else say(outcome.next);
  if (outcome.status === 'inactive' || outcome.status === 'suspended') process.exitCode = EXIT.failure;
}

/** `teams probe TEAM`; exits 1 when Slack does not accept the token. */
export async function teamsProbe(teamId: string, options: JsonOption): Promise<void> {
  const outcome = await runOperation(probeTeam, { teamId });
  if (outcome.answered && outcome.status !== 'active') process.exitCode = EXIT.failure;
  if (options.json) return sayFacts(outcome);
  const { answered, reason, next } = outcome;
  if (answered) say(`${standingWords(outcome)}${reason === null ? '' : ` (${reason})`}`);
  say(next);
}

/** `teams restart TEAM`. */
export async function teamsRestart(teamId: string, options: JsonOption): Promise<void> {
  const outcome = await runOperation(restartTeam, { teamId });
  if (options.json) return sayFacts(outcome);
  say(`${teamId}: ${outcome.next}`);
}

/** `teams remove TEAM`: asks first; exits 1 when the bot keeps the team. */
export async function teamsRemove(teamId: string, options: JsonOption & YesOption): Promise<void> {
  const question = `delete ${teamId} with everything that is stored of it, unless the bot keeps it`;
  if (!(await confirm(question, options))) return;
  const outcome = await runOperation(removeTeam, { teamId });
  if (outcome.status === 'kept') process.exitCode = EXIT.failure;
  if (options.json) return sayFacts(outcome);
  const { status, why, next } = outcome;
  say(`${teamId} ${status === 'waiting' ? 'is to be removed' : `was ${status}`}${why === null ? '' : `: ${why}`}`);
  say(next);
}

/** `teams purge TEAM`. */
export async function teamsPurge(teamId: string, options: JsonOption): Promise<void> {
  const outcome = await runOperation(purgeTeam, { teamId });
  if (options.json) return sayFacts(outcome);
  const { teamIds, documents, events, next } = outcome;
  say(`${teamIds.join(', ')} purged, with documents: ${documents}, events that waited or failed: ${events}`);
  say(next);
}

function factsText(facts: Record<string, unknown>): string {
  return Object.entries(facts)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
}
