/**
 * Which test files begin first: those that take longest, so that no worker is left with one of them when the others have nothing more
 * to do. On a clean clone vitest knows no durations and takes the size of a file for it, and small files start many processes.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** More than about 15 s on two cores. */
const LONG = [
  'bench/src/chaos/run.test.ts',
  'bench/src/cluster/run.test.ts',
  'packages/server/test/cut-off-moves.test.ts',
  'packages/server/test/alerts.test.ts',
  'packages/server/test/cli-broadcast.test.ts',
  'packages/server/test/verdicts-on-three-transports.test.ts',
  'packages/server/test/socket-trouble.test.ts',
  'packages/server/test/mass-failure.test.ts',
  'packages/server/test/rotation.test.ts',
  'packages/server/src/team/breaker.test.ts',
  'packages/server/test/two-servers.test.ts',
  'bench/src/chaos/planted-in-leases.test.ts',
  'bench/src/chaos/planted-in-sockets.test.ts',
  'packages/server/test/cli-exchange.test.ts',
  'packages/server/test/cli-events.test.ts',
  'packages/server/test/rolling-restart.test.ts',
  'packages/server/test/rolling-restart-rtm.test.ts',
  'packages/server/test/cli-api.test.ts',
  'packages/server/test/three-transports.test.ts',
  'packages/server/test/backup.test.ts',
  'packages/server/test/joining-node.test.ts',
  'packages/server/test/cli-incident.test.ts',
  'packages/server/test/probe-pace.test.ts',
  'packages/server/test/org-life.test.ts',
  'packages/server/test/suspended.test.ts',
  'packages/server/test/process-end.test.ts',
  'packages/server/src/operations/store/copy-store.test.ts',
  'packages/server/test/cli-doctor.test.ts',
  'packages/server/test/unlike-nodes.test.ts',
  'packages/server/test/uninstall-in-any-order.test.ts',
  'packages/server/test/uninstall-elsewhere.test.ts',
  'bench/src/intake/run.test.ts',
  'bench/src/cluster/throughput.test.ts',
  'bench/src/connections/run.test.ts',
];

export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification) => {
      const at = LONG.findIndex((file) => moduleId.endsWith(`/${file}`));
      return at === -1 ? LONG.length : at;
    };
    // What is of the same rank keeps vitest's order.
    return (await super.sort(files)).toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}
