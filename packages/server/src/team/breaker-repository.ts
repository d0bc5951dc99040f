/** The breaker in the store. Verdicts count one after the other, so that no two nodes count past the threshold together. */
import { sharedNow } from '../store/shared-now.ts';
import type { Statements, Transaction } from '../store/store.ts';
import { BREAKER_WINDOW_MS, breakerThreshold, type IncidentProbes } from './breaker.ts';
import { markChanged } from './change-counter-repository.ts';
import { isOwnersWrite } from './epoch-repository.ts';
import type { InstallationKey, InstallationState } from './installation.ts';
import type { ExpectedState, Installations, NewTimelineEntry, VerdictOutcome } from './installations.ts';
import type { RepositoryContext } from './repository-context.ts';
import { stateAssignments, stateValues } from './state-columns.ts';
import { about } from './subjects.ts';
import { insertTimelineEntry } from './timeline-repository.ts';

interface Verdict {
  key: InstallationKey;
  expected: ExpectedState;
  inactive: InstallationState;
  held: InstallationState;
  entry: NewTimelineEntry;
}

/** The part of Installations that the breaker guards. */
export function createBreaker(
  context: RepositoryContext,
): Pick<Installations, 'deactivateOrHold' | 'setIncident' | 'endIncidentIfOver'> {
  const { store } = context;
  return {
    deactivateOrHold: (key, expected, states, entry) =>
      store.transaction({ about: about(key) }, (tx) =>
        deactivateOrHold(context, tx, { key, expected, ...states, entry }),
      ),
    setIncident: (key, expected, incident) =>
      store.transaction({ about: about(key) }, async (tx) => {
        if (!(await isOwnersWrite(store, tx, { key, epoch: expected.epoch }))) return;
        await setIncident(tx, { key, install: expected.version.install, incident });
      }),
    async endIncidentIfOver() {
      // Asked often, and nearly always in vain.
      if (!(await isIncidentOn(store))) return false;
      return await store.transaction({ about: [] }, endIncidentIfOver);
    },
  };
}

/** Whether so many failed together that further ones are held. */
export async function isIncidentOn(store: Statements): Promise<boolean> {
  return (await store.get('select 1 from breaker where tripped_at_ms is not null')) !== undefined;
}

async function deactivateOrHold(
  context: RepositoryContext,
  tx: Transaction,
  { key, expected, inactive, held, entry }: Verdict,
): Promise<VerdictOutcome> {
  const { store, clock } = context;
  const nowMs = clock.now();
  if (!(await isOwnersWrite(store, tx, { key, epoch: expected.epoch }))) return { kind: 'stale' };
  // The row of the installation first: who waits for it must not have what all verdicts wait for.
  const isExpected = await tx.run(
    'update installation set status = status where key = $1 and install = $2 and refresh = $3 and status = $4',
    [key, expected.version.install, expected.version.refresh, expected.from],
  );
  if (isExpected === 0) return { kind: 'stale' };
  await tx.enter('breaker');
  const lock = await tx.get('update breaker set verdicts = verdicts + 1 returning tripped_at_ms');
  const isTripped = lock?.tripped_at_ms !== null && (await isAnyHeld(tx));
  // What a node counts whose clock is ahead must neither end what the others have counted nor be ended by them.
  const countedMs = await sharedNow(tx, context);
  await tx.run('delete from breaker_count where at_ms < $1', [countedMs - BREAKER_WINDOW_MS]);
  // Counted by a clock that was ahead: without this they would count until that time comes.
  await tx.run('update breaker_count set at_ms = $1 where at_ms > $1', [countedMs]);
  const isHeld = isTripped || (await isTooMany(tx));
  const next = isHeld ? held : inactive;
  await tx.run(`update installation set ${stateAssignments(2)} where key = $1`, [key, ...stateValues(next, nowMs)]);
  await insertTimelineEntry(tx, key, { ...entry, atMs: nowMs, facts: { ...entry.facts, held: isHeld } });
  if (!isHeld)
    await tx.run(
      'insert into breaker_count (installation_key, at_ms) values ($1, $2) on conflict (installation_key) do update set at_ms = excluded.at_ms',
      [key, countedMs],
    );
  else await beginIncident(tx, key, nowMs);
  const others = isHeld && !isTripped ? await trip(tx, nowMs) : [];
  await markChanged(tx, ...others, key);
  return isHeld ? { kind: 'held', isFirst: !isTripped } : { kind: 'deactivated' };
}

/** What was held last may have been let go while no server ran: then the incident is over, though nobody has written so. */
async function isAnyHeld(tx: Statements): Promise<boolean> {
  return (await tx.get("select 1 from installation where doubt = 'held' limit 1")) !== undefined;
}

/** Whether one more would be past the threshold. Those that were just deactivated count as active: they were, a moment ago. */
async function isTooMany(tx: Statements): Promise<boolean> {
  const row = await tx.get(
    `select (select count(*) from installation where status = 'active') as active,
            (select count(*) from breaker_count) as recent`,
  );
  const recent = Number(row?.recent);
  return recent >= breakerThreshold(Number(row?.active) + recent);
}

/** What was deactivated within the window may have been of the same incident; answers the keys. */
async function trip(tx: Statements, nowMs: number): Promise<InstallationKey[]> {
  await tx.run('update breaker set tripped_at_ms = $1, began_at_ms = $1', [nowMs]);
  const rows = await tx.all(
    "select key from installation where status = 'inactive' and key in (select installation_key from breaker_count)",
  );
  const keys = rows.map(({ key }) => String(key)).sort();
  for (const key of keys) await beginIncident(tx, key, nowMs);
  return keys;
}

async function beginIncident(tx: Statements, key: InstallationKey, nowMs: number): Promise<void> {
  const sql = 'update installation set incident_since_ms = $2, incident_probes = 0, incident_proofs = 0 where key = $1';
  await tx.run(sql, [key, nowMs]);
}

/** Looks in its turn: one statement by itself would not see what a verdict holds meanwhile. */
async function endIncidentIfOver(tx: Transaction): Promise<boolean> {
  await tx.enter('breaker');
  if (await isAnyHeld(tx)) return false;
  return (await tx.run('update breaker set tripped_at_ms = null where tripped_at_ms is not null')) > 0;
}

async function setIncident(
  tx: Transaction,
  { key, install, incident }: { key: InstallationKey; install: number; incident: IncidentProbes | null },
): Promise<void> {
  const { sinceMs, probes, proofs } = incident ?? { sinceMs: null, probes: 0, proofs: 0 };
  const sql = `update installation set incident_since_ms = $3, incident_probes = $4, incident_proofs = $5
               where key = $1 and install = $2 and incident_since_ms is not null`;
  if ((await tx.run(sql, [key, install, sinceMs, probes, proofs])) > 0) await markChanged(tx, key);
}
