/** Facts about usergroups.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

const file = 'src/web-api/methods/usergroups.test.ts';
const made = `${file} › are made, changed, switched off and on, and apps hear of it` as const;
const members = `${file} › have members, who join the group's channels` as const;
// usergroups.users.list documents it alone, yet all of them take a group. (slackapi/java-slack-sdk's tests against Slack)
const unlistedErrors = 'no_such_subteam';
// Both say the same of their arguments; the page of usergroups.create has the list.
const ofNames = `
  bad_handle description_too_long forbidden_handle handle_already_exists invalid_channel_provided name_already_exists
  name_too_long
`;

export const usergroupsFacts = {
  'usergroups.create': {
    test: made,
    errors: `
      bad_handle description_too_long forbidden_handle handle_already_exists invalid_channel_provided
      invalid_group_provided missing_argument missing_subteam_name name_already_exists name_too_long paid_teams_only
      permission_denied plan_upgrade_required target_team_must_be_specified_in_org_context target_team_not_on_org
    `,
  },
  'usergroups.disable': {
    test: made,
    errors: `
      missing_argument permission_denied plan_upgrade_required target_team_must_be_specified_in_org_context
      target_team_not_on_org
    `,
    unlistedErrors,
  },
  'usergroups.enable': {
    test: made,
    errors: 'missing_argument permission_denied plan_upgrade_required',
    unlistedErrors,
  },
  'usergroups.list': {
    test: made,
    errors: 'invalid_cursor invalid_team missing_argument plan_upgrade_required users_not_found',
  },
  'usergroups.update': {
    test: made,
    errors: 'missing_argument paid_teams_only permission_denied too_many_linked_channels',
    unlistedErrors: `${unlistedErrors} ${ofNames}`,
  },
  'usergroups.users.list': {
    test: members,
    errors: 'invalid_cursor no_such_subteam plan_upgrade_required',
    unlistedErrors: 'missing_argument',
  },
  'usergroups.users.update': {
    test: members,
    errors: `
      failed_for_some_users invalid_users missing_argument no_users_provided permission_denied plan_upgrade_required
      subteam_max_users_exceeded
    `,
    unlistedErrors,
  },
} as const satisfies MethodFacts;
