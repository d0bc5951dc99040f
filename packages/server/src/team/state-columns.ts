/** How the state of an installation is written into its row. Read again by installation-rows.ts. */
import type { SqlValue } from '../store/store.ts';
import type { InstallationState } from './installation.ts';

const stateColumns = ['status', 'reason', 'since_ms', 'doubt', 'doubt_code', 'doubt_since_ms'] as const;

/** Assignments for `set`, whose parameters are stateValues from the number `first` on. A doubt, or its end, leaves alone since when it is active. */
export function stateAssignments(first: number): string {
  const assigned = stateColumns.map((column, index) => {
    const value = `$${first + index}`;
    if (column !== 'since_ms') return `${column} = ${value}`;
    return `since_ms = case when status = 'active' and $${first} = 'active' then since_ms else ${value} end`;
  });
  return assigned.join(', ');
}

/** In the order of stateAssignments. */
export function stateValues(state: InstallationState, nowMs: number): SqlValue[] {
  if (state.kind !== 'active') return [state.kind, state.reason, state.sinceMs, 'none', null, null];
  const { doubt } = state;
  if (doubt.kind === 'none') return ['active', null, nowMs, 'none', null, null];
  return ['active', null, nowMs, doubt.kind, doubt.code, doubt.sinceMs];
}
