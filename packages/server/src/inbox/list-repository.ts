/** Events in rows as an operator sees and changes them. */
import type { Row, SqlValue, Store } from '../store/store.ts';
import type { EventFailure, InboxEntry, InboxFilter, InboxState } from './inbox.ts';

const decoder = new TextDecoder();

/** What toEntry reads. */
export const ENTRY_COLUMNS =
  'seq, event_id, team_id, type, state, attempts, error_code, error, error_at, received_at_ms';

export async function list(store: Store, filter: InboxFilter): Promise<InboxEntry[]> {
  const { where, params } = conditions(stateCondition(filter.state), filter);
  const sql = `select ${ENTRY_COLUMNS} from inbox where ${where} order by seq desc limit $${params.push(filter.limit)}`;
  return (await store.all(sql, params)).map(toEntry);
}

/** The event, with its payload as long as it has one. */
export async function find(
  store: Store,
  eventId: string,
): Promise<(InboxEntry & { payload: string | null }) | undefined> {
  const row = await store.get('select * from inbox where event_id = $1', [eventId]);
  if (!row) return undefined;
  const payload = row.payload instanceof Uint8Array ? decoder.decode(row.payload) : null;
  return { ...toEntry(row), payload };
}

export function change(
  store: Store,
  assignments: string,
  filter: Omit<InboxFilter, 'limit' | 'state'>,
): Promise<number> {
  const { where, params } = conditions("state = 'failed'", filter);
  return store.run(`update inbox set ${assignments} where ${where}`, params);
}

const NOT_DONE = ['ready', 'retry', 'failed'] as const satisfies readonly InboxState[];

/** Rows that are not done come from the small indexes of their states: the table may hold millions that are. */
function stateCondition(state: InboxFilter['state']): string {
  if (state === undefined) return '1 = 1';
  if (state === 'done') return "state = 'done'";
  const states = state === 'not_done' ? NOT_DONE : [state];
  return `seq in (${states.map((one) => `select seq from inbox where state = '${one}'`).join(' union all ')})`;
}

function conditions(
  state: string,
  filter: Omit<InboxFilter, 'limit' | 'state'> & { eventId?: string },
): { where: string; params: SqlValue[] } {
  const params: SqlValue[] = [];
  const parts = [state];
  const { eventId, teamId, type, afterSeq } = filter;
  if (eventId !== undefined) parts.push(`event_id = $${params.push(eventId)}`);
  if (teamId !== undefined) parts.push(`team_id = $${params.push(teamId)}`);
  if (type !== undefined) parts.push(`type = $${params.push(type)}`);
  if (afterSeq !== undefined) parts.push(`seq > $${params.push(afterSeq)}`);
  return { where: parts.join(' and '), params };
}

export function toEntry(row: Row): InboxEntry {
  const state = row.state as InboxState;
  // The column counts what came before the run that an event waits for; these have had theirs.
  const lastRun = state === 'done' || state === 'failed' ? 1 : 0;
  return {
    seq: Number(row.seq),
    eventId: String(row.event_id),
    teamId: String(row.team_id),
    type: String(row.type),
    state,
    attempts: Number(row.attempts) + lastRun,
    error: toFailure(row),
    receivedAtMs: Number(row.received_at_ms),
  };
}

function toFailure(row: Row): EventFailure | null {
  return typeof row.error_code === 'string'
    ? { code: row.error_code, message: String(row.error), at: typeof row.error_at === 'string' ? row.error_at : null }
    : null;
}
