/** The row in the audit of a broadcast that a server cancels by itself. */
import { hostname } from 'node:os';
import { runAudited } from '../audit/audited.ts';
import type { OperationContext } from '../operation-context.ts';
import { cancelBroadcast } from './cancel-broadcast.ts';
import { broadcastSnapshot } from './find-broadcast.ts';

export async function auditCancellation(
  context: Pick<OperationContext, 'store' | 'clock'>,
  broadcast: number,
  cancel: () => Promise<boolean>,
): Promise<boolean> {
  return await runAudited(context, {
    operation: cancelBroadcast.name,
    actor: { who: 'server', from: hostname() },
    input: { broadcast },
    snapshot: () => broadcastSnapshot(context, { broadcast }),
    run: cancel,
    resultOf: (changed) => ({ changed }),
  });
}
