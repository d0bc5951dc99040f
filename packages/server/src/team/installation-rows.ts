/** Rows of installations and teams, and what they mean. No SQL but the names of the columns. */
import { readList, readObject } from '../read-json.ts';
import type { Row, SqlValue } from '../store/store.ts';
import type { IncidentProbes } from './breaker.ts';
import type {
  Doubt,
  Installation,
  InstallationRequest,
  InstallationState,
  Team,
  TeamId,
  Version,
} from './installation.ts';
import type { InstallationView, TimelineEntry, Told } from './installations.ts';
import { type ToldTeam, toToldTeam } from './told-team.ts';

export function toInstallation(row: Row): Installation {
  return {
    key: String(row.key),
    appId: toText(row.app_id),
    isEnterprise: row.is_enterprise === 1,
    enterpriseId: toText(row.enterprise_id),
    version: toVersion(row),
    state: toState(row),
    request: toText(row.request) as InstallationRequest | null,
    isToBeRemoved: row.removal_install !== null && Number(row.removal_install) === Number(row.install),
    hasHints: row.has_hints === 1,
    incident: toIncident(row),
    changedSeq: Number(row.changed_seq),
    createdAtMs: Number(row.created_at_ms),
    installedAtMs: Number(row.installed_at_ms),
    activeSinceMs: row.status === 'active' ? Number(row.since_ms ?? row.installed_at_ms) : null,
    metadata: toText(row.metadata),
  };
}

export function toVersion(row: Row): Version {
  return { install: Number(row.install), refresh: Number(row.refresh) };
}

export function toTeam(row: Row): Team {
  return {
    teamId: String(row.team_id),
    installationKey: String(row.installation_key),
    access: row.access as Team['access'],
    noAccessSinceMs: row.access === 'revoked' && row.access_since_ms !== null ? Number(row.access_since_ms) : null,
    name: toText(row.name),
    domain: toText(row.domain),
    botUserId: toText(row.bot_user_id),
    botId: toText(row.bot_id),
    ...(typeof row.contested_by === 'string' && { contestedBy: row.contested_by }),
  };
}

/**
 * Rows of `installation left join team`; the installations stay in the order of the rows.
 * @param isOwn Whether the row of a team belongs to its installation; see team-row-repository.ts
 */
export function toViews(rows: readonly Row[], isOwn: (row: Row) => boolean): InstallationView[] {
  const views = new Map<unknown, InstallationView & { told?: ToldRow }>();
  for (const row of rows) {
    const view = views.get(row.key) ?? { installation: toInstallation(row), teams: [], ...toldIn(row), ...gapIn(row) };
    views.set(row.key, view);
    if (row.team_id === null) continue;
    if (isOwn(row)) {
      view.teams.push(toTeam(row));
      if (row.told_key === row.key) view.told?.teams.set(String(row.team_id), toToldTeam(row));
    } else view.strays = [...(view.strays ?? []), toTeam(row)];
  }
  return [...views.values()];
}

type ToldRow = Told & { teams: Map<TeamId, ToldTeam> };

function toldIn(row: Row): { told?: ToldRow } {
  if (row.told_install === null || row.told_install === undefined) return {};
  const kind = row.told_status as InstallationState['kind'];
  // Doubts are told to nobody, and since when is not asked.
  const state: InstallationState =
    kind === 'active' ? { kind, doubt: { kind: 'none' } } : { kind, reason: String(row.told_reason), sinceMs: 0 };
  return { told: { install: Number(row.told_install), state, teams: new Map() } };
}

function gapIn({ untold_gap_since_ms: sinceMs }: Row): { untoldGapSinceMs?: number } {
  return sinceMs === null || sinceMs === undefined ? {} : { untoldGapSinceMs: Number(sinceMs) };
}

export function toTimelineEntry(row: Row): TimelineEntry {
  return { atMs: Number(row.at_ms), kind: String(row.kind), facts: toFacts(row.facts) };
}

/** What else than plain values is there, something else than this program has written. */
function toFacts(json: SqlValue | undefined): TimelineEntry['facts'] {
  const facts = readObject(json) ?? { unreadable: true };
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, isPlain(value) ? value : JSON.stringify(value)]),
  );
}

function isPlain(value: unknown): value is TimelineEntry['facts'][string] {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

/** The text in which an operator's search looks. Lower case here, because SQLite's lower() knows ASCII only. */
export function searchTextOf(team: Pick<Team, 'teamId' | 'name' | 'domain'>): string {
  return [team.teamId, team.name, team.domain]
    .filter((part) => part !== null)
    .join('\n')
    .toLowerCase();
}

/** The scopes of a credential. What somebody else has written there costs the scopes: the token works without knowing them. */
export function toScopes({ scopes }: Row): string[] {
  return (readList(scopes) ?? []).filter((scope) => typeof scope === 'string');
}

function toState(row: Row): InstallationState {
  if (row.status === 'active') return { kind: 'active', doubt: toDoubt(row) };
  const kind = row.status as 'suspended' | 'inactive';
  return { kind, reason: String(row.reason), sinceMs: Number(row.since_ms) };
}

function toDoubt(row: Row): Doubt {
  if (row.doubt === 'none') return { kind: 'none' };
  const kind = row.doubt as 'confirming' | 'held';
  return { kind, code: String(row.doubt_code), sinceMs: Number(row.doubt_since_ms) };
}

function toIncident(row: Row): IncidentProbes | null {
  if (row.incident_since_ms === null) return null;
  const sinceMs = Number(row.incident_since_ms);
  return { sinceMs, probes: Number(row.incident_probes), proofs: Number(row.incident_proofs) };
}

function toText(value: SqlValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
