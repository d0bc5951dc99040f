/** Finds and counts teams by what an operator asks for. */
import type { Reads, Row, SqlValue } from '../store/store.ts';
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
  reads: Reads;
  vault: Pick<TokenSealer, 'bindTeam' | 'provesTeam'>;
}

/** A page of the teams that match all conditions. */
export async function searchTeams(
  { reads, vault }: TeamSearchContext,
  conditions: readonly TeamCondition[],
  { after, limit }: TeamPage,
): Promise<FoundTeams> {
  const params: SqlValue[] = [limit + 1];
  // The first half alone is what an index begins at.
  const behind = (place: string) => {
    if (!after) return '1 = 1';
    const [key, teamId] = [params.push(after.key), params.push(after.teamId)];
    return `${place} >= $${key} and (${place}, t.team_id) > ($${key}, $${teamId})`;
  };
  // Rows are wide: only those of the page are read whole.
  const pages = byStatus(conditions).map((some) => {
    const { from, place, joined, rest } = walkOf(reads, some, { params });
    const where = [joined, ...whereOf(reads, rest, params), behind(place)];
    return `select ${place} as installation_key, t.team_id from ${from}
      where ${where.join(' and ')} order by ${place}, t.team_id limit $1`;
  });
  const page = pages.length === 1 ? pages[0] : firstOf(pages);
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

/** The first ones of several pages in the order of places. */
function firstOf(pages: readonly string[]): string {
  const parts = pages.map((page, n) => `select * from (${page}) as page${n}`);
  return `${parts.join(' union all ')} order by installation_key, team_id limit $1`;
}

/**
 * Of several statuses a page each: an index has the installations of one in the order of their places. PostgreSQL takes for several at once
 * the index of all installations, because of the order, and reads a hundred thousand for a few.
 */
function byStatus(conditions: readonly TeamCondition[]): (readonly TeamCondition[])[] {
  const positive = conditions.map(asPositive);
  const at = positive.findIndex((condition) => isOfStatuses(condition) && !condition.isNegated);
  const found = positive[at];
  if (!found || !isOfStatuses(found) || found.anyOf.length < 2) return [positive];
  return Array.from(new Set(found.anyOf), (status) => positive.with(at, { ...found, anyOf: [status] }));
}

function isOfStatuses(condition: TeamCondition): condition is Extract<TeamCondition, { kind: 'property' }> {
  return condition.kind === 'property' && condition.property === 'status';
}

/** How many teams match, by their states, the most first. */
export async function countTeams(
  { reads }: Pick<TeamSearchContext, 'reads'>,
  conditions: readonly TeamCondition[],
): Promise<TeamCount[]> {
  if (conditions.some(isOfTeam)) return await countJoined(reads, conditions, '1 = 1');
  const params: SqlValue[] = [];
  // A workspace's own installation has one team: of those, which are nearly all, an index is enough.
  const own = await reads.all(
    `select i.status, i.doubt, 'granted' as access, ${COLUMN.reason} as reason, count(*) as teams from installation i
     where i.is_enterprise = 0 and ${ownWhereOf(reads, conditions, params).join(' and ')}
     group by i.status, i.doubt, i.reason, i.doubt_code`,
    params,
  );
  const ofOrganizations = await countJoined(reads, conditions, 'i.is_enterprise = 1');
  return summedUp([...own.map(toCount), ...ofOrganizations]);
}

async function countJoined(reads: Reads, conditions: readonly TeamCondition[], which: string): Promise<TeamCount[]> {
  const params: SqlValue[] = [];
  const { from, joined, rest } = walkOf(reads, conditions, { params, needsBoth: true });
  const where = [joined, which, ...whereOf(reads, rest, params)].join(' and ');
  const rows = await reads.all(
    `select i.status, i.doubt, t.access, ${COLUMN.reason} as reason, count(*) as teams
     from ${from} where ${where} group by i.status, i.doubt, t.access, ${COLUMN.reason}`,
    params,
  );
  return summedUp(rows.map(toCount));
}

function toCount(row: Row): TeamCount {
  return {
    status: row.status as TeamCount['status'],
    doubt: row.doubt as TeamCount['doubt'],
    access: row.access as TeamCount['access'],
    reason: typeof row.reason === 'string' ? row.reason : null,
    teams: Number(row.teams),
  };
}

function summedUp(counts: readonly TeamCount[]): TeamCount[] {
  const sums = new Map<string, TeamCount>();
  for (const count of counts) {
    const id = stateOf(count);
    sums.set(id, { ...count, teams: count.teams + (sums.get(id)?.teams ?? 0) });
  }
  return Array.from(sums.values()).sort((a, b) => b.teams - a.teams || (stateOf(a) < stateOf(b) ? -1 : 1));
}

function stateOf({ status, doubt, access, reason }: TeamCount): string {
  return JSON.stringify([status, doubt, access, reason]);
}

const COLUMN: Readonly<Record<TeamProperty, string>> = {
  status: 'i.status',
  reason: 'coalesce(i.reason, i.doubt_code)',
  doubt: 'i.doubt',
  app: 'i.app_id',
  enterprise: 'i.enterprise_id',
  access: 't.access',
};

/** Those of teams/team-row.ts; each status of an installation has one of them. */
const INSTALLATION_SINCE = 'i.doubt_since_ms, i.since_ms, i.installed_at_ms';
const NO_ACCESS_SINCE = "case when i.status = 'active' and t.access = 'revoked' then t.access_since_ms end";
const SINCE = `coalesce(${NO_ACCESS_SINCE}, ${INSTALLATION_SINCE})`;
/** Of a workspace's own installation, which needs no row of the team. */
const OWN_SINCE = `coalesce(${INSTALLATION_SINCE})`;

/** Whether it is asked of the team, and not of its installation. */
function isOfTeam(condition: TeamCondition): boolean {
  return (
    ['text', 'connection'].includes(condition.kind) ||
    (condition.kind === 'property' && condition.property === 'access')
  );
}

const STATUSES = ['active', 'suspended', 'inactive'] as const satisfies readonly TeamCount['status'][];

/** A status that must not match is one of the others: those an index finds. */
function asPositive(condition: TeamCondition): TeamCondition {
  if (condition.kind !== 'property' || condition.property !== 'status' || !condition.isNegated) return condition;
  const others = STATUSES.filter((status) => !condition.anyOf.includes(status));
  return others.length === 0 ? condition : { ...condition, anyOf: others, isNegated: false };
}

/** What few match: an index of installations finds them. */
function isSelective(condition: TeamCondition): boolean {
  const asked = asPositive(condition);
  if (asked.kind !== 'property' || asked.isNegated) return false;
  return asked.property === 'status' && !asked.anyOf.includes('active');
}

interface Walk {
  from: string;
  place: string;
  /** The condition of the join. */
  joined: string;
  /** The conditions that are not in `from`. */
  rest: readonly TeamCondition[];
}

/**
 * In which order the tables are walked, and whose key is the place: the other one is looked up by it. SQLite knows no numbers of a database,
 * and a wrong order costs a hundred thousand look-ups; it takes `cross join` as said, and PostgreSQL as any other join.
 */
function walkOf(
  { engine }: Pick<Reads, 'engine'>,
  conditions: readonly TeamCondition[],
  { params, needsBoth = false }: { params: SqlValue[]; needsBoth?: boolean },
): Walk {
  const isByText =
    conditions.some(({ kind }) => kind === 'text' || kind === 'connection') && !conditions.some(isSelective);
  const texts = conditions.filter(({ kind }) => kind === 'text');
  const isScanned = isByText && engine === 'postgres' && texts.length > 0;
  const teams = isScanned ? scanned(whereOf({ engine }, texts, params)) : 'team t';
  const rest = isScanned ? conditions.filter((one) => !texts.includes(one)) : conditions;
  if (conditions.every(isOfTeam) && !needsBoth)
    return { from: teams, place: 't.installation_key', joined: '1 = 1', rest };
  const [first, second] = isByText ? [teams, 'installation i'] : ['installation i', teams];
  return {
    from: `${first} cross join ${second}`,
    place: isByText ? 't.installation_key' : 'i.key',
    joined: 'i.key = t.installation_key',
    rest,
  };
}

/**
 * Teams in the order in which they lie, which takes half as long as in the order of an index. PostgreSQL believes that a third of them has any text,
 * and would walk the index, to stop early; `offset 0` keeps it from that.
 */
function scanned(where: readonly string[]): string {
  return `(select t.* from team t where ${where.join(' and ')} offset 0) t`;
}

/** Conditions about `team t` and `installation i`, to be joined by and. */
export function whereOf(
  { engine }: Pick<Reads, 'engine'>,
  conditions: readonly TeamCondition[],
  params: SqlValue[],
): string[] {
  return ['1 = 1', ...conditions.map((condition) => sqlOf({ engine, since: SINCE }, asPositive(condition), params))];
}

/** The same about `installation i` alone, of a workspace's own, where none of the conditions is of the team. */
function ownWhereOf(
  { engine }: Pick<Reads, 'engine'>,
  conditions: readonly TeamCondition[],
  params: SqlValue[],
): string[] {
  return [
    '1 = 1',
    ...conditions.map((condition) => sqlOf({ engine, since: OWN_SINCE }, asPositive(condition), params)),
  ];
}

function sqlOf(
  { engine, since }: Pick<Reads, 'engine'> & { since: string },
  condition: TeamCondition,
  params: SqlValue[],
): string {
  switch (condition.kind) {
    case 'property': {
      const column = COLUMN[condition.property];
      const values = condition.anyOf.map((value) => `$${params.push(value)}`).join(', ');
      return condition.isNegated ? `(${column} is null or ${column} not in (${values}))` : `${column} in (${values})`;
    }
    case 'incident':
      return `i.incident_since_ms is ${condition.isOf ? 'not null' : 'null'}`;
    case 'since':
      return `${since} >= $${params.push(condition.atMs)}`;
    case 'before':
      return `${since} < $${params.push(condition.atMs)}`;
    case 'connection':
      return connectionSql(condition, params);
    case 'text': {
      const part = `$${params.push(condition.part.toLowerCase())}`;
      // An organization may be none of its teams. PostgreSQL finds a text in another in two thirds of the time that it takes to match a pattern.
      const isFound = `(${isIn(engine, part, 't.search')} or (t.installation_key <> t.team_id and ${isIn(engine, part, 'lower(t.installation_key)')}))`;
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

function isIn(engine: Reads['engine'], part: string, text: string): string {
  return `${engine === 'postgres' ? 'strpos' : 'instr'}(${text}, ${part}) > 0`;
}

function placeOf(row: Row | undefined): TeamPlace | undefined {
  return row && { key: String(row.installation_key), teamId: String(row.team_id) };
}
