import { describe, expect, it } from 'vitest';
import { ownerIdOf, routeOfEvent, routeOfInteraction } from './route.ts';

/** Whose the rows are: T1 and T2 of the organization E1, T9 has an installation of its own in it, T5 is alone. */
const rows: Record<string, string> = { E1: 'E1', T1: 'E1', T2: 'E1', T9: 'T9', T5: 'T5' };
const known = (id: string) => rows[id];
const unknown = () => undefined;

const org = (changes: object = {}) => ({ team_id: null, enterprise_id: 'E1', is_enterprise_install: true, ...changes });
const own = (team_id: string, changes: object = {}) => ({
  team_id,
  enterprise_id: 'E1',
  is_enterprise_install: false,
  ...changes,
});

describe('an event', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['of a workspace by its own installation', { context_team_id: 'T5', authorizations: [own('T5')] }, 'T5'],
    ['of a workspace by its organization’s', { context_team_id: 'T1', authorizations: [org()] }, 'T1'],
    // Slack Connect: team_id is where it was said, context_team_id where the app is.
    ['of a shared channel', { team_id: 'T5', context_team_id: 'T1', authorizations: [org()] }, 'T1'],
    ['of a shared channel between workspaces', { team_id: 'T5', context_team_id: 'T9', authorizations: [] }, 'T9'],
    ['whose authorization alone names a workspace', { team_id: 'T5', authorizations: [own('T9')] }, 'T9'],
    [
      'of a shared channel for an organization that names no workspace',
      { team_id: 'T5', context_enterprise_id: 'E1', is_ext_shared_channel: true, authorizations: [org()] },
      'E1',
    ],
    ['of an organization in one workspace', { team_id: 'T2', authorizations: [org()] }, 'T2'],
    ['of an organization in a workspace that it never named', { context_team_id: 'T3', authorizations: [org()] }, 'E1'],
    // Both are installed: what Slack says counts, not what is more exact.
    ['for the organization beside an own installation', { context_team_id: 'T9', authorizations: [org()] }, 'E1'],
    ['for an own installation beside the organization’s', { context_team_id: 'T9', authorizations: [own('T9')] }, 'T9'],
    [
      'for an own installation that has moved into the organization’s',
      { context_team_id: 'T1', authorizations: [own('T1')] },
      'T1',
    ],
    ['of an organization that is not known', { team_id: 'T7', authorizations: [org({ enterprise_id: 'E7' })] }, 'T7'],
    ['that says nothing of installations', { team_id: 'T1', enterprise_id: 'E1' }, 'T1'],
    ['that says nothing, of a workspace that is not known', { team_id: 'T3', enterprise_id: 'E1' }, 'E1'],
    ['with the top-level flag', { team_id: 'T3', enterprise_id: 'E1', is_enterprise_install: true }, 'E1'],
    ['with a broken list of authorizations', { team_id: 'T5', authorizations: { 0: org() } }, 'T5'],
    ['of nobody', {}, ''],
  ])('%s goes to its place', (_what, body, owner) => {
    expect(ownerIdOf(routeOfEvent(body), known)).toBe(owner);
  });

  it.each([
    ['the workspace through which it came', { context_team_id: 'T1', team_id: 'T2' }, 'T1'],
    ['its workspace', { team_id: 'T2' }, 'T2'],
    ['the authorized workspace', { context_team_id: null, authorizations: [{ team_id: 'T3' }] }, 'T3'],
    ['the organization', { authorizations: [{ team_id: null, enterprise_id: 'E1' }] }, 'E1'],
    ['nobody', {}, ''],
  ])('is of %s while no rows are known', (_what, body, owner) => {
    expect(ownerIdOf(routeOfEvent(body), unknown)).toBe(owner);
  });

  it('about access is the organization’s, whichever workspace brings it', () => {
    for (const type of ['team_access_granted', 'team_access_revoked']) {
      const body = { context_team_id: 'T1', authorizations: [org()], event: { type, team_ids: ['T1'] } };
      expect(ownerIdOf(routeOfEvent(body), known)).toBe('E1');
    }
  });
});

describe('an interaction', () => {
  it.each<[string, Record<string, unknown>, string]>([
    [
      'a command in a workspace of an organization',
      { team_id: 'T1', enterprise_id: 'E1', is_enterprise_install: 'true' },
      'T1',
    ],
    ['a command by an own installation', { team_id: 'T9', enterprise_id: 'E1', is_enterprise_install: 'false' }, 'T9'],
    ['a button', { team: { id: 'T1' }, enterprise: { id: 'E1' }, is_enterprise_install: true }, 'T1'],
    [
      'a button, by a person of another organization',
      { team: { id: 'T7' }, user: { team_id: 'T7' }, enterprise: { id: 'E1' }, is_enterprise_install: true },
      'E1',
    ],
    [
      'a view of an organization, which has no team',
      {
        team: null,
        enterprise: { id: 'E1' },
        is_enterprise_install: true,
        user: { team_id: 'T2' },
        view: { team_id: 'T1', app_installed_team_id: 'E1' },
      },
      'T1',
    ],
    [
      'a view of an organization that names no workspace of it',
      { team: null, enterprise: { id: 'E1' }, is_enterprise_install: true, user: { team_id: 'T7' }, view: {} },
      'E1',
    ],
    [
      'a menu whose person is named by the organization',
      { team: null, enterprise: { id: 'E1' }, is_enterprise_install: true, user: { team_id: 'E1' } },
      'E1',
    ],
    ['a view, where it is installed', { team: { id: 'T5' }, view: { app_installed_team_id: 'T9' } }, 'T9'],
  ])('%s goes to its place', (_what, body, owner) => {
    expect(ownerIdOf(routeOfInteraction(body), known)).toBe(owner);
  });

  it.each([
    ['where a view is installed', { team: { id: 'T2' }, view: { app_installed_team_id: 'T1' } }, 'T1'],
    ['its team', { team: { id: 'T2' } }, 'T2'],
    ['that of a slash command', { team_id: 'T2' }, 'T2'],
    ['that of the person, when nothing else is named', { team: null, user: { team_id: 'T3' } }, 'T3'],
    ['the organization', { team: null, enterprise: { id: 'E1' } }, 'E1'],
  ])('is of %s while no rows are known', (_what, body, owner) => {
    expect(ownerIdOf(routeOfInteraction(body), unknown)).toBe(owner);
  });
});
