/** The installations of an incident: those that the breaker holds, and those that were deactivated just before. */
import { earliestProofMs } from '../../team/breaker.ts';
import { type Installation, isHeld } from '../../team/installation.ts';
import { isoTime, time } from '../fields.ts';
import type { OperationContext } from '../operation-context.ts';

/** As many as the store gives at once. */
const PAGE = 500;

/** In the order of their keys; what is changed on the way may or may not be seen. */
export async function installationsOfIncident({
  installations,
}: Pick<OperationContext, 'installations'>): Promise<Installation[]> {
  const found: Installation[] = [];
  for (let afterKey = ''; ; ) {
    const page = await installations.list({ ofIncident: true, limit: PAGE, afterKey });
    found.push(...page.map(({ installation }) => installation));
    const last = found.at(-1);
    if (!last || page.length < PAGE) return found;
    afterKey = last.key;
  }
}

export const noDeactivationBefore = time
  .nullable()
  .default(null)
  .describe(
    'No held team is deactivated before this unless Slack reports an uninstall; after that, only if Slack rejects its token at both the 1 h and the 6 h check. Null: none is held, or these checks are over.',
  );

/** The earliest of the held ones: then the second of the two probes is due that Slack has to refuse. */
export function noDeactivationBeforeOf(installations: readonly Installation[]): string | null {
  const held = installations.filter(({ state }) => isHeld(state));
  return earliest(held.flatMap(({ incident }) => (incident ? (earliestProofMs(incident) ?? []) : [])));
}

export function earliest(times: readonly number[]): string | null {
  return times.length === 0 ? null : isoTime(times.reduce((a, b) => Math.min(a, b)));
}

/** What the audit says of it. */
export async function incidentSnapshot(context: Pick<OperationContext, 'installations'>) {
  const found = await installationsOfIncident(context);
  const held = found.filter(({ state }) => isHeld(state)).length;
  return { held, deactivated: found.length - held, noDeactivationBefore: noDeactivationBeforeOf(found) };
}
