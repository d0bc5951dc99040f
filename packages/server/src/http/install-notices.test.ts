import { describe, expect, it } from 'vitest';
import type { InstallResult, InstallResultKind } from '../installation/install-result.ts';
import { describeInstall } from './install-notices.ts';
import { type Notice, noticePage, noticeParts } from './notice-page.ts';
import { type PageSite, renderPage } from './page.ts';

const HOSTILE = `"><script>alert('x')</script>\u202E&`;
const site = { botName: 'Hello Bot', baseUrl: 'https://bot.example.test' };
const team = { teamId: 'T0ACME', teamName: 'Acme' };

/** One result of every kind with the status of its page. */
const expected: Record<InstallResultKind, { result: InstallResult; httpStatus: number; next: string | undefined }> = {
  installed: { result: { kind: 'installed', ...team }, httpStatus: 200, next: undefined },
  reinstalled: { result: { kind: 'reinstalled', ...team }, httpStatus: 200, next: undefined },
  reactivated: { result: { kind: 'reactivated', ...team }, httpStatus: 200, next: undefined },
  cancelled: { result: { kind: 'cancelled' }, httpStatus: 200, next: 'Start again' },
  state_forged: { result: { kind: 'state_forged' }, httpStatus: 403, next: 'Start again' },
  state_expired: { result: { kind: 'state_expired' }, httpStatus: 400, next: 'Start again' },
  state_foreign: { result: { kind: 'state_foreign' }, httpStatus: 403, next: 'Start again' },
  code_missing: { result: { kind: 'code_missing' }, httpStatus: 400, next: 'Start again' },
  code_rejected: {
    result: { kind: 'code_rejected', slackError: 'invalid_code' },
    httpStatus: 400,
    next: 'Start again',
  },
  refused: {
    result: { kind: 'refused', ...team, message: 'Only for friends.', wasInstalled: false },
    httpStatus: 403,
    next: 'To the start page',
  },
  grant_incomplete: { result: { kind: 'grant_incomplete', missing: 'bot' }, httpStatus: 502, next: 'Start again' },
  org_wide: { result: { kind: 'org_wide' }, httpStatus: 400, next: 'Start again' },
  token_dead: {
    result: { kind: 'token_dead', ...team, slackError: 'account_inactive' },
    httpStatus: 502,
    next: 'Start again',
  },
  wrong_team: { result: { kind: 'wrong_team' }, httpStatus: 502, next: 'Start again' },
  wrong_app: { result: { kind: 'wrong_app' }, httpStatus: 502, next: 'Start again' },
  slack_error: {
    result: { kind: 'slack_error', slackError: 'bad_client_secret' },
    httpStatus: 502,
    next: 'Start again',
  },
  slack_unreachable: { result: { kind: 'slack_unreachable' }, httpStatus: 503, next: 'Start again' },
  store_unavailable: { result: { kind: 'store_unavailable', isCodeSpent: false }, httpStatus: 503, next: 'Try again' },
  value_refused: { result: { kind: 'value_refused' }, httpStatus: 502, next: 'To the start page' },
  too_many: { result: { kind: 'too_many', retryAfterMs: 1_500 }, httpStatus: 429, next: 'Try again' },
  in_progress: { result: { kind: 'in_progress' }, httpStatus: 202, next: 'Try again' },
  unexpected: { result: { kind: 'unexpected' }, httpStatus: 500, next: 'Start again' },
};

const renderNotice = (of: PageSite, notice: Notice) => renderPage(of, noticeParts(of, noticePage(of, notice)));
const rows = Object.values(expected);
const describeIt = (result: InstallResult) => describeInstall(result, { botName: site.botName, open: undefined });

describe('the page of a result', () => {
  it.each(rows)('$result.kind has status $httpStatus and the button $next', async ({ result, httpStatus, next }) => {
    const notice = describeIt(result);
    const page = String(await renderNotice(site, notice));
    expect(notice.httpStatus).toBe(httpStatus);
    expect(/class="button"[^>]*>([^<]*)</.exec(page)?.[1]).toBe(next);
  });

  it.each(rows.filter(({ httpStatus }) => httpStatus >= 400))(
    '$result.kind says what was changed',
    async ({ result }) => {
      expect(String(await renderNotice(site, describeIt(result)))).toMatch(/[Nn]othing was|changed nothing/);
    },
  );

  it.each(rows.filter(({ result }) => 'teamName' in result))(
    '$result.kind escapes a hostile team name',
    async ({ result }) => {
      const hostile = { ...result, teamName: HOSTILE } as InstallResult;
      const page = String(await renderNotice(site, describeIt(hostile)));
      expect(page).not.toContain('<script');
      expect(page).toContain('<bdi>&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;\u202E&amp;</bdi>');
    },
  );

  it.each([
    ['oauth_authorization_url_mismatch', 'SLACK_OAUTH'],
    ['invalid_scope', 'SLACK_SCOPES'],
    ['invalid_team_for_non_distributed_app', 'public distribution'],
    ['unapproved_scope', 'submit the app'],
    ['bad_redirect_uri', 'PUBLIC_URL'],
    ['bad_client_secret', 'SLACK_CLIENT_SECRET'],
  ])('of %s tells whoever runs the bot what to do', async (slackError, hint) => {
    const page = String(await renderNotice(site, describeIt({ kind: 'slack_error', slackError })));
    expect(page).toContain(hint);
    expect(page).toContain(`<code>${slackError}</code>`);
  });

  it('of a code that it does not know has the general words', () => {
    for (const slackError of ['internal_error', 'constructor', 'toString']) {
      expect(describeIt({ kind: 'slack_error', slackError }).title).toBe('Slack answered with an error');
    }
  });

  it('escapes what a hook said and what the bot is called', async () => {
    const refused = { kind: 'refused', ...team, message: HOSTILE, wasInstalled: false } as const;
    const notice = describeInstall(refused, { botName: HOSTILE, open: undefined });
    const page = String(await renderNotice({ ...site, botName: HOSTILE }, notice));
    expect(page).not.toContain('<script');
  });

  it('names a team without a name by its id', async () => {
    const page = String(await renderNotice(site, describeIt({ kind: 'installed', teamId: 'T0ACME', teamName: null })));
    expect(page).toContain('<bdi>T0ACME</bdi>');
  });
});
