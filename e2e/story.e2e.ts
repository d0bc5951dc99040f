/** The story of the disabled integration, by mouse and keyboard alone: the simulator's page beside the dashboard. */
import { expect, it } from 'vitest';
import { register } from '../packages/server/src/testing/slack-button.ts';
import { useStage } from './stage.ts';

const TEAMS = 10;

// A classic app: its socket is what notices first.
const stage = useStage({ SLACK_TRANSPORT: 'rtm' }, { teams: TEAMS });

it('a bot greets, is disabled in the middle, is deactivated once, and comes back with what it knew', async () => {
  await stage.install('Acme');
  await stage.install('Globex');

  const slack = await stage.open(`${stage.slackUrl}/?team=Acme`);
  await slack
    .getByRole('navigation', { name: 'Conversations' })
    .getByRole('link', { name: /Demo Bot/ })
    .click();
  const composer = slack.getByRole('textbox', { name: /^Message demo/i });
  await composer.fill('hi');
  await composer.press('Enter');
  await slack.getByText('Greeting number 1').waitFor();

  const admin = await stage.openAdmin('/teams');
  await admin.getByRole('link', { name: 'Acme' }).click();
  await admin.getByText(/^Active since/).waitFor();

  // Somebody switches the integration off; the next message proves it.
  await slack.getByRole('link', { name: 'Apps', exact: true }).click();
  await slack.getByRole('button', { name: 'Disable' }).click();
  await slack.getByRole('button', { name: 'Go on' }).click();
  await slack.getByText('disabled', { exact: true }).first().waitFor();
  await admin.getByText(/^Inactive since .*: Slack answered account_inactive \(.*\)\.$/).waitFor();
  await admin.getByText('It comes back when the team installs the bot again').waitFor();
  await admin.getByRole('link', { name: 'Teams', exact: true }).first().click();
  await admin.getByRole('link', { name: /^Inactive 1$/ }).click();
  await expect.poll(() => admin.locator('tbody tr').count()).toBe(1);
  expect(new URL(admin.url()).searchParams.get('query')).toBe('status:inactive');
  await admin.goBack();
  await expect.poll(() => admin.locator('tbody tr').count()).toBe(2);

  await stage.install('Acme');
  await slack.getByRole('button', { name: 'Close this pane' }).click();
  await slack.getByText('Greeting number 1').waitFor();
  await composer.fill('hi again');
  await composer.press('Enter');
  await slack.getByText('Greeting number 2').waitFor();
  await admin.getByRole('link', { name: /^Inactive 0$/ }).waitFor();
});

it('many that fail at once are held, released when Slack answers again, and deactivated when the operator says so', async () => {
  const { teams } = await stage.slack<{ teams: { id: string }[] }>('GET', '/_sim/teams');
  // Those that are there already register again.
  for (const { id } of teams) await register(stage.serverUrl, { team: id });
  const admin = await stage.openAdmin('/teams?query=connection:open');
  await expect.poll(() => admin.locator('tbody tr').count(), { timeout: 20_000 }).toBe(TEAMS);
  const refuseAll = async () => {
    for (const { id } of teams) {
      await stage.slack('POST', '/_sim/faults', { kind: 'refuse', team: id, error: 'account_inactive' });
    }
    await stage.slack('POST', '/_sim/faults', { kind: 'close' });
    await admin.getByRole('link', { name: /^Incident/ }).click();
    const held = admin.getByText(/^\d+ teams are held$/);
    await held.waitFor({ timeout: 60_000 });
    // All have failed by now: those that were deactivated before the others were held, and those.
    await admin.getByText(`${TEAMS} teams`, { exact: true }).waitFor({ timeout: 60_000 });
    return Number.parseInt(await held.innerText(), 10);
  };
  await refuseAll();
  await admin.getByRole('img', { name: 'an incident is on' }).waitFor();
  await admin.getByText('account_inactive').first().waitFor();

  await stage.slack('DELETE', '/_sim/faults');
  await admin.getByRole('button', { name: 'Ask Slack now' }).click();
  await admin.getByText('No incident').waitFor({ timeout: 30_000 });
  await admin.getByRole('link', { name: 'Teams', exact: true }).click();
  await admin.getByRole('link', { name: /^Active 10$/ }).waitFor();

  const held = await refuseAll();
  await admin.getByRole('button', { name: 'Deactivate all' }).click();
  const dialog = admin.getByRole('dialog', { name: `Deactivate ${held} teams?` });
  await dialog.getByLabel(/to go on/).fill(String(held));
  await dialog.getByRole('button', { name: `Deactivate ${held}` }).click();
  await admin.getByText('No incident').waitFor();
  await admin.getByRole('link', { name: 'Teams', exact: true }).click();
  await admin.getByRole('link', { name: /^Inactive 10$/ }).waitFor();
  await stage.slack('DELETE', '/_sim/faults');
});
