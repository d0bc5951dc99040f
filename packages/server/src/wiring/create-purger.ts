/** Joins the purge of inactive teams with the hooks, the install flow and what this process knows of them. */

import type { Config } from '../config.ts';
import type { Hooks } from '../hooks/hooks.ts';
import type { OwedHooks } from '../hooks/owed-hooks.ts';
import { sweepPurged } from '../inbox/sweep-purged.ts';
import type { Follower } from '../installation/follower.ts';
import type { Logger } from '../observability/logger.ts';
import type { KeyOwnership } from '../ownership/key-ownership.ts';
import { Purger } from '../team/purger.ts';
import type { Clock } from '../time/clock.ts';
import type { Storage } from './create-storage.ts';

export interface CreatePurgerDeps {
  config: Pick<Config, 'purgeAfterDays'>;
  storage: Pick<Storage, 'store' | 'installations'>;
  hooks: Pick<Hooks, 'mayPurge'>;
  owed: Pick<OwedHooks, 'purged'>;
  owner: KeyOwnership;
  follower: Pick<Follower, 'forget'>;
  /** Resolves when no install is half done. */
  installsSettled: () => Promise<void>;
  clock: Clock;
  log: Logger;
}

const DAY_MS = 86_400_000;

/** The purge of a server; undefined unless PURGE_AFTER_DAYS switches it on. */
export function createPurger(deps: CreatePurgerDeps): Purger | undefined {
  const { config, storage, hooks, owed, follower, installsSettled, clock, log } = deps;
  if (config.purgeAfterDays === undefined) return undefined;
  return new Purger({
    installations: storage.installations,
    owner: deps.owner,
    purgeAfterMs: config.purgeAfterDays * DAY_MS,
    mayPurge: (facts) => hooks.mayPurge(facts),
    installsSettled,
    onPurged({ key, version }, { teamIds }) {
      follower.forget(key, version.install);
      owed.purged({ key, install: version.install, teamIds });
    },
    onRoundEnded: (teamIds) => sweepPurged(storage.store, teamIds),
    clock,
    log,
  });
}
