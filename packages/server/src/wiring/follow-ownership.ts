/** Who is told of the shards that this process gains and loses, and in which order. */
import type { Broadcaster } from '../broadcast/broadcaster.ts';
import type { EngineDeps } from '../engine-deps.ts';
import { OwnedRows, type OwnedRowsDeps } from '../installation/owned-rows.ts';
import type { UnservedShards } from '../ownership/unserved-shards.ts';
import type { ShardCounter } from './count-shards.ts';
import type { Connections } from './create-connections.ts';
import type { Intake } from './create-intake.ts';

interface FollowingParts {
  intake: Intake;
  connections: Connections;
  broadcaster: Broadcaster;
  shards: ShardCounter;
  unserved: UnservedShards;
}

/** Before the ownership starts. */
export function followOwnership(
  deps: EngineDeps,
  { intake, connections, broadcaster, shards, unserved }: FollowingParts,
  rows: Pick<OwnedRowsDeps, 'follower' | 'tellAgain' | 'settled' | 'ownerDied'>,
): void {
  const { ownership, jobs } = deps;
  ownership.follow(broadcaster);
  ownership.follow(unserved);
  ownership.follow(new OwnedRows({ ...deps, ...rows }));
  ownership.follow(shards);
  ownership.follow(jobs);
  if (connections.sockets) ownership.follow(connections.sockets);
  ownership.follow(intake.works.follower());
  ownership.follow(intake.dispatcher.follower);
}
