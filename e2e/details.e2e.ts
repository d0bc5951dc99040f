/** Small things that a picky user finds on both pages: each was wrong once. */
import { beforeAll, expect, it } from 'vitest';
import { faultsIn } from './looks.ts';
import { useStage } from './stage.ts';

const stage = useStage();

beforeAll(() => stage.register('Acme'));

it('the commands in a fix of the dashboard are code, without the marks of a terminal', async () => {
  const page = await stage.openAdmin('/teams/T0NOWHERE');
  const fix = page.getByRole('alert');
  expect(await fix.locator('code').innerText()).toBe('slack-bot-server teams list');
  expect(await fix.innerText()).not.toContain('`');
  await page.context().close();
});

it('the times of the simulator are those of its reader, and the clock says its zone', async () => {
  const shown = await stage.open(`${stage.slackUrl}/?team=Acme&channel=general&panel=faults`, {
    timezoneId: 'Asia/Kolkata',
  });
  await shown.getByText(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d GMT\+5:30$/).waitFor();
  await stage.slack('POST', '/_sim/messages', {
    team: 'Acme',
    user: 'ann',
    channel: 'general',
    text: 'what time is it?',
  });
  const said = await shown.locator('.message', { hasText: 'what time is it?' }).locator('time').first().innerText();
  await shown.getByRole('link', { name: 'Traffic' }).click();
  const line = shown.locator('.log-line time').first();
  await line.waitFor();
  expect(await line.getAttribute('title')).toMatch(/GMT\+5:30$/);
  const minuteOf = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
  // They may lie on both sides of a minute's end, but not of a zone.
  expect(Math.abs(minuteOf(await line.innerText()) - minuteOf(said))).toBeLessThan(5);
  await shown.context().close();
});

it('a dialog of the sidebar shows where the focus is in both themes, and is left by a button', async () => {
  const shown = await stage.open(`${stage.slackUrl}/?team=Acme&channel=general`, { reducedMotion: 'reduce' });
  const list = shown.getByRole('navigation', { name: 'Conversations' });
  for (const colorScheme of ['light', 'dark'] as const) {
    await shown.emulateMedia({ colorScheme });
    await list.getByRole('button', { name: 'Add a channel' }).press('Enter');
    const dialog = shown.getByRole('dialog', { name: 'Add a channel to Acme' });
    await dialog.getByLabel('Name').press('End');
    const [ring, back] = await shown.evaluate<[string, string]>(`(() => {
      const field = document.activeElement;
      return [getComputedStyle(field).outlineColor, getComputedStyle(field.closest('dialog')).backgroundColor];
    })()`);
    expect(ring, colorScheme).not.toBe(back);
    expect(await faultsIn(shown, 'dialog[open]')).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
  }
  await shown.context().close();
});

it('a dialog that is longer than the window begins with its title', async () => {
  const viewport = { width: 390, height: 500 };
  const shown = await stage.open(`${stage.slackUrl}/?team=Acme&channel=general`, { viewport });
  await shown.getByRole('button', { name: 'Keys' }).click();
  const box = await shown.getByRole('heading', { name: 'Keys' }).boundingBox();
  expect(box?.y).toBeGreaterThanOrEqual(0);
  await shown.context().close();
});
