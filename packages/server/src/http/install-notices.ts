/** The words and the status for each end of an install. One entry per kind of result; the compiler misses none. */
import { html } from 'hono/html';
import type { InstallResult, InstallResultKind } from '../installation/install-result.ts';
import type { Notice } from './notice-page.ts';
import type { OpenInSlack } from './open-in-slack.ts';
import type { Html } from './page.ts';
import { wordsOfSlackError } from './slack-error-words.ts';

/** What the words need beside the result. */
export interface NoticeContext {
  botName: string;
  /** Where the team is opened in Slack; without it the page has no button. */
  open: OpenInSlack | undefined;
}

interface InstallNotice extends Notice {
  httpStatus: 200 | 202 | 400 | 403 | 429 | 500 | 502 | 503;
}

type Describe<K extends InstallResultKind> = (
  result: Extract<InstallResult, { kind: K }>,
  context: NoticeContext,
) => InstallNotice;

const NOTHING_CHANGED = 'Nothing was installed or changed.';

/** For an error of the grant: whatever the bot had in the workspace before stays as it was. */
const NOTHING_STORED = 'Nothing was stored. If the bot was installed there before, it goes on as before.';

/** An organization's install works nowhere before that. (https://docs.slack.dev/enterprise/developing-for-enterprise-orgs) */
const WHERE_IN_ORGANIZATION =
  'An admin of your organization now adds it to workspaces, in the organization’s settings under Integrations. It answers in each of them at once.';

