/** Which workspace a call with an org-wide token concerns. (https://docs.slack.dev/enterprise/developing-for-enterprise-orgs) */

import { type Refusal, refuse, refuseArgument } from '../wire/answer.ts';
import type { RawArguments } from '../wire/arguments.ts';
import type { Team, Token } from '../workspace/model.ts';
import { accessibleTeams, orgOf } from '../workspace/org-installations.ts';
import type { World } from '../workspace/world.ts';

/**
 * The workspace that `team_id` names, or where the named conversation or person is. Ids are unique in an organization,
 * so that most calls need no `team_id`; lists and names do.
 */
export function teamOfOrgCall(world: World, token: Token, raw: RawArguments): Team | Refusal {
  const org = orgOf(token.holder);
  const teams = org ? accessibleTeams(world, org).map(({ team }) => team) : [];
  const named = text(raw.team_id) ?? text(raw.team);
  if (named !== undefined) return teams.find(({ id }) => id === named) ?? notGranted(world, token, named);
  const place = text(raw.channel) ?? text(raw.user) ?? text(raw.user_id) ?? text(raw.users)?.split(',')[0];
  const found =
    place === undefined ? undefined : teams.find(({ channels, users }) => channels.has(place) || users.has(place));
  if (found) return found;
  const [first, ...others] = teams;
  if (!first) return refuse('team_access_not_granted');
  return others.length === 0 ? first : refuseArgument('missing_argument', 'missing required field: team_id');
}

/** Whether the token works in that workspace, itself or as one of its organization. */
export function isValidIn({ team: own, holder }: Token, team: Team): boolean {
  return own === team || orgOf(holder)?.teamIds.has(team.id) === true;
}

function notGranted(world: World, { enterprise }: Token, named: string): Refusal {
  return refuse(world.teams.get(named)?.enterprise === enterprise ? 'team_access_not_granted' : 'team_not_found');
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
