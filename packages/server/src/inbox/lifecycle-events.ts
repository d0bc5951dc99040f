/** Which events are about installations themselves: the server takes note of them, beside handing them out. Pure. */

import type { Envelope } from './envelope.ts';

/** An event about installations themselves. After a restart its body may be gone. */
export interface LifecycleEvent extends Pick<Envelope, 'teamId' | 'type'> {
  body?: Envelope['body'];
  receivedAtMs: number;
}

/** The types of isLifecycleEvent. */
export const LIFECYCLE_TYPES = ['app_uninstalled', 'tokens_revoked'] as const;

/** Events of which the server takes note itself, beside handing them out: they are about installations. */
export function isAboutInstallations(type: string): boolean {
  return isLifecycleEvent(type) || NOTED.has(type);
}

const NOTED: ReadonlySet<string> = new Set([
  'team_access_granted',
  'team_access_revoked',
  'grid_migration_started',
  'grid_migration_finished',
  'team_rename',
  'team_domain_change',
]);

/** Events about the end of an installation: they reach the listeners whatever the team's status is, and the judge. */
export function isLifecycleEvent(type: string): boolean {
  return (LIFECYCLE_TYPES as readonly string[]).includes(type);
}
