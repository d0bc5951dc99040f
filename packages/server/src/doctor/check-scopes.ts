/** The scopes that are asked for against what the bot listens to and calls. */
import { missingScopes, type ScopeNeeds } from '../manifest/scopes.ts';
import { type Finding, findingsOf } from './finding.ts';

/** @param foundIn The file in which a method was found, for the reader. */
export function checkScopes(needs: ScopeNeeds, foundIn: ReadonlyMap<string, string>): Finding[] {
  const scopes = findingsOf('scopes');
  const missing = missingScopes(needs);
  if (missing.length === 0)
    return [scopes.ok('SLACK_SCOPES cover what the bot listens to and calls, as far as its files tell')];
  return missing.map(({ neededBy, oneOf }) => {
    const file = foundIn.get(neededBy.replace(/^method /, ''));
    const where = file === undefined ? '' : ` (called in ${file})`;
    const fix = `Add ${oneOf.join(' or ')} to SLACK_SCOPES and to the settings of the app; teams get it when they install again.`;
    return scopes.warning(`${neededBy} needs a scope that is not asked for${where}`, fix);
  });
}
