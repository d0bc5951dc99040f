/** The simulator's page: what apps show can be used, what is hostile is text, and every width and theme is accessible. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { allFaultsOf, overflowOf } from './looks.ts';
import { useStage } from './stage.ts';

const stage = useStage();
let page: Page;

const say = async (text: string) => {
  const field = page.getByRole('textbox', { name: /^Message/ });
  await field.fill(text);
  await field.press('Enter');
};

beforeAll(async () => {
  await stage.register('Acme');
  page = await stage.open(`${stage.slackUrl}/?team=Acme`);
  await page
    .getByRole('navigation', { name: 'Conversations' })
    .getByRole('link', { name: /Demo Bot/ })
    .click();
  await page.getByRole('textbox', { name: /^Message demo/i }).waitFor();
});

describe('a person', () => {
  it('fills in a modal, is told what is wrong with it, and mends it', async () => {
    await say('/form');
    const modal = page.getByRole('dialog', { name: 'Who are you?' });
    await modal.getByLabel('Name').fill('ab');
    await modal.getByRole('button', { name: 'Save' }).click();
    await modal.getByRole('alert').getByText('At least three letters.').waitFor();
    await modal.getByLabel('Name').fill('Ann Lee');
    await modal.getByRole('button', { name: 'Save' }).click();
    await modal.waitFor({ state: 'detached' });
    await page.getByText('Saved Ann Lee').waitFor();
  });

  it('presses a button, and the message becomes another', async () => {
    await say('buttons');
    await page.getByRole('button', { name: 'Press me' }).click();
    await page.getByText('Pressed.').waitFor();
    expect(await page.getByRole('button', { name: 'Press me' }).count()).toBe(0);
  });

  it('stops a stream, and nothing more is added', async () => {
    await say('stream');
    await page
      .getByRole('link', { name: /1 reply/ })
      .last()
      .click();
    const pane = page.getByRole('complementary', { name: 'Details' });
    await pane.getByRole('button', { name: 'Stop' }).click();
    await pane.getByText('Stopped by you').waitFor();
    const text = await pane.locator('.markdown').last().innerText();
    await say('hi');
    await page
      .getByText(/Greeting number/)
      .first()
      .waitFor();
    expect(await pane.locator('.markdown').last().innerText()).toBe(text);
    await pane.getByRole('button', { name: 'Close this pane' }).click();
  });

  it('reacts, edits, replies in a thread, and is somebody else by one key', async () => {
    await page.goto(`${stage.slackUrl}/?team=Acme`);
    await page.getByRole('heading', { name: '#general' }).waitFor();
    await say('a *bold* word');
    const message = page.locator('.message').last();
    await message.hover();
    await message.getByRole('button', { name: 'Add a reaction' }).click();
    await page.getByRole('button', { name: 'tada', exact: true }).click();
    await message.getByTitle(/reacted with :tada:/).waitFor();
    await message.getByRole('button', { name: 'Edit' }).click();
    await message.getByRole('textbox', { name: 'The message' }).fill('a better word');
    await message.getByRole('button', { name: 'Save' }).click();
    await message.getByText('(edited)').waitFor();
    await message.hover();
    await message.getByRole('button', { name: 'Reply in thread' }).click();
    await page.keyboard.press('Alt+p');
    await expect.poll(() => page.getByLabel('You are').inputValue()).not.toBe('');
    const reply = page.getByRole('textbox', { name: 'Reply …' });
    // The person changed; the thread is opened anew by them.
    if (!(await reply.isVisible())) {
      await message.hover();
      await message.getByRole('button', { name: 'Reply in thread' }).click();
    }
    await reply.fill('from bob');
    await reply.press('Enter');
    await page.getByRole('link', { name: /1 reply/ }).waitFor();
    await page.keyboard.press('Alt+w');
    await page.getByRole('heading', { name: '#general' }).waitFor();
    await expect.poll(() => page.title()).toContain('Globex');
  });
});

describe('hostile texts', () => {
  it('are shown as they are written: nothing runs, nothing is loaded, nothing breaks the layout', async () => {
    const texts = [
      '<script>alert(1)</script><img src=x onerror=alert(2)>',
      'javascript:alert(3) <javascript:alert(4)|click>',
      `${'W'.repeat(4_000)}`,
      '‮right to left​‍ zero width',
      '![x](https://elsewhere.example/x.png) <https://elsewhere.example|a link>',
      '*_~`'.repeat(300),
    ];
    for (const text of texts) await stage.slack('POST', '/_sim/messages', { team: 'Acme', channel: 'random', text });
    await stage.slack('POST', '/_sim/teams/Acme/users', { name: '"><b onmouseover=alert(5)>x' }).catch(() => {});
    const shown = await stage.open(`${stage.slackUrl}/?team=Acme&channel=random`);
    await shown.getByText('<script>alert(1)</script>').waitFor();
    expect(await shown.locator('a[href^="javascript:"]').count()).toBe(0);
    expect(await overflowOf(shown)).toEqual([]);
    await shown.context().close();
  });
});

it('is accessible in light and dark, and fits from 320 to 2560 pixels, with each pane', async () => {
  const shown = await stage.open(`${stage.slackUrl}/?team=Acme&channel=random`, { reducedMotion: 'reduce' });
  for (const panel of ['', 'faults', 'app', 'log']) {
    if (panel !== '') await shown.goto(`${stage.slackUrl}/?team=Acme&channel=random&panel=${panel}`);
    await shown.getByRole('heading', { name: '#random' }).waitFor();
    await shown.locator('.message').first().waitFor();
    if (panel !== '') await shown.locator('.pane-body > *').first().waitFor();
    expect(await allFaultsOf(shown), panel).toEqual([]);
  }
  await shown.context().close();
});
