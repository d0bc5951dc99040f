/** The story of the disabled integration, by mouse and keyboard alone: the simulator's page beside the dashboard. */
import { expect, it } from 'vitest';
import { useStage } from './stage.ts';

// A classic app: its socket is what notices first.
const stage = useStage({ SLACK_TRANSPORT: 'rtm' });

it('a bot greets, is disabled in the middle, is deactivated once, and comes back with what it knew', async () => {
  await stage.install('Acme');
  await stage.register('Globex');

  const slack = await stage.open(`${stage.slackUrl}/?team=Acme`);
  await slack
    .getByRole('navigation', { name: 'Conversations' })
    .getByRole('link', { name: /Demo Bot/ })
    .click();
  // What is said before the server has greeted on its socket, an app over RTM never hears.
  const admin = await stage.openAdmin('/teams?query=connection:open');
  await admin.getByRole('link', { name: 'Acme' }).waitFor();
  const composer = slack.getByRole('textbox', { name: /^Message demo/i });
  await composer.fill('hi');
  await composer.press('Enter');
  await slack.getByText('Greeting number 1').waitFor();

  await admin.getByRole('link', { name: 'Acme' }).click();
  await admin.getByText(/^Active, installed/).waitFor();

  // Somebody switches the integration off; the next message proves it.
  await slack.getByRole('link', { name: 'Apps', exact: true }).click();
  await slack.getByRole('button', { name: 'Disable' }).click();
  await slack.getByRole('button', { name: 'Go on' }).click();
  await slack.getByText('disabled', { exact: true }).first().waitFor();
  // The pressed button is gone: who works by keys goes on where it was.
  await expect.poll(() => slack.evaluate('document.activeElement?.getAttribute("aria-label")')).toBe('Install');
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
