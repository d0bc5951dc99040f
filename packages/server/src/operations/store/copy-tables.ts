/** What there is to copy, in the order that references ask for. A test compares the list with the schemas of both engines. */

/** A table whose rows are copied as they are. Its columns are asked of the database. */
export interface CopiedTable {
  name: string;
  /** Its primary key: the order in which it is read, and where it goes on. */
  key: readonly string[];
  /** The column that the database numbers; the numbers go on where they were. */
  counter?: string;
}

export const copiedTables: readonly CopiedTable[] = [
  { name: 'installation', key: ['key'] },
  { name: 'credential', key: ['installation_key', 'kind', 'user_id'] },
  { name: 'hint', key: ['installation_key', 'subject'] },
  { name: 'team', key: ['team_id'] },
  { name: 'timeline', key: ['id'], counter: 'id' },
  { name: 'oauth_use', key: ['state_hash'] },
  { name: 'data', key: ['team_id', 'key'] },
  { name: 'inbox', key: ['seq'], counter: 'seq' },
  { name: 'job', key: ['name'] },
  { name: 'job_slot', key: ['name', 'slot_ms'] },
  { name: 'job_team', key: ['name', 'team_id'] },
  { name: 'breaker_count', key: ['installation_key'] },
  { name: 'replay', key: ['id'], counter: 'id' },
  { name: 'broadcast', key: ['id'], counter: 'id' },
  { name: 'broadcast_team', key: ['broadcast_id', 'team_id'] },
  { name: 'event_fact', key: ['id'], counter: 'id' },
  { name: 'audit', key: ['seq'], counter: 'seq' },
];

/** One row each: written when everything else is there. */
export const copiedFields = {
  meta: ['app_id', 'bot_name', 'key_fingerprint', 'change_counter', 'purged_install', 'teams_bound', 'inbox_owner'],
  breaker: ['verdicts', 'tripped_at_ms', 'began_at_ms', 'told'],
} as const;

/** Events in batches, which only SQLite has; they become rows of `inbox`. */
export const BATCHES = 'inbox_batch';

/** What belongs to the database and not to what is in it: its schema, who serves it and sees what is gone, and this copy. */
export const notCopied = {
  tables: [
    'node',
    'shard',
    'pace',
    'pace_node',
    'admin_login',
    'admin_proof',
    'purged_installation',
    'minute_report',
    'process_report',
    'connection_report',
    'rate_limit',
    'memory_question',
    'memory_answer',
    'inbox_batch_payload',
    'inbox_batch_done',
  ],
  fields: { meta: ['id', 'schema_version', 'oldest_reader', 'copy'], breaker: ['id'] },
} as const;
