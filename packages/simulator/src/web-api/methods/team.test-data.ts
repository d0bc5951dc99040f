/** Facts about team.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const teamFacts = {
  'team.info': {
    test: 'src/web-api/methods/team.test.ts › team.info shows a workspace under its new name, of which sockets hear',
    errors: `
      enterprise_not_found fail_to_get_teams_for_restricted_user missing_user org_not_found team_not_found
      team_not_on_enterprise user_not_found
    `,
  },
  'team.billing.info': {
    test: 'src/web-api/methods/team.test.ts › team.billing.info and team.preferences.list say what holds in the workspace',
    errors: 'invalid_team',
  },
  'team.preferences.list': {
    test: 'src/web-api/methods/team.test.ts › team.billing.info and team.preferences.list say what holds in the workspace',
    errors: 'invalid_team',
  },
  'team.profile.get': {
    test: 'src/web-api/methods/users.test.ts › of custom fields is seen in team.profile.get',
    errors: '',
  },
} as const satisfies MethodFacts;