const notices: { [K in InstallResultKind]: Describe<K> } = {
  installed: (result, context) => ({
    ...succeeded('Installed', context),
    title: html`${context.botName} is now in ${teamOf(result)}`,
    what: result.isOrgWide
      ? WHERE_IN_ORGANIZATION
      : 'Write to it in Slack: send it a direct message, or invite it to a channel.',
  }),
  reinstalled: (result, context) => ({
    ...succeeded('Updated', context),
    title: html`${context.botName} stays in ${teamOf(result)}`,
    what: 'It was there already and goes on with the permission you just gave. Its data was kept.',
  }),
  reactivated: (result, context) => ({
    ...succeeded('Back again', context),
    title: html`${context.botName} is back in ${teamOf(result)}`,
    what: 'It had been switched off there and answers again from now on. Its data was kept.',
  }),
  cancelled: (_result, { botName }) => ({
    httpStatus: 200,
    tone: 'note',
    status: 'Cancelled',
    title: html`${botName} was not installed`,
    what: 'Slack sent you back without a permission, as it does after Cancel. In some workspaces only admins may add apps: then ask for their approval on Slack’s page, or ask one of them to open this site.',
    changed: NOTHING_CHANGED,
    next: 'start_again',
  }),
  state_forged: () => ({
    ...failed(403, 'Not accepted'),
    title: 'This link was not made here',
    what: 'It does not prove that your visit to Slack’s page began on this site. It may have been copied only in part, or made by somebody else.',
    changed: NOTHING_CHANGED,
  }),
  state_expired: () => ({
    ...failed(400, 'Too late'),
    title: 'This link has expired',
    what: 'There are ten minutes to allow the bot on Slack’s page, and they are over.',
    changed: 'This visit changed nothing. If an earlier page told you that the bot is installed, it still is.',
  }),
  state_foreign: () => ({
    ...failed(403, 'Not accepted'),
    title: 'This link belongs to another browser',
    what: 'The visit began in another browser or private window, or this one does not keep cookies. The bot can only be installed by the browser that started.',
    changed: NOTHING_CHANGED,
  }),
  code_missing: (_result, { botName }) => ({
    httpStatus: 400,
    tone: 'note',
    status: 'Waiting for approval',
    title: html`${botName} waits for an admin of your workspace`,
    what: html`Slack gave no permission yet: in this workspace an admin has to approve an app first. If you asked on Slack’s page, the admins have your request now. Nothing happens here by itself: once they have approved ${botName}, start again and press Allow.`,
    changed: NOTHING_CHANGED,
    next: 'start_again',
  }),
  code_rejected: (result) => ({
    ...failed(400, 'No longer valid'),
    title: 'Slack no longer takes this permission',
    what: 'A permission is good for one use within ten minutes. This one was used before or has expired.',
    changed: 'This visit changed nothing.',
    slackError: result.slackError,
  }),
  refused: (result, { botName }) => ({
    ...failed(403, 'Refused'),
    title: html`${botName} does not accept ${teamOf(result)}`,
    what: result.message ?? html`Whoever runs ${botName} does not let this workspace in at the moment.`,
    changed: result.wasInstalled
      ? 'Nothing was changed: where the bot answered before, it goes on with its earlier permission.'
      : 'Nothing was stored, and Slack was asked to take the permission back.',
    next: 'home',
  }),
  grant_incomplete: (result) => ({
    ...failed(502, 'Incomplete'),
    title: result.missing === 'bot' ? 'Slack’s permission has no bot in it' : 'Slack did not say for which workspace',
    what:
      result.missing === 'bot'
        ? 'The permission came without a bot’s token. Whoever runs this bot must ask Slack for scopes of a bot (SLACK_SCOPES).'
        : 'The answer came without a usable workspace id, so the permission cannot be stored.',
    changed: NOTHING_STORED,
  }),
  org_wide: (_result, { botName }) => ({
    ...failed(400, 'Not installed'),
    title: html`${botName} cannot be installed in a whole organization`,
    what: 'It is a classic app (OAuth v1 or RTM), and Slack has those in single workspaces only. Start again and choose one on Slack’s page; an admin of the organization can remove the app there.',
    changed: NOTHING_STORED,
  }),
  token_dead: (result) => ({
    ...failed(502, 'Not installed'),
    title: html`Slack took the permission for ${teamOf(result)} back`,
    what: 'It was given and refused within a moment. The app may just have been removed or switched off there.',
    changed: NOTHING_STORED,
    slackError: result.slackError,
  }),
  wrong_team: () => ({
    ...failed(502, 'Not installed'),
    title: 'Slack named two different workspaces',
    what: 'The permission is for one workspace and its token belongs to another, so neither was used.',
    changed: NOTHING_STORED,
  }),
  wrong_app: () => ({
    ...failed(502, 'Not installed'),
    title: 'This permission is for another Slack app',
    what: 'Whoever runs this bot must compare its client id with the app whose teams are stored here.',
    changed: NOTHING_STORED,
  }),
  slack_error: (result) => ({
    ...failed(502, 'Not installed'),
    ...wordsOfSlackError(result.slackError),
    changed: NOTHING_STORED,
    slackError: result.slackError,
  }),
  slack_unreachable: () => ({
    ...failed(503, 'Not installed'),
    title: 'Slack cannot be reached',
    what: 'You allowed the bot, but Slack did not answer this server. Wait a minute, then start again.',
    changed: NOTHING_STORED,
  }),
  value_refused: () => ({
    ...failed(502, 'Not installed'),
    title: 'Something in this permission cannot be stored',
    what: 'The database of this server refuses a value that Slack named for this workspace: its id, its name, or an id of the bot. Trying again leads to the same; whoever runs this bot finds in its log which rule of the database it is.',
    changed: NOTHING_STORED,
    next: 'home',
  }),
  store_unavailable: (result) => ({
    ...failed(503, 'Not installed'),
    title: 'The bot cannot store anything right now',
    what: result.isCodeSpent
      ? 'You allowed the bot, but this server’s database failed. Wait a minute, then start again.'
      : 'This server’s database does not answer. The permission you gave was not used yet and stays good for ten minutes.',
    changed: NOTHING_STORED,
    next: result.isCodeSpent ? 'start_again' : 'reload',
  }),
  in_progress: () => ({
    httpStatus: 202,
    tone: 'note',
    status: 'Still working',
    title: 'The installation is not finished yet',
    what: 'This page was opened twice, and the first time is still at work. Look again in a moment; if nothing changes, start again from the start page.',
    next: 'reload',
  }),
  too_many: ({ retryAfterMs }) => ({
    httpStatus: 429,
    tone: 'note',
    status: 'Please wait',
    title: 'Too many people install the bot right now',
    what: `This page tries again by itself in ${secondsOf(retryAfterMs)}. The permission you gave was not used yet and stays good for ten minutes.`,
    changed: 'Nothing was installed or changed yet.',
    next: 'reload',
  }),
  unexpected: () => ({
    ...failed(500, 'Not installed'),
    title: 'Something went wrong here',
    what: 'It is our fault, not yours, and has been logged. Start again; if that does not help, tell whoever runs this bot.',
    changed: NOTHING_STORED,
  }),
};

/** Whole seconds, at least one: for a header and for a person. */
export function retryAfterSeconds(retryAfterMs: number): number {
  return Math.max(1, Math.ceil(retryAfterMs / 1_000));
}

function secondsOf(retryAfterMs: number): string {
  const seconds = retryAfterSeconds(retryAfterMs);
  return seconds === 1 ? 'a second' : `${seconds} seconds`;
}

/** The notice for a result. */
export function describeInstall(result: InstallResult, context: NoticeContext): InstallNotice {
  const describe = notices[result.kind] as Describe<InstallResultKind>;
  return describe(result, context);
}

function succeeded(status: string, { open }: NoticeContext) {
  const next = open && { label: 'Open Slack', url: open.url };
  const also = open?.appUrl === undefined ? undefined : { label: 'Open it in the Slack app', url: open.appUrl };
  return { httpStatus: 200, tone: 'done', status, next, also } as const;
}

function failed(httpStatus: InstallNotice['httpStatus'], status: string) {
  return { httpStatus, tone: 'fail', status, next: 'start_again' } as const;
}

/** A name from outside in a text of ours: bdi keeps right-to-left marks in it from turning the sentence around. */
function teamOf(result: { teamId: string; teamName: string | null }): Html {
  return html`<bdi>${result.teamName || result.teamId}</bdi>`;
}
