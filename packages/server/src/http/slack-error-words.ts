/** What Slack's errors of OAuth mean for the person and for whoever runs the bot. Other codes get the general words. */
import type { Notice } from './notice-page.ts';

type Words = Pick<Notice, 'title' | 'what'>;

const general: Words = {
  title: 'Slack answered with an error',
  what: 'If it happens again, tell whoever runs this bot the code below.',
};

// Sources: docs.slack.dev/authentication/installing-with-oauth and docs.slack.dev/reference/methods/oauth.v2.access.
const wordsByCode: Readonly<Record<string, Words>> = {
  oauth_authorization_url_mismatch: {
    title: 'This bot asks Slack in the wrong version of OAuth',
    what: 'The page that you allowed it on belongs to another version of OAuth than the one this server uses. Whoever runs this bot must set SLACK_OAUTH to v1 for a classic app and to v2 for every other app, and leave SLACK_AUTHORIZE_URL to it.',
  },
  invalid_scope: {
    title: 'This bot asks Slack for a scope that does not exist',
    what: 'Whoever runs this bot must correct SLACK_SCOPES or SLACK_USER_SCOPES: they must be scopes of the OAuth version that SLACK_OAUTH names.',
  },
  no_scopes: {
    title: 'This bot asks Slack for nothing',
    what: 'Whoever runs this bot must set SLACK_SCOPES.',
  },
  unapproved_scope: {
    title: 'Slack has not approved all that this bot asks for',
    what: 'Whoever runs this bot must submit the app with its present scopes to Slack, or ask for fewer.',
  },
  scope_not_allowed_on_enterprise: {
    title: 'An organization cannot give what this bot asks for',
    what: 'Choose a single workspace on Slack’s page. One of the scopes of this bot cannot be given for a whole organization.',
  },
  invalid_team_for_non_distributed_app: {
    title: 'This bot can only be installed in its home workspace',
    what: 'Its Slack app is not distributed. Whoever runs this bot must activate public distribution in the settings of the app.',
  },
  cannot_install_an_org_installed_app: {
    title: 'Your organization has installed this app already',
    what: 'It cannot be installed a second time in one of its workspaces. An admin of the organization can remove it there first.',
  },
  bad_redirect_uri: {
    title: 'Slack does not know the address of this bot',
    what: 'Whoever runs this bot must add its address with /slack/oauth_redirect at the end to the redirect URLs of the app, and compare it with PUBLIC_URL.',
  },
  bad_client_secret: {
    title: 'Slack does not accept this bot’s secret',
    what: 'Whoever runs this bot must compare SLACK_CLIENT_SECRET with the settings of the app.',
  },
  invalid_client_id: {
    title: 'Slack does not know this bot’s app',
    what: 'Whoever runs this bot must compare SLACK_CLIENT_ID with the settings of the app.',
  },
  user_email_unverified: {
    title: 'Slack does not know your e-mail address yet',
    what: 'Confirm the address of your Slack account first, then start again.',
  },
};

/** Title and explanation for a code of Slack's. */
export function wordsOfSlackError(code: string): Words {
  return Object.hasOwn(wordsByCode, code) ? (wordsByCode[code] as Words) : general;
}
