/** Does the faults of a plan, one after the other, and writes down when. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Trouble } from './evidence.ts';
import type { ClusterNode } from './node.ts';
import type { PlannedFault } from './plan.ts';
import type { Stage } from './stage.ts';

/** A database that ended is down for so long before it is started again in `database_restart`, in milliseconds. */
export interface BreakOptions {
  /** No fault begins after it. */
  signal: AbortSignal;
  onProgress: (text: string) => void;
}

/** Until the signal; a fault that was begun is also mended. */
export async function breakThings(
  stage: Stage,
  plan: Iterable<PlannedFault>,
  { signal, onProgress }: BreakOptions,
): Promise<Trouble[]> {
  const troubles: Trouble[] = [];
  for (const fault of plan) {
    if (signal.aborted) break;
    const node = fault.node === undefined ? undefined : stage.nodes[fault.node];
    onProgress(`${fault.kind}${node ? ` of ${node.name}` : ''}${fault.lastsMs > 0 ? ` for ${fault.lastsMs} ms` : ''}`);
    const fromMs = Date.now();
    const trouble: Trouble = { kind: fault.kind, node: node?.name, fromMs, untilMs: fromMs };
    troubles.push(trouble);
    trouble.untilMs = await doFault(stage, fault, node);
    await sleep(fault.pauseMs, undefined, { signal }).catch(() => {});
  }
  return troubles;
}

/** Answers when it was over. */
async function doFault(stage: Stage, fault: PlannedFault, node: ClusterNode | undefined): Promise<number> {
  const { kind, lastsMs } = fault;
  switch (kind) {
    case 'kill':
    case 'terminate':
      return await endProcess(nodeOf(node), fault);
    case 'freeze':
      nodeOf(node).freeze();
      await sleep(lastsMs);
      nodeOf(node).thaw();
      return Date.now();
    case 'cut_database':
    case 'cut_slack': {
      const what = kind === 'cut_slack' ? 'slack' : 'database';
      await stage.cut(nodeOf(node), what);
      await sleep(lastsMs);
      await stage.mend(nodeOf(node), what);
      return Date.now();
    }
    case 'database_restart':
    case 'database_down':
      await stage.pair.stop(kind === 'database_down' ? 'immediate' : 'fast');
      await sleep(lastsMs);
      await stage.pair.startAgain();
      return Date.now();
    case 'failover': {
      await stage.pair.failover();
      const overAtMs = Date.now();
      await stage.pair.restoreStandby();
      return overAtMs;
    }
    case 'primary_gone': {
      // Its machine lost power: no connection is refused or reset, also not once the standby takes writes.
      const primary = await stage.silencePrimary();
      await stage.pair.failover();
      const overAtMs = Date.now();
      await stage.pair.restoreStandby();
      await sleep(lastsMs);
      await primary.isBack();
      return overAtMs;
    }
    case 'slack_outage': {
      const { id } = await stage.simulator.fault({ kind: 'outage', how: lastsMs % 2 === 0 ? '503' : 'reset' });
      await sleep(lastsMs);
      await stage.simulator.removeFaults(id);
      return Date.now();
    }
    case 'mass_drop':
      await stage.simulator.fault({ kind: 'reset' });
      return Date.now();
  }
}

/** The fault is over when the process is gone; the next one is begun afterwards. */
async function endProcess(node: ClusterNode, { kind, lastsMs }: PlannedFault): Promise<number> {
  await (kind === 'kill' ? node.kill() : node.terminate());
  const goneAtMs = Date.now();
  await sleep(lastsMs);
  void node.start();
  return goneAtMs;
}

function nodeOf(node: ClusterNode | undefined): ClusterNode {
  if (!node) throw new Error('the fault needs a node');
  return node;
}
