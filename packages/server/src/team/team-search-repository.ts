/** Finds and counts teams by what an operator asks for. */
import type { Queries, Row, SqlValue } from '../store/store.ts';
import { toViews } from './installation-rows.ts';
import { belongs, SELECTED_TEAM } from './team-row-repository.ts';
import {
  connectionStates,
  type FoundTeams,
  type TeamCondition,
  type TeamCount,
  type TeamPage,
  type TeamPlace,
  type TeamProperty,
} from './team-search.ts';
import type { TokenSealer } from './token-sealer.ts';

export interface TeamSearchContext {
  reads: Queries;
  vault: Pick<TokenSealer, 'bindTeam' | 'provesTeam'>;
}

/** A page of the teams that match all conditions. */
export async function searchTeams(
  { reads, vault }: TeamSearchContext,
  conditions: readonly TeamCondition[],
  { after, limit }: TeamPage,
): Promise<FoundTeams> {
  const params: SqlValue[] = [limit + 1];
  const where = whereOf(conditions, params);
  if (after)
    where.push(`(t.installation_key, t.team_id) > ($${params.push(after.key)}, $${params.push(after.teamId)})`);
  // Rows are wide: only those of the page are read whole.
  const page = `select t.installation_key, t.team_id from ${fromOf(conditions)}
    where ${where.join(' and ')} order by t.installation_key, t.team_id limit $1`;
  const rows = await reads.all(
    `select i.*, ${SELECTED_TEAM}, t.told_key, t.told_access from (${page}) page
     join team t on t.team_id = page.team_id join installation i on i.key = page.installation_key
     order by page.installation_key, page.team_id`,
    params,
  );
  const shown = rows.slice(0, limit);
  const isOwn = (row: Row) => belongs(vault, row, { isEnterprise: row.is_enterprise === 1 });
  return { views: toViews(shown, isOwn), next: rows.length > limit ? placeOf(shown.at(-1)) : undefined };
}

/** How many teams match, by their states. */
export async function countTeams(
  { reads }: Pick<TeamSearchContext, 'reads'>,
  conditions: readonly TeamCondition[],
): Promise<TeamCount[]> {
  const params: SqlValue[] = [];
  const state = `i.status, i.doubt, t.access, ${COLUMN.reason}`;
  const rows = await reads.all(
    `select i.status, i.doubt, t.access, ${COLUMN.reason} as reason, count(*) as teams
     from ${FROM_BOTH} where ${whereOf(conditions, params).join(' and ')} group by ${state} order by teams desc, ${state}`,
    params,
  );
  return rows.map((row) => ({
    status: row.status as TeamCount['status'],
    doubt: row.doubt as TeamCount['doubt'],
    access: row.access as TeamCount['access'],
    reason: typeof row.reason === 'string' ? row.reason : null,
    teams: Number(row.teams),
  }));
}

const FROM_BOTH = 'installation i join team t on t.installation_key = i.key';

const COLUMN: Readonly<Record<TeamProperty, string>> = {
  status: 'i.status',
  reason: 'coalesce(i.reason, i.doubt_code)',
  doubt: 'i.doubt',
  app: 'i.app_id',
  enterprise: 'i.enterprise_id',
  access: 't.access',
};

/** That of teams/team-row.ts; each status has one of them. */
const SINCE = 'coalesce(i.since_ms, i.doubt_since_ms, i.installed_at_ms)';

/** Without conditions about installations their rows need not be looked at. */
function fromOf(conditions: readonly TeamCondition[]): string {
  const isOfTeams = (one: TeamCondition) =>
    ['text', 'connection'].includes(one.kind) || (one.kind === 'property' && one.property === 'access');
  return conditions.every(isOfTeams) ? 'team t' : FROM_BOTH;
}

function whereOf(conditions: readonly TeamCondition[], params: SqlValue[]): string[] {
  return ['1 = 1', ...conditions.map((condition) => sqlOf(condition, params))];
}

function sqlOf(condition: TeamCondition, params: SqlValue[]): string {
  switch (condition.kind) {
    case 'property': {
      const column = COLUMN[condition.property];
      const values = condition.anyOf.map((value) => `$${params.push(value)}`).join(', ');
      return condition.isNegated ? `(${column} is null or ${column} not in (${values}))` : `${column} in (${values})`;
    }
    case 'incident':
      return `i.incident_since_ms is ${condition.isOf ? 'not null' : 'null'}`;
    case 'since':
      return `${SINCE} >= $${params.push(condition.atMs)}`;
    case 'before':
      return `${SINCE} < $${params.push(condition.atMs)}`;
    case 'connection':
      return connectionSql(condition, params);
    case 'text': {
      const like = `like $${params.push(likePattern(condition.part))} escape '\\'`;
      // An organization may be none of its teams.
      const isFound = `(t.search ${like} or (t.installation_key <> t.team_id and lower(t.installation_key) ${like}))`;
      return condition.isNegated ? `not ${isFound}` : isFound;
    }
  }
}

function connectionSql(
  { anyOf, isNegated }: Extract<TeamCondition, { kind: 'connection' }>,
  params: SqlValue[],
): string {
  const isIn = (states: readonly string[]) =>
    `t.installation_key in (select installation_key from connection_report where state in (${states.map((state) => `$${params.push(state)}`).join(', ')}))`;
  // Without one = not any of those that are not asked for.
  const isFound = anyOf.includes('none')
    ? `not ${isIn(connectionStates.filter((one) => !anyOf.includes(one)))}`
    : isIn(anyOf);
  return isNegated ? `not ${isFound}` : isFound;
}

function likePattern(part: string): string {
  return `%${part.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
}

function placeOf(row: Row | undefined): TeamPlace | undefined {
  return row && { key: String(row.installation_key), teamId: String(row.team_id) };
}
