/** Carries what a node learns of an installation to the node that judges it, by the rows. */
import { type Hint, subjectOf } from '../judge/hint.ts';
import type { Logger } from '../observability/logger.ts';
import { readObject } from '../read-json.ts';
import { createHints } from '../team/hint-repository.ts';
import type { InstallationKey } from '../team/installation.ts';
import type { Storage } from './create-storage.ts';

export interface HintPost {
  /** Leaves it to the owner; returns at once. */
  passOn(key: InstallationKey, hint: Hint): void;
  /** Takes what was left for this node. A hint may come twice, when it could not be deleted: judging does not mind. */
  take(key: InstallationKey, take: (hint: Hint) => void): Promise<void>;
}

export function createHintPost({
  storage,
  wake,
  log,
}: {
  storage: Pick<Storage, 'store'>;
  wake: () => void;
  log: Pick<Logger, 'warn'>;
}): HintPost {
  const hints = createHints(storage);
  /** On their way: a listener that goes on calling with a dead token hears the same answer each time. */
  const leaving = new Set<string>();
  return {
    passOn(key, hint) {
      const stored = { subject: subjectOf(hint), content: JSON.stringify(hint) };
      const id = `${key} ${stored.subject}`;
      if (hint.type === 'signal' && leaving.has(id)) return;
      leaving.add(id);
      hints
        .leave(key, stored)
        .then(wake, (error: unknown) =>
          log.warn({ key, err: error }, 'doubt not passed on: the next call raises it again'),
        )
        .finally(() => leaving.delete(id));
    },
    async take(key, take) {
      const found = await hints.of(key);
      for (const { content } of found) {
        const hint = readObject(content);
        if (hint) take(hint as unknown as Hint);
      }
      await hints.forget(key, found);
    },
  };
}
