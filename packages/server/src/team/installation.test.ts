import { expect, it } from 'vitest';
import { type InstallationKey, isNamedAfter, keyNamedAfter, type TeamId, teamNamedIn } from './installation.ts';

const byKey = (key: InstallationKey) => key;
const byTeam = (teamId: TeamId) => teamId;

it('takes no key for the id of a team, and no id for a key: the compiler says so', () => {
  const key: InstallationKey = 'E0ORG';
  const teamId: TeamId = 'T0EAST';
  // @ts-expect-error An installation may have many teams.
  byTeam(key);
  // @ts-expect-error A team may be of an installation that is named otherwise.
  byKey(teamId);
  expect([byKey('E0ORG'), byTeam('T0EAST'), byKey(keyNamedAfter(teamId)), byTeam(teamNamedIn(key))]).toEqual([
    'E0ORG',
    'T0EAST',
    'T0EAST',
    'E0ORG',
  ]);
});

it('knows which team an installation is named after', () => {
  expect([isNamedAfter('T0ACME', 'T0ACME'), isNamedAfter('E0ORG', 'T0EAST')]).toEqual([true, false]);
});
