/** A fault in force, as `/_sim` and the pages show it. */
import type { StandingFault } from './fault-board.ts';

export interface FaultInfo {
  id: string;
  kind: string;
  spec: StandingFault['spec'];
  hits: number;
  /** Answers that wait for a release. */
  held: number;
}

export function faultInfo({ id, spec, hits, held }: StandingFault): FaultInfo {
  return { id, kind: spec.kind, spec, hits, held: held.size };
}
