/** What the death of a process means for the events that it left. */
import type { SqlValue, Statements } from '../store/store.ts';

/** An event that twice killed its process while nothing else ran beside it is what kills it. */
const MAX_ISOLATED_CRASHES = 2;

/** Unfinished events that fit `scope` count one more attempt, all without it. Answers how many failed as poison. */
export async function addAttempt(
  tx: Statements,
  scope: { condition: (firstParam: number) => string; params: readonly SqlValue[] } = {
    condition: () => '',
    params: [],
  },
): Promise<number> {
  const isLeft = (firstParam: number) => `state in ('ready', 'retry') ${scope.condition(firstParam)}`;
  await tx.run(
    `update inbox set lone_deaths = lone_deaths + 1 where ${isLeft(1)} and alone_at_ms is not null`,
    scope.params,
  );
  const poisoned = await tx.run(
    `update inbox set state = 'failed', error_code = 'poison', error = $1, alone_at_ms = null
     where ${isLeft(3)} and lone_deaths >= $2`,
    ['The process died twice while this event ran alone', MAX_ISOLATED_CRASHES, ...scope.params],
  );
  // From the third time on it runs alone, and so out of order.
  await tx.run(
    `update inbox set attempts = attempts + 1, takeovers = takeovers + 1, alone_at_ms = null,
     state = case when takeovers >= 1 then 'retry' else state end where ${isLeft(1)}`,
    scope.params,
  );
  return poisoned;
}
