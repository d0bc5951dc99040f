/** Every kind of payload that Slack sends, with null, a workspace or an organization in each place that names one. */
import { describe, expect, it } from 'vitest';
import { command, type EventIds, events, type Ids, payloads, views } from './route.test-data.ts';
import { ownerIdOf, routeOfEvent, routeOfInteraction } from './route.ts';

const ACME = 'T0ACME0001';
const GLOBEX = 'T0GLOBEX01';
const EAST = 'T0EAST0001';
const ORG = 'E0ACME0001';
const STRANGER = 'T0STRANGE1';
const FOREIGN_ORG = 'E0STRANGE1';

/** Acme and Globex have installations of their own, East is a workspace of the organization. */
const rows: Record<string, string> = { [ACME]: ACME, [GLOBEX]: GLOBEX, [EAST]: ORG, [ORG]: ORG };
const known = (id: string) => rows[id];

const inOrg: Ids = { teamOrg: ORG, enterprise: ORG };
/** Through an installation of its own. */
const own: [string, Ids, string][] = [
  ['a team', { team: ACME, user: ACME, flag: false }, ACME],
  ['a team and no flag', { team: ACME, user: ACME }, ACME],
  ['a team that is in an organization', { team: ACME, user: ACME, ...inOrg, flag: false }, ACME],
  ['a person of another organization', { team: ACME, user: STRANGER, flag: false }, ACME],
  ['the team of the person alone', { team: null, user: ACME, flag: false }, ACME],
  ['an organization in place of the team', { team: FOREIGN_ORG, user: ACME, flag: false }, ACME],
  ['nothing', { team: null }, ''],
];
/** Through that of its organization. */
const organizations: [string, Ids, string][] = [
  ['its team', { team: EAST, user: EAST, ...inOrg, flag: true }, EAST],
  ['its team and no flag', { team: EAST, user: EAST, ...inOrg }, EAST],
  ['no team', { team: null, user: EAST, enterprise: ORG, flag: true }, EAST],
  ['no team and no flag', { team: null, user: EAST, enterprise: ORG }, EAST],
  ['no team, and the organization as the person’s', { team: null, user: ORG, enterprise: ORG, flag: true }, ORG],
  ['the organization as the team', { team: ORG, user: EAST, flag: true }, EAST],
  ['the organization as the team, and nothing else', { team: ORG, flag: true }, ORG],
  ['the organization as the team, and no flag', { team: ORG }, ORG],
  ['a workspace that it has not told us of', { team: 'T0NEW00001', user: 'T0NEW00001', ...inOrg, flag: true }, ORG],
  ['a team of another organization', { team: GLOBEX, user: GLOBEX, enterprise: ORG, flag: true }, ORG],
  ['no team, a person of another installation, and no flag', { team: null, user: GLOBEX, enterprise: ORG }, ORG],
];

describe.each(Object.entries({ ...payloads, ...views }))('%s', (_kind, shape) => {
  it.each(own)('that names %s is the team’s own', (_what, ids, owner) => {
    expect(ownerIdOf(routeOfInteraction(shape(ids)), known)).toBe(owner);
  });

  it.each(organizations)('that names %s is the organization’s', (_what, ids, owner) => {
    expect(ownerIdOf(routeOfInteraction(shape(ids)), known)).toBe(owner);
  });

  it.each([
    ['the team', { team: STRANGER, user: GLOBEX, enterprise: FOREIGN_ORG, flag: undefined }, GLOBEX],
    ['nobody', { team: STRANGER, user: STRANGER, enterprise: FOREIGN_ORG, flag: true }, STRANGER],
  ] as const)('of which only %s is known is theirs', (_what, ids, owner) => {
    expect(ownerIdOf(routeOfInteraction(shape(ids)), known)).toBe(owner);
  });
});

