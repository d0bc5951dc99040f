/** Who owns which part of the work on this store. */
import { hostname } from 'node:os';
import type { Config } from '../config/config.ts';
import { socketConnectionsDefaults } from '../connection/socket-connections.ts';
import type { ConnectionsOptions, ServerTuning } from '../engine-deps.ts';
import type { Roster } from '../installation/roster.ts';
import type { Logger } from '../observability/logger.ts';
import { pidSpace } from '../ownership/dead-process.ts';
import { LeaseOwner, type LeaseOwnerDeps } from '../ownership/lease-owner.ts';
import { leaseDefaults } from '../ownership/node-model.ts';
import { createNodeRepository } from '../ownership/node-repository.ts';
import type { Ownership } from '../ownership/ownership.ts';
import { createTurns, type PaceName } from '../ownership/pace-repository.ts';
import { SignsOfLife } from '../ownership/signs-of-life.ts';
import { SoleOwner } from '../ownership/sole-owner.ts';
import { noteShards } from '../ownership/untold-shards-repository.ts';
import { bundledSchemaVersion } from '../store/migration-files.ts';
import { type Clock, systemClock } from '../time/clock.ts';
import type { DrawTurns } from '../time/shared-pace.ts';
import { version } from '../version.ts';
import type { Storage } from './create-storage.ts';

export interface CreateOwnershipDeps extends Pick<LeaseOwnerDeps, 'isSettled' | 'log'> {
  storage: Pick<Storage, 'store' | 'vault' | 'notices' | 'ownConnection'>;
  config: Pick<Config, 'slackTransport' | 'publicUrl'>;
  connections: ConnectionsOptions;
  roster: Pick<Roster, 'connectionsByShard'>;
  tuning: ServerTuning;
  /** The server's; leases do not use it. */
  clock: Clock;
}

/** Whether other servers may use the database at the same time. */
export function isShared({ store }: Pick<Storage, 'store'>, tuning: ServerTuning): boolean {
  return store.engine === 'postgres' && (tuning.isShared ?? true);
}

/** By leases where servers share a database, else everything is this process's. */
export function createOwnership({
  storage,
  config,
  connections,
  roster,
  tuning,
  clock,
  ...rest
}: CreateOwnershipDeps): Ownership {
  const { store } = storage;
  const connection = isShared(storage, tuning) ? storage.ownConnection?.() : undefined;
  if (!connection) {
    return new SoleOwner({ signs: store.engine === 'sqlite' ? new SignsOfLife({ ...rest, store, clock }) : undefined });
  }
  const options = { ...leaseDefaults, socketSlots: socketSlots(config, connections), ...tuning.lease };
  const { slackTransport: transport, publicUrl } = config;
  const { fingerprint: sealsWith, fingerprints: opens } = storage.vault;
  const space = pidSpace();
  return new LeaseOwner({
    repository: createNodeRepository(connection, { limitMs: options.queryLimitMs }),
    closeRepository: () => connection.close(),
    identity: {
      host: hostname(),
      pid: process.pid,
      packageVersion: version,
      schemaVersion: bundledSchemaVersion('postgres'),
      sealsWith,
      facts: {
        transport,
        ...(publicUrl !== undefined && { publicUrl }),
        ...(space !== undefined && { pidSpace: space }),
      },
    },
    opens,
    noted: (shards) => noteShards(store, shards),
    notices: storage.notices,
    // Not the server's, which a test may move: the database's does not move with it.
    clock: systemClock,
    options,
    ...(transport === 'rtm' && { connectionsByShard: () => roster.connectionsByShard() }),
    ...rest,
  });
}

/** The lock on a database of its own is lost: nobody but an operator can say that no other server has it. */
export function fenceForGood(
  err: Error,
  { ownership, log }: { ownership: Ownership | undefined; log: Pick<Logger, 'error'> },
): void {
  log.error({ err }, 'the lock on the database is lost: nothing is sent until this server is started again');
  if (ownership instanceof SoleOwner) ownership.fence();
}

/** Slots that nobody uses would only make the shares uneven. */
function socketSlots({ slackTransport }: Pick<Config, 'slackTransport'>, connections: ConnectionsOptions): number {
  const { socketCount = socketConnectionsDefaults.socketCount } = connections;
  return slackTransport === 'socket' ? socketCount : 0;
}

/** Draws the turns of what all nodes do at one pace; undefined where one process has the database to itself. */
export function sharedTurns({
  storage,
  ownership,
}: {
  storage: Pick<Storage, 'store'>;
  ownership: Ownership;
}): (name: PaceName) => DrawTurns | undefined {
  if (ownership instanceof SoleOwner) return () => undefined;
  return (name) => createTurns(storage.store, { name, nodeId: () => ownership.nodeId });
}
