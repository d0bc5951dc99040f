/** What the row of a new installation says, for statements that insert one or many. */
import type { SqlValue } from '../store/store.ts';
import type { Version } from './installation.ts';
import type { InstallInput } from './installations.ts';
import { shardOf } from './shard.ts';

/** What a new row of an installation says; the other columns have defaults. */
export const INSTALLATION_COLUMNS = [
  'key',
  'app_id',
  'is_enterprise',
  'status',
  'reason',
  'since_ms',
  'install',
  'refresh',
  'changed_seq',
  'shard',
  'created_at_ms',
  'installed_at_ms',
  'metadata',
  'enterprise_id',
  'installed_by',
] as const;

/** In the order of INSTALLATION_COLUMNS. */
export function installationValues(
  input: InstallInput,
  { version, changedSeq, nowMs }: { version: Version; changedSeq: number; nowMs: number },
): SqlValue[] {
  return [
    input.key,
    input.appId,
    input.isEnterprise ? 1 : 0,
    input.inactive ? 'inactive' : 'active',
    input.inactive?.reason ?? null,
    input.inactive?.sinceMs ?? null,
    version.install,
    version.refresh,
    changedSeq,
    shardOf(input.key),
    nowMs,
    nowMs,
    input.metadata ?? null,
    input.isEnterprise ? input.key : (input.enterpriseId ?? null),
    input.installedBy ?? null,
  ];
}
