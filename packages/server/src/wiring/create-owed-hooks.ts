/** Hooks that whoever is there owes when the process that should have told them died. */
import type { EngineDeps } from '../engine-deps.ts';
import { OwedHooks } from '../hooks/owed-hooks.ts';
import type { KeyOwnership } from '../ownership/key-ownership.ts';
import { createOwedHooksRows } from '../team/owed-hooks-repository.ts';

interface CreateOwedHooksDeps extends Pick<EngineDeps, 'storage' | 'hooks' | 'ownership' | 'log'> {
  owner: KeyOwnership;
}

/** What is of no installation is for the owner of the first shard: any would do, if it is one. */
export function createOwedHooks({ storage, ownership, ...deps }: CreateOwedHooksDeps): OwedHooks {
  return new OwedHooks({ ...deps, rows: createOwedHooksRows(storage.store), isFirst: () => ownership.owns(0) });
}
