/**
 * What a node has learned of an installation that another one judges, on its way to the owner: by a row, because only the database
 * knows who the owner will be. What it says is the judge's; here it is a text.
 */
import type { Transaction } from '../store/store.ts';
import { markChanged } from './change-counter-repository.ts';
import type { InstallationKey } from './installation.ts';
import type { RepositoryContext } from './repository-context.ts';
import { about } from './subjects.ts';

/** A text about an installation. A later one of the same subject replaces it. */
export interface StoredHint {
  subject: string;
  content: string;
}

/** Hints of all installations. */
export interface Hints {
  /** Leaves it to the owner. Writes nothing when the same is there already: a listener may hear the same answer to each call. */
  leave(key: InstallationKey, hint: StoredHint): Promise<void>;
  of(key: InstallationKey): Promise<StoredHint[]>;
  /** They were taken; one that was replaced meanwhile stays. */
  forget(key: InstallationKey, hints: readonly StoredHint[]): Promise<void>;
}

/** Hints in the store. */
export function createHints({ store }: Pick<RepositoryContext, 'store'>): Hints {
  return {
    leave: (key, hint) => store.transaction({ about: about(key) }, (tx) => leave(tx, key, hint)),
    async of(key) {
      const sql = 'select subject, content from hint where installation_key = $1 order by subject';
      const rows = await store.all(sql, [key]);
      return rows.map(({ subject, content }) => ({ subject: String(subject), content: String(content) }));
    },
    forget: (key, hints) => store.transaction({ about: about(key) }, (tx) => forget(tx, key, hints)),
  };
}

async function leave(tx: Transaction, key: InstallationKey, { subject, content }: StoredHint): Promise<void> {
  const written = await tx.run(
    `insert into hint (installation_key, subject, content)
       select cast($1 as text), cast($2 as text), cast($3 as text) where exists (select 1 from installation where key = $1)
     on conflict (installation_key, subject) do update set content = excluded.content
       where hint.content <> excluded.content`,
    [key, subject, content],
  );
  if (written === 0) return;
  await tx.run('update installation set has_hints = 1 where key = $1', [key]);
  await markChanged(tx, key);
}

async function forget(tx: Transaction, key: InstallationKey, hints: readonly StoredHint[]): Promise<void> {
  for (const { subject, content } of hints) {
    const sql = 'delete from hint where installation_key = $1 and subject = $2 and content = $3';
    await tx.run(sql, [key, subject, content]);
  }
  const changed = await tx.run(
    `update installation set has_hints = 0 where key = $1 and has_hints = 1
     and not exists (select 1 from hint where installation_key = $1)`,
    [key],
  );
  if (changed > 0) await markChanged(tx, key);
}