describe.each(Object.entries(views))('%s', (_kind, shape) => {
  it.each<[string, Ids, string]>([
    [
      'on this side of a shared channel',
      { team: GLOBEX, user: GLOBEX, viewTeam: GLOBEX, installed: ACME, flag: false },
      ACME,
    ],
    ['on the other side', { team: ACME, user: ACME, viewTeam: ACME, installed: GLOBEX, flag: false }, GLOBEX],
    ['by a stranger', { team: STRANGER, user: STRANGER, viewTeam: STRANGER, installed: ACME, flag: false }, ACME],
    [
      'of an organization without a team',
      { team: null, user: EAST, viewTeam: EAST, installed: ORG, enterprise: ORG, flag: true },
      EAST,
    ],
    [
      'of an organization, which is all it names',
      { team: null, user: ORG, viewTeam: ORG, installed: ORG, flag: undefined },
      ORG,
    ],
    // As a modal of Work Objects says it (slackapi/bolt-js#1614): the flag and the view contradict each other.
    [
      'of an organization and “not org-wide”, in its workspace',
      { team: EAST, user: EAST, ...inOrg, viewTeam: ORG, installed: ORG, flag: false },
      EAST,
    ],
    [
      'of an organization and “not org-wide”, of an own installation',
      { team: ACME, user: ACME, ...inOrg, viewTeam: ORG, installed: ORG, flag: false },
      ACME,
    ],
    [
      'of an organization and “not org-wide”, of no workspace that is known',
      { team: STRANGER, user: STRANGER, viewTeam: ORG, installed: ORG, flag: false },
      ORG,
    ],
    [
      'of an organization that is not known, of an own installation',
      {
        team: ACME,
        user: ACME,
        teamOrg: FOREIGN_ORG,
        enterprise: FOREIGN_ORG,
        viewTeam: FOREIGN_ORG,
        installed: FOREIGN_ORG,
        flag: false,
      },
      ACME,
    ],
  ])('%s goes where it is installed', (_what, ids, owner) => {
    expect(ownerIdOf(routeOfInteraction(shape(ids)), known)).toBe(owner);
  });
});

describe('a command', () => {
  it.each<[string, Ids, string]>([
    ['of a team', { team: ACME, flag: false }, ACME],
    ['of a team in an organization', { team: ACME, enterprise: ORG, flag: false }, ACME],
    ['of an organization', { team: EAST, enterprise: ORG, flag: true }, EAST],
    ['of an organization, without a flag', { team: EAST, enterprise: ORG }, EAST],
    ['of an organization, without a team', { enterprise: ORG, flag: true }, ORG],
    ['of an organization in place of the team', { team: ORG, flag: true }, ORG],
    ['of a workspace that is not known', { team: 'T0NEW00001', enterprise: ORG, flag: true }, ORG],
    ['of nobody', {}, ''],
  ])('%s', (_what, ids, owner) => {
    expect(ownerIdOf(routeOfInteraction(command(ids)), known)).toBe(owner);
  });

  it('says in which organization its workspace is', () => {
    const route = routeOfInteraction(command({ team: 'T0NEW00001', enterprise: ORG, flag: true }));
    expect(route).toMatchObject({ through: 'T0NEW00001', throughEnterpriseId: ORG });
  });
});

const grantedTo = (team: string) => ({ team, enterprise: null, flag: false });
const grantedToOrg = { team: null, enterprise: ORG, flag: true };

describe.each(Object.entries(events))('an event %s', (_kind, shape) => {
  it.each<[string, EventIds, string]>([
    ['of a team', { team: ACME, contextTeam: ACME, granted: grantedTo(ACME) }, ACME],
    [
      'of a team in an organization',
      { team: ACME, enterprise: ORG, contextTeam: ACME, granted: { team: ACME, enterprise: ORG, flag: false } },
      ACME,
    ],
    [
      'of a workspace of an organization',
      { team: EAST, enterprise: ORG, contextTeam: EAST, contextEnterprise: ORG, granted: grantedToOrg },
      EAST,
    ],
    [
      'of an organization in each place',
      { team: ORG, enterprise: ORG, contextTeam: ORG, contextEnterprise: ORG, granted: { ...grantedToOrg, team: ORG } },
      ORG,
    ],
    [
      'of a shared channel, on this side',
      { team: GLOBEX, contextTeam: ACME, granted: grantedTo(ACME), isShared: true },
      ACME,
    ],
    [
      'of a shared channel, on the other side',
      { team: ACME, contextTeam: GLOBEX, granted: grantedTo(GLOBEX), isShared: true },
      GLOBEX,
    ],
    [
      'of a shared channel, by an organization',
      {
        team: GLOBEX,
        contextTeam: EAST,
        contextEnterprise: ORG,
        granted: { ...grantedToOrg, team: EAST },
        isShared: true,
      },
      EAST,
    ],
    ['that names its team alone', { team: ACME }, ACME],
    ['of nobody', {}, ''],
  ])('%s', (_what, ids, owner) => {
    expect(ownerIdOf(routeOfEvent(shape(ids)), known)).toBe(owner);
  });
});
