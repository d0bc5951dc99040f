/** The installations of an incident: those that the breaker holds, and those that were deactivated just before. */
import { type Installation, isHeld } from '../../team/installation.ts';
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

/** What the audit says of it. */
export async function incidentSnapshot(context: Pick<OperationContext, 'installations'>) {
  const found = await installationsOfIncident(context);
  const held = found.filter(({ state }) => isHeld(state)).length;
  return { held, deactivated: found.length - held };
}
