/**
 * What the hooks were told of a team: its fields and their columns, in one table. Where a row differs from it, a hook is due. A new
 * field needs a migration besides (with the value that hooks of an earlier version were told), and no other change.
 */
import type { Row } from '../store/store.ts';
import type { Team } from './installation.ts';

/** Those fields of a team whose changes are told. */
export type ToldTeam = Pick<Team, 'access' | 'name'>;

const COLUMN_OF = { access: 'told_access', name: 'told_name' } as const satisfies Record<keyof ToldTeam, string>;

const FIELDS = Object.keys(COLUMN_OF) as (keyof ToldTeam)[];

/** The columns, in the order of toldValues. All hold text. */
export const TOLD_COLUMNS: readonly string[] = Object.values(COLUMN_OF);

export function toldValues(told: ToldTeam): (string | null)[] {
  return FIELDS.map((field) => told[field]);
}

/** Reads a row that has these columns. */
export function toToldTeam(row: Row): ToldTeam {
  return pick((field) => row[COLUMN_OF[field]] ?? null);
}

/** What is told of a team, as it is now. */
export function toldOf(team: Team): ToldTeam {
  return pick((field) => team[field]);
}

export function isSameTold(a: ToldTeam | undefined, b: ToldTeam): boolean {
  return a !== undefined && FIELDS.every((field) => a[field] === b[field]);
}

function pick(valueOf: (field: keyof ToldTeam) => unknown): ToldTeam {
  return Object.fromEntries(FIELDS.map((field) => [field, valueOf(field)])) as unknown as ToldTeam;
}
