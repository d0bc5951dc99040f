/** What an operator does to many teams at once, a broadcast and a run of a job: for how many is said first. */
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { faultsIn } from './looks.ts';
import { useStage } from './stage.ts';

const stage = useStage();

beforeAll(async () => {
  await Promise.all(['Acme', 'Globex', 'Initech'].map((team) => stage.register(team)));
});

/** Each install here says who did it: an old one is played, of which nobody knows. */
async function forgetAnInstaller(page: Page): Promise<void> {
  await page.route('**/api/broadcast/start', async (route) => {
    const { dryRun, to, orElse } = route.request().postDataJSON() as Record<string, unknown>;
    const response = await route.fetch();
    const isSkipped = dryRun === true && to === undefined && orElse === undefined;
    const answer = (await response.json()) as object;
    await route.fulfill({ response, json: { ...answer, ...(isSkipped && { installerUnknown: 1 }) } });
  });
}

it('a broadcast names a channel where the installer is unknown, and says before who is skipped', async () => {
  const page = await stage.openAdmin('/broadcasts', { reducedMotion: 'reduce' });
  await forgetAnInstaller(page);
  await page.getByText('New broadcast').click();
  await page.getByLabel('Text').fill('We move on Sunday');
  await page.getByRole('button', { name: 'Count the teams' }).click();
  const skipping = page.getByRole('dialog', { name: 'Send to 2 of 3 teams?' });
  await skipping.getByText('1 team is skipped: nobody knows who installed the app there.').waitFor();
  expect(await faultsIn(page, 'dialog[open]')).toEqual([]);
  await skipping.getByRole('button', { name: 'Cancel' }).click();

  const orElse = page.getByLabel('Channel where the installer is unknown');
  await orElse.fill('#general');
  expect(await faultsIn(page, 'details.card')).toEqual([]);
  const asked = page.waitForRequest(
    (request) => request.postDataJSON()?.dryRun === undefined && request.method() === 'POST',
  );
  await page.getByRole('button', { name: 'Count the teams' }).click();
  await page.getByRole('dialog', { name: 'Send to 3 teams?' }).getByRole('button', { name: 'Send to 3 teams' }).click();
  expect((await asked).postDataJSON()).toEqual({ text: 'We move on Sunday', orElse: '#general' });
  await page.getByText('3 sent, 0 to go, 0 failed, 0 skipped of 3 teams').waitFor();
  await page.getByText('to who installed the app').waitFor();

  // All get it in the channel that is named for all.
  await page.getByLabel('Channel', { exact: true }).fill('#random');
  expect(await orElse.isDisabled()).toBe(true);
  await page.context().close();
});

it('a broadcast says which teams did not get it, and why', async () => {
  const page = await stage.openAdmin('/broadcasts', { reducedMotion: 'reduce' });
  await page.getByText('New broadcast').click();
  await page.getByLabel('Text').fill('To a channel that nobody has');
  await page.getByLabel('Channel', { exact: true }).fill('#nowhere');
  await page.getByRole('button', { name: 'Count the teams' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Send to 3 teams' }).click();
  const card = page.getByRole('region', { name: /^Broadcast \d/ }).first();
  await card.getByText('0 sent, 0 to go, 3 failed, 0 skipped of 3 teams').waitFor();
  await card.getByText('Failed: 3 teams').click();
  await expect.poll(() => card.getByRole('link', { name: /^T/ }).count()).toBe(3);
  expect(await card.getByText('There is no such channel, or the bot does not see it').count()).toBe(3);
  expect(await faultsIn(page, 'section.card')).toEqual([]);
  await page.context().close();
});

it('a run of a job per team says for how many teams before it is asked for', async () => {
  const page = await stage.openAdmin('/jobs', { reducedMotion: 'reduce' });
  const job = page.getByRole('region', { name: "each team's report" });
  await job.getByRole('button', { name: 'Run now' }).click();
  const dialog = page.getByRole('dialog', { name: "Run each team's report for 3 teams?" });
  await dialog.waitFor();
  expect(await faultsIn(page, 'dialog[open]')).toEqual([]);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await job.getByRole('button', { name: 'Run now' }).click();
  await dialog.getByRole('button', { name: 'Run for 3 teams' }).click();
  await job.getByText(/3 teams, last/).waitFor();
  // One that runs once for all is not asked about.
  await page.getByRole('region', { name: 'clean up' }).getByRole('button', { name: 'Run now' }).click();
  await page.getByText('the first server that takes it begins within a second').waitFor();
  await page.getByRole('region', { name: 'clean up' }).getByText('done', { exact: true }).waitFor();
  await job.getByRole('button', { name: 'Pause' }).click();
  await job.getByText('paused', { exact: true }).waitFor();
  expect(await job.getByRole('button', { name: 'Run now' }).isDisabled()).toBe(true);
  await page.context().close();
});
