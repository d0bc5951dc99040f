/**
 * Runs an operation so that no change is without a row in the audit: the row is committed before the operation begins, and its end is
 * written afterwards. A process that dies in between leaves a row that says `begun`. See docs/adr/0009.
 */
import { type ErrorCode, isBotServerError } from '../../errors.ts';
import type { Store } from '../../store/store.ts';
import type { Clock } from '../../time/clock.ts';
import { type AuditFacts, auditJson } from './audit-facts.ts';
import { type AuditEnd, beginAudit, endAudit } from './audit-repository.ts';

/** Who asks, and from where: said by the door, which knows how it was proved. */
export interface Actor {
  /** The door, and the name under which it let somebody in: `cli:ann`, `api:admin`, `mcp`. */
  readonly who: string;
  /** An address, or the name of the machine for who works on it. */
  readonly from: string;
}

export interface AuditedRun<Output> {
  operation: string;
  actor: Actor;
  input: AuditFacts;
  /** Of what is about to be changed; undefined when nothing can be said of it. */
  readonly snapshot: () => Promise<AuditFacts | undefined>;
  readonly run: () => Promise<Output>;
  /** What the row says of the answer. */
  readonly resultOf: (output: Output) => AuditFacts;
  /** The code when the answer says that it did not do all. @defaultValue never */
  readonly errorOf?: ((output: Output) => ErrorCode | undefined) | undefined;
}

/** @throws BotServerError what `run` throws; `store_unavailable` before it begins when the row cannot be written */
export async function runAudited<Output>(
  { store, clock }: { store: Store; clock: Clock },
  { operation, actor, input, snapshot, run, resultOf, errorOf }: AuditedRun<Output>,
): Promise<Output> {
  const before = await snapshot();
  const seq = await beginAudit(store, {
    atMs: clock.now(),
    who: actor.who,
    from: actor.from,
    operation,
    teamId: typeof input.teamId === 'string' ? input.teamId : null,
    inputJson: auditJson(input),
    beforeJson: before ? auditJson(before) : null,
  });
  /** The operation is over, whatever comes of this: what it did must not be told as failed, and its row is there. */
  const end = async (result: Pick<AuditEnd, 'outcome' | 'errorCode' | 'resultJson'>) => {
    try {
      const after = await snapshot();
      const afterJson = after ? auditJson(after) : null;
      await endAudit(store, seq, { endedAtMs: clock.now(), afterJson, ...result });
    } catch {
      // The row goes on to say `begun`: its end is not known to the database.
    }
  };
  try {
    const output = await run();
    const errorCode = errorOf?.(output) ?? null;
    const outcome = errorCode === null ? 'done' : 'failed';
    await end({ outcome, errorCode, resultJson: auditJson(resultOf(output)) });
    return output;
  } catch (error) {
    await end({
      outcome: 'failed',
      errorCode: isBotServerError(error) ? error.code : 'unexpected',
      // What was done until it was stopped.
      resultJson: isBotServerError(error, 'interrupted') ? auditJson(error.facts) : null,
    });
    throw error;
  }
}
