/** Joins what deletes teams, the purge by age and the removal by an operator, with the hooks, the install flow and what this process knows of them. */

import type { Config } from '../config/config.ts';
import type { Hooks } from '../hooks/hooks.ts';
import type { OwedHooks } from '../hooks/owed-hooks.ts';
import { sweepPurged } from '../inbox/sweep-purged.ts';
import type { Follower } from '../installation/follower.ts';
import type { Logger } from '../observability/logger.ts';
import { auditRefusedRemoval, auditRemoval } from '../operations/teams/audit-removal.ts';
import type { KeyOwnership } from '../ownership/key-ownership.ts';
import { Purger, type PurgerDeps } from '../team/purger.ts';
import { Remover, type RemoverDeps } from '../team/remover.ts';
import type { Clock } from '../time/clock.ts';
import type { Storage } from './create-storage.ts';

export interface CreatePurgerDeps {
  config: Pick<Config, 'purgeAfterDays'>;
  storage: Pick<Storage, 'store' | 'installations'>;
  hooks: Pick<Hooks, 'mayPurge'>;
  owed: Pick<OwedHooks, 'purged'>;
  owner: KeyOwnership;
  /** This process does nothing for it any more. */
  readonly forget: Follower['forget'];
  /** Resolves when no install is half done. */
  installsSettled: () => Promise<void>;
  clock: Clock;
  log: Logger;
}

const DAY_MS = 86_400_000;

/** The purge of a server; undefined unless PURGE_AFTER_DAYS switches it on. */
export function createPurger(deps: CreatePurgerDeps): Purger | undefined {
  const { purgeAfterDays } = deps.config;
  if (purgeAfterDays === undefined) return undefined;
  return new Purger({ ...deletionDeps(deps), purgeAfterMs: purgeAfterDays * DAY_MS });
}

/** What removes teams for operators. */
export function createRemover(deps: Omit<CreatePurgerDeps, 'config'>): Remover {
  const { storage, clock } = deps;
  return new Remover({
    ...deletionDeps(deps),
    audited: (key, work) => auditRemoval({ ...storage, clock }, key, work),
    auditedRefusal: (key, why, work) => auditRefusedRemoval({ ...storage, clock }, { key, why }, work),
  });
}

function deletionDeps(
  deps: Omit<CreatePurgerDeps, 'config'>,
): Omit<RemoverDeps, 'audited' | 'auditedRefusal'> & Omit<PurgerDeps, 'purgeAfterMs'> {
  const { storage, hooks, owner, owed, forget, installsSettled, clock, log } = deps;
  const { installations } = storage;
  return {
    installations,
    owner,
    mayPurge: (facts) => hooks.mayPurge(facts),
    installsSettled,
    onPurged({ key, version }, { teamIds }) {
      forget(key, version.install);
      owed.purged({ key, install: version.install, teamIds });
    },
    onRoundEnded: (teamIds) => sweepPurged(storage.store, teamIds),
    clock,
    log,
  };
}
