/**
 * Hands a database over from one Slack app to another, as when a classic app is replaced by a new one: Slack gives the new one
 * tokens of its own, workspace by workspace, when it is installed there. Until then nothing acts; names and data stay.
 */
import { BotServerError } from '../errors.ts';
import type { Statements, Store } from '../store/store.ts';
import type { TimelineKind } from './timeline-kinds.ts';

export interface AppMove {
  from: string;
  to: string;
  nowMs: number;
}

/** Why an installation is inactive then. */
export const APP_MOVED = 'app_moved' satisfies TimelineKind;

/**
 * One transaction: the database belongs to the new app, each installation is inactive, and every token of the old app is deleted,
 * so that no probe or request of an operator brings one back. A re-install finds its row. No server may be running: the numbers
 * of changes stay as they are, and a start reads all rows; and so the transaction is about nothing in particular.
 * @returns how many installations wait for a re-install
 * @throws BotServerError `app_mismatch` when the database belongs to another app than `from`
 */
export async function moveApp(store: Store, { from, to, nowMs }: AppMove): Promise<number> {
  return await store.transaction({ about: [] }, async (tx) => {
    await requireApp(tx, from);
    await tx.run('update meta set app_id = $1, bot_name = null', [to]);
    await tx.run('delete from credential');
    await tx.run(
      'insert into timeline (installation_key, at_ms, kind, facts) select key, $1, $2, $3 from installation',
      [nowMs, APP_MOVED, JSON.stringify({ from, to })],
    );
    await tx.run('delete from breaker_count');
    await tx.run('update breaker set tripped_at_ms = null');
    return await tx.run(
      `update installation set app_id = null, status = 'inactive', reason = $1,
         since_ms = case when status = 'inactive' then since_ms else $2 end,
         doubt = 'none', doubt_code = null, doubt_since_ms = null, request = null, request_seq = null,
         incident_since_ms = null, incident_probes = 0, incident_proofs = 0`,
      [APP_MOVED, nowMs],
    );
  });
}

/**
 * How many installations would wait for a re-install; changes nothing.
 * @throws BotServerError `app_mismatch`, as moveApp()
 */
export async function countMove(store: Store, { from }: Pick<AppMove, 'from'>): Promise<number> {
  await requireApp(store, from);
  return Number((await store.get('select count(*) as installations from installation'))?.installations);
}

/** What was never recorded is told by the installations. */
async function requireApp(tx: Pick<Statements, 'get'>, from: string): Promise<void> {
  const row = await tx.get(
    `select app_id, (select count(*) from installation where app_id is not null and app_id <> $1) as others from meta`,
    [from],
  );
  const stored = typeof row?.app_id === 'string' ? row.app_id : null;
  if (stored === from || (stored === null && Number(row?.others) === 0)) return;
  const message = `This database belongs to ${stored === null ? 'another Slack app' : `the Slack app ${stored}`}, not to ${from}`;
  throw new BotServerError('app_mismatch', message, { facts: { stored, appId: from } });
}
