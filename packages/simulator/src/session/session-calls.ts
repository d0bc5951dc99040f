/** Which requests of `/_sim` are steps of a session, and as which method of the client they are played again. */
import type { SessionMethod } from './session-step.ts';

const CALLS: readonly (readonly [RegExp, SessionMethod])[] = [
  [/^POST \/_sim\/messages$/, 'say'],
  [/^POST \/_sim\/acts$/, 'act'],
  [/^POST \/_sim\/faults$/, 'fault'],
  [/^DELETE \/_sim\/faults(?:\/([^/]+))?$/, 'removeFaults'],
  [/^POST \/_sim\/clock$/, 'setClock'],
  [/^POST \/_sim\/teams$/, 'addTeam'],
  [/^POST \/_sim\/teams\/([^/]+)\/users$/, 'addUser'],
  [/^POST \/_sim\/teams\/([^/]+)\/channels$/, 'addChannel'],
  [/^POST \/_sim\/teams\/([^/]+)\/channels\/([^/]+)\/members$/, 'invite'],
  [/^POST \/_sim\/teams\/([^/]+)\/channels\/([^/]+)\/streams\/([^/]+)\/stop$/, 'stopStream'],
  [/^POST \/_sim\/teams\/([^/]+)\/changes$/, 'changeTeam'],
  [/^POST \/_sim\/teams\/([^/]+)\/events$/, 'sendEvent'],
  [/^POST \/_sim\/teams\/([^/]+)\/access$/, 'setTeamAccess'],
  [/^POST \/_sim\/installs$/, 'install'],
  [/^POST \/_sim\/org-installs$/, 'installInOrg'],
  [/^PATCH \/_sim\/apps\/([^/]+)$/, 'updateApp'],
];

/** Undefined: it changes nothing that an app could notice. */
export function sessionCall(method: string, path: string): { method: SessionMethod; path: string[] } | undefined {
  for (const [pattern, name] of CALLS) {
    const found = pattern.exec(`${method} ${path}`);
    if (found) return { method: name, path: found.slice(1).filter(Boolean).map(decodeURIComponent) };
  }
  return undefined;
}
