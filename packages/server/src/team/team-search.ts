/** What teams an operator looks for. The words for it are the doors' (operations/teams/team-query.ts), the SQL is team-search-repository.ts. */
import type { InstallationKey, TeamId } from './installation.ts';
import type { InstallationView } from './installations.ts';

/** Of the installation, `access` of the team itself. `reason` is that of the status or of the doubt. */
export type TeamProperty = 'status' | 'reason' | 'doubt' | 'app' | 'enterprise' | 'access';

/** States of a connection, as connection-model.ts has them; `none` in a search: nobody told of one. */
export const connectionStates = ['idle', 'connecting', 'open', 'waiting', 'paused', 'stopped'] as const;

/** One condition; all of a search must match. */
export type TeamCondition =
  | { kind: 'property'; property: TeamProperty; anyOf: readonly string[]; isNegated: boolean }
  /** Held, or deactivated just before many were. */
  | { kind: 'incident'; isOf: boolean }
  /** It has been in its present status or doubt since a moment not before, or before, this one. */
  | { kind: 'since' | 'before'; atMs: number }
  /** The state of its connection, as told last. */
  | { kind: 'connection'; anyOf: readonly ((typeof connectionStates)[number] | 'none')[]; isNegated: boolean }
  /** Part of a team id, name, domain or key of the installation; case does not matter. */
  | { kind: 'text'; part: string; isNegated: boolean };

/** The place of a team in lists: by installation, within it by id. Neither changes, so nothing is seen twice or passed over. */
export interface TeamPlace {
  key: InstallationKey;
  teamId: TeamId;
}

/** Which teams that match. */
export interface TeamPage {
  after?: TeamPlace | undefined;
  limit: number;
}

/** Teams within their installations, in the order of their places; an installation may go on in the next page. */
export interface FoundTeams {
  views: InstallationView[];
  /** Undefined on the last page. */
  next: TeamPlace | undefined;
}

/** How many teams are in one state. */
export interface TeamCount {
  status: 'active' | 'suspended' | 'inactive';
  doubt: 'none' | 'confirming' | 'held';
  access: 'granted' | 'revoked';
  reason: string | null;
  teams: number;
}
