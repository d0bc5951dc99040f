/** The scopes that are asked for, and those that teams granted, against what the bot listens to and calls. */
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

/** A set of scopes, and how many installations have it. */
export interface Grant {
  scopes: readonly string[];
  installations: number;
  /** One of them. */
  example: string;
}

/** What is asked for today and was not when a team installed: it has what it granted then. */
export function checkGrants(grants: readonly Grant[], needs: ScopeNeeds): Finding[] {
  const teams = findingsOf('teams');
  const unasked = new Set(missingScopes(needs).map(({ neededBy }) => neededBy));
  const lacking = new Map<string, { oneOf: readonly string[]; installations: number; example: string }>();
  for (const { scopes, installations, example } of grants) {
    // An import that named none: nobody knows.
    if (scopes.length === 0) continue;
    for (const { neededBy, oneOf } of missingScopes({ ...needs, asked: scopes })) {
      if (unasked.has(neededBy)) continue;
      const before = lacking.get(neededBy);
      lacking.set(neededBy, {
        oneOf,
        installations: installations + (before?.installations ?? 0),
        example: before?.example ?? example,
      });
    }
  }
  if (lacking.size === 0) return [teams.ok('active installations have the scopes that the bot needs')];
  return Array.from(lacking, ([neededBy, { oneOf, installations, example }]) =>
    teams.warning(
      `${installations} active ${installations === 1 ? 'installation lacks' : 'installations lack'} ${oneOf.join(' or ')}, for example ${example}: ${neededBy} needs it`,
      'Send them to /slack/install: a new install grants what SLACK_SCOPES ask for now.',
    ),
  );
}
