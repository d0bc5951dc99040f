/** Tells whoever counts how long work of the store took. */
import type { StatementKind, StatementObserver } from './store.ts';

/** Starts the work and answers its promise; `observe` is told when it has settled. */
export function observed<T>(
  observe: StatementObserver | undefined,
  kind: StatementKind,
  start: () => Promise<T>,
): Promise<T> {
  if (!observe) return start();
  const startedMs = performance.now();
  const work = start();
  work.then(
    () => observe(kind, performance.now() - startedMs),
    (error: unknown) => observe(kind, performance.now() - startedMs, error),
  );
  return work;
}
