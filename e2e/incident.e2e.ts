/** An incident, as an operator sees it on the dashboard: many teams fail at once, and what becomes of them is decided there. */
import { expect, it } from 'vitest';
import { allFaultsOf } from './looks.ts';
import { useStage } from './stage.ts';

const TEAMS = 10;

// A classic app: its sockets are what notices first.
const stage = useStage({ SLACK_TRANSPORT: 'rtm' }, { teams: TEAMS });

it('many that fail at once are held, released when Slack answers again, and deactivated when the operator says so', async () => {
  const { teams } = await stage.slack<{ teams: { id: string }[] }>('GET', '/_sim/teams');
  await Promise.all(teams.map(({ id }) => stage.register(id)));
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
  await admin
    .getByText(/^No held team is deactivated before .+ unless Slack reports an uninstall; after that, only if/)
    .waitFor();
  expect(await allFaultsOf(admin), 'the incident').toEqual([]);
  await admin.getByRole('link', { name: 'Overview' }).click();
  await admin.getByText('An incident is on.').waitFor();
  expect(await allFaultsOf(admin), 'the overview').toEqual([]);
  await admin.getByRole('link', { name: /^Incident/ }).click();

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
