/** The list of what could stand in a field is one and the same everywhere: by arrow keys, by Enter, by mouse, and to a screen reader. */
import type { Locator, Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { faultsIn } from './looks.ts';
import { useStage } from './stage.ts';

const stage = useStage();
const PLACES = Array.from({ length: 30 }, (_, index) => `place-${index + 10}`);

beforeAll(async () => {
  await stage.register('Acme');
  for (const name of PLACES) await stage.slack('POST', '/_sim/teams/Acme/channels', { name, members: ['ann'] });
  const { installs } = await stage.slack<{ installs: { botToken: string }[] }>('GET', '/_sim/installs?team=Acme');
  await stage.slack('POST', '/_sim/teams/Acme/channels/random/members', { user: 'bot' });
  const placeholder = { type: 'plain_text', text: 'Where?' };
  const element = { type: 'channels_select', action_id: 'where', placeholder };
  const blocks = JSON.stringify([{ type: 'actions', elements: [element] }]);
  const response = await fetch(`${stage.slackUrl}/api/chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${installs[0]?.botToken}` },
    body: new URLSearchParams({ channel: 'random', text: 'a menu', blocks }),
  });
  expect(await response.json()).toMatchObject({ ok: true });
});

/** The option that the field names is selected, is seen whole, and is the only one. */
async function optionAt(field: Locator, page: Page): Promise<string> {
  const id = await field.getAttribute('aria-activedescendant');
  expect(await field.getAttribute('aria-controls')).toBe(id?.replace(/-\d+$/, ''));
  const list = page.locator(`[id="${id?.replace(/-\d+$/, '')}"]`);
  const option = page.locator(`[id="${id}"]`);
  expect(await list.locator('[aria-selected="true"]').count()).toBe(1);
  expect(await option.getAttribute('aria-selected')).toBe('true');
  const [outer, inner] = [await list.boundingBox(), await option.boundingBox()];
  if (!outer || !inner) throw new Error('The list is not shown');
  expect([inner.y >= outer.y, inner.y + inner.height <= outer.y + outer.height], 'is in view').toEqual([true, true]);
  return await option.innerText();
}

it('arrow keys lead around the ends of each list and never out of sight, Enter takes, Escape closes', async () => {
  const page = await stage.open(`${stage.slackUrl}/?team=Acme&as=ann&channel=random`, { reducedMotion: 'reduce' });
  const menu = page.getByRole('combobox', { name: 'Where?' });
  const composer = page.getByRole('textbox', { name: 'Message #random' });
  const jump = page.getByRole('combobox', { name: /^Jump/ });
  await menu.waitFor();
  for (const [field, typed, first, last] of [
    [jump, 'place-1', '# place-10', 'Search the messages for “place-1”'],
    [composer, '#place-', '#place-10', '#place-17'],
    [menu, '', '#general', '#place-39'],
  ] as const) {
    await field.focus();
    await page.keyboard.type(typed);
    expect(await optionAt(field, page)).toBe(first);
    expect(await faultsIn(page, `*:has(> .completions:not([hidden]))`)).toEqual([]);
    await field.press('ArrowUp');
    expect(await optionAt(field, page)).toBe(last);
    await field.press('ArrowDown');
    expect(await optionAt(field, page)).toBe(first);
    await field.press('Escape');
    await expect.poll(() => page.locator('.completions:not([hidden])').count()).toBe(0);
    expect(await field.getAttribute('aria-activedescendant')).toBeNull();
  }
  await composer.fill('see #place-3');
  await composer.press('ArrowDown');
  await composer.press('Enter');
  expect(await composer.inputValue()).toBe('see #place-31 ');
  await menu.focus();
  await page.keyboard.type('place-20');
  await page.getByRole('option', { name: '#place-20' }).click();
  await expect.poll(() => menu.getAttribute('placeholder')).toBe('#place-20');
  // It has the focus still, and opens again.
  await menu.click();
  await page.keyboard.type('nowhere');
  await page.getByRole('option', { name: 'Nothing matches.', disabled: true }).waitFor();
  await page.context().close();
});
