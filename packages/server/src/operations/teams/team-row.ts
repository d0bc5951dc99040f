/** A team as operators see it: the lines of a list. */
import { z } from 'zod';
import { nextIncidentProbeMs } from '../../team/breaker.ts';
import { isNamedAfter, statusOf, type Team } from '../../team/installation.ts';
import type { InstallationView } from '../../team/installations.ts';
import { isoTime, time } from '../fields.ts';

/** Of rows that are counted: whether one was changed by somebody is not looked at. */
export const countedStatus = z.enum([
  'active',
  'active (confirming)',
  'active (held)',
  'suspended',
  'inactive',
  'no access',
]);

export const teamRow = z.object({
  teamId: z.string(),
  name: z.string().nullable(),
  domain: z.string().nullable(),
  status: z
    .enum([...countedStatus.options, 'refused'])
    .describe('That of the installation; no access: its organization has not let it in; refused: its row was changed.'),
  reason: z
    .string()
    .nullable()
    .describe('The code of Slack, operator, or `bot: …` (the bot did it itself); null while nothing is wrong.'),
  since: time.describe(
    'Since when it is in that state; of an active team without a doubt, when it was installed the last time, or came back after that; of one whose access was taken by an earlier version the same.',
  ),
  botUserId: z.string().nullable(),
  botId: z.string().nullable(),
  installs: z.int().describe('How often it was installed.'),
  request: z
    .enum(['probe', 'restart', 'remove'])
    .nullable()
    .describe('What the server was asked for and has not done yet.'),
  incidentProbe: time.nullable().describe('When it is asked next because of an incident.'),
  installation: z.string().describe('Key of the installation: the team, or the organization that installed for it.'),
  enterpriseId: z.string().nullable(),
  access: z.enum(['granted', 'revoked']),
});

export type TeamRow = z.output<typeof teamRow>;

/** The rows of an installation: one for each of its teams, that of an organization first */
export function teamRowsOf({ installation, teams: own, strays = [] }: InstallationView): TeamRow[] {
  const { key, enterpriseId, state, version, installedAtMs, activeSinceMs, incident } = installation;
  const doubt = state.kind === 'active' && state.doubt.kind !== 'none' ? state.doubt : undefined;
  const reason = state.kind === 'active' ? (doubt?.code ?? null) : state.reason;
  const sinceMs = state.kind === 'active' ? (doubt?.sinceMs ?? activeSinceMs ?? installedAtMs) : state.sinceMs;
  const sinceWithin = ({ noAccessSinceMs }: Team) => (state.kind === 'active' ? (noAccessSinceMs ?? sinceMs) : sinceMs);
  const statusWithin = ({ access }: Team) =>
    state.kind === 'active' && access === 'revoked' ? 'no access' : statusOf(state);
  const teams = [...own, ...strays];
  const organizationFirst = teams.toSorted(
    (a, b) => Number(isNamedAfter(key, b.teamId)) - Number(isNamedAfter(key, a.teamId)),
  );
  return organizationFirst.map((team) => ({
    teamId: team.teamId,
    name: team.name,
    domain: team.domain,
    ...(strays.includes(team)
      ? { status: 'refused', reason: 'team_row_changed' }
      : { status: statusWithin(team), reason }),
    since: isoTime(sinceWithin(team)),
    botUserId: team.botUserId,
    botId: team.botId,
    installs: version.install,
    request: installation.isToBeRemoved ? 'remove' : installation.request,
    incidentProbe: incident && isoTime(nextIncidentProbeMs(incident)),
    installation: team.installationKey,
    enterpriseId,
    access: team.access,
  }));
}
