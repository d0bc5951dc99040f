import { afterAll, beforeAll, expect, it } from 'vitest';
import { acmeRoles, type Roles } from '../../../test/support/roles.ts';
import { connect } from '../../../test/support/slack.ts';
import { clientOf, refusal } from '../../../test/support/web-client.ts';

let acme: Roles;
beforeAll(async () => {
  acme = await acmeRoles();
});
afterAll(() => acme.slack.stop());

it('team.info shows a workspace under its new name, of which sockets hear', async () => {
  using socket = await connect(acme.slack, acme.slack.acme.botToken);
  await acme.slack.control.changeTeam('Acme', { kind: 'rename', name: 'Ajax', domain: 'ajax' });
  expect((await acme.bot.team.info()).team).toMatchObject({ name: 'Ajax', domain: 'ajax' });
  expect(await socket.frame(({ type }) => type === 'team_rename')).toMatchObject({ name: 'Ajax' });
  expect(await refusal(acme.bot.team.info({ team: 'T0NOWHERE' }))).toBe('team_not_found');
});

it('bots.info shows the bot behind a message, and that it is gone after an uninstall', async () => {
  const app = await acme.slack.control.addApp({ name: 'Other', kind: 'classic' });
  const { botId } = await acme.slack.control.install({ team: acme.slack.acme.team, app: app.id });
  expect((await acme.ann.bots.info({ bot: botId })).bot).toMatchObject({
    app_id: app.id,
    name: 'other',
    deleted: false,
  });
  await acme.slack.control.fault({ kind: 'remove_app', team: acme.slack.acme.team, app: app.id });
  expect((await acme.ann.bots.info({ bot: botId })).bot).toMatchObject({ deleted: true });
  expect(await refusal(acme.ann.bots.info({ bot: 'B0NOWHERE' }))).toBe('bot_not_found');
});

// The keys are those of @slack/web-api, TeamBillingInfoResponse and TeamPreferencesListResponse.
it('team.billing.info and team.preferences.list say what holds in the workspace', async () => {
  const withScopes = async (botScopes: readonly string[]) => {
    const app = await acme.slack.control.addApp({ kind: 'granular', botScopes });
    const { botToken } = await acme.slack.control.install({ team: acme.slack.acme.team, app: app.id });
    return clientOf(acme.slack, botToken);
  };
  const client = await withScopes(['team.billing:read', 'team.preferences:read']);
  expect(await client.team.billing.info({})).toMatchObject({ plan: 'plus' });
  expect(await client.team.preferences.list({})).toMatchObject({
    allow_message_deletion: true,
    display_real_names: false,
    disable_file_uploads: 'allow_all',
    msg_edit_window_mins: -1,
    who_can_post_general: 'everyone',
  });
  const other = await withScopes(['team:read']);
  expect(await refusal(other.team.billing.info({}))).toBe('missing_scope');
  expect(await refusal(other.team.preferences.list({}))).toBe('missing_scope');
});
