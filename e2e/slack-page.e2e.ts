/** The simulator's page: what apps show can be used, what is hostile is text, and every width and theme is accessible. */
import type { Page } from 'playwright-core';
import type { AppInfo } from 'slack-simulator';
import { beforeAll, describe, expect, it } from 'vitest';
import { MESSAGE } from './all-blocks.ts';
import { allFaultsOf, faultsIn, faultsOf, overflowOf } from './looks.ts';
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
    expect(await faultsIn(page, 'dialog[open]')).toEqual([]);
    await modal.getByLabel('Name').fill('Ann Lee');
    await modal.getByRole('button', { name: 'Save' }).click();
    await modal.waitFor({ state: 'detached' });
    await page.getByText('Saved Ann Lee').waitFor();
  });

  it('goes from a form to the next and back, and closes them one by one', async () => {
    await say('/steps');
    await page.getByRole('dialog', { name: 'First' }).getByRole('button', { name: 'Next' }).click();
    const second = page.getByRole('dialog', { name: 'Second' });
    await second.getByText('Nearly done').waitFor();
    await second.getByRole('button', { name: 'Save' }).click();
    // The first one is there again, and was not taken for closed when the second came.
    await page.getByRole('dialog', { name: 'First' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.locator('.toast').allInnerTexts()).toEqual([]);
  });

  it('hands in files, takes one out again, and may think better of choosing more', async () => {
    await say('/files');
    const modal = page.getByRole('dialog', { name: 'Hand in' });
    const choose = modal.getByRole('button', { name: 'Choose files: Files' });
    const choosing = page.waitForEvent('filechooser');
    await choose.click();
    const fileOf = (name: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(`of ${name}`) });
    await (await choosing).setFiles([fileOf('one.txt'), fileOf('two.csv')]);
    await modal.getByText('two.csv').waitFor();
    expect(await choose.isDisabled()).toBe(true);
    await modal.getByRole('button', { name: 'Remove one.txt' }).click();
    // As the browser tells it of its own window of files.
    await modal.locator('input[type=file]').dispatchEvent('cancel', { bubbles: true });
    await modal.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Got two.csv').waitFor();
    await modal.waitFor({ state: 'detached' });
  });

  it('looks at the Home of an app, and uses what is there by keys', async () => {
    await page.getByRole('navigation', { name: 'Of the app' }).getByRole('link', { name: 'Home' }).click();
    const home = page.getByRole('region', { name: 'Home of Demo Bot' });
    await home.getByText('A header').waitFor();
    expect(await faultsIn(page, '.home')).toEqual([]);
    const select = home.getByRole('combobox', { name: 'Choose one' });
    await select.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await faultsIn(page, '.select')).toEqual([]);
    await select.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => select.getAttribute('placeholder')).toMatch(/^Option /);
    await home.getByRole('button', { name: /^More: / }).click();
    expect(await faultsIn(page, '.menu-place')).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('navigation', { name: 'Of the app' }).getByRole('link', { name: 'Messages' }).click();
  });

  it('begins a chat with an assistant, takes what it proposes, and stops what it writes', async () => {
    await page.getByRole('button', { name: 'New chat' }).click();
    const pane = page.getByRole('complementary', { name: 'Details' });
    await pane.getByText('Ask for').waitFor();
    expect(await faultsIn(page, '.pane')).toEqual([]);
    await pane.getByRole('button', { name: 'Write slowly' }).click();
    await pane.getByText('Writing …').waitFor();
    expect(await faultsIn(page, '.pane')).toEqual([]);
    await pane.getByRole('button', { name: 'Stop' }).click();
    await pane.getByText('Stopped by you').waitFor();
    await pane.getByRole('button', { name: 'Close this pane' }).click();
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

describe('keys', () => {
  const active = (expression: string) => page.evaluate(`document.activeElement?.${expression}`);

  it('walk over messages, edit, react, answer and trace, and the way back is the same', async () => {
    await page.goto(`${stage.slackUrl}/?team=Acme&channel=general`);
    await page.getByRole('heading', { name: '#general' }).waitFor();
    await say('first of two');
    await say('last of two');
    const last = page.locator('.message', { hasText: 'last of two' });
    await last.waitFor();
    await page.locator('.conversation h1').click();
    await page.keyboard.press('k');
    await page.keyboard.press('k');
    await expect.poll(() => active('innerText')).toContain('first of two');
    await page.keyboard.press('j');
    await page.keyboard.press('e');
    await expect.poll(() => active('value')).toBe('last of two');
    await page.keyboard.type(' words');
    await page.keyboard.press('Enter');
    const edited = page.locator('.message', { hasText: 'last of two words' });
    await edited.getByText('(edited)').waitFor();
    await expect.poll(() => active('innerText')).toContain('last of two');
    await page.keyboard.press('e');
    await expect.poll(() => active('value')).toBe('last of two words');
    await page.keyboard.type(' thrown away');
    await page.keyboard.press('Escape');
    await page.keyboard.press('r');
    await page.getByLabel('Find an emoji').fill('tada');
    await page.keyboard.press('Enter');
    await edited.getByTitle(/reacted with :tada:/).waitFor();
    await page.keyboard.press('x');
    await page.getByRole('heading', { name: 'What came of it' }).waitFor();
    await edited.focus();
    await page.keyboard.press('t');
    await expect.poll(() => active('placeholder')).toBe('Reply …');
    await page.keyboard.type('by keys alone');
    await page.keyboard.press('Enter');
    await edited.getByRole('link', { name: /1 reply/ }).waitFor();
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
    // Deeper than any reader of markup goes.
    for (const depth of [40, 11_000]) {
      const blocks = [{ type: 'markdown', text: `${'>'.repeat(depth)} deep` }];
      await post({ channel: 'random', text: 'deep', blocks });
    }
    const long = 'W'.repeat(2_000);
    const cell = { type: 'raw_text', text: long.slice(0, 60) };
    const image = { type: 'image', image_url: 'https://elsewhere.example/y.png', alt_text: long };
    await post({
      channel: 'random',
      text: 'a picture',
      blocks: [image, { type: 'table', rows: [Array(15).fill(cell)] }],
    });
    const topic = `<img src=x onerror=alert(6)>\u202e${long}`.slice(0, 250);
    await stage.slack('POST', '/_sim/acts', { team: 'Acme', user: 'ann', kind: 'set_topic', channel: 'random', topic });
    await stage.slack('POST', '/_sim/messages', { team: 'Acme', channel: 'random', text: 'the last of them' });
    const shown = await stage.open(`${stage.slackUrl}/?team=Acme&channel=random&panel=x&thread=y&focus=<b>`);
    await shown.getByText('<script>alert(1)</script>').waitFor();
    await shown.getByText('the last of them').waitFor();
    await shown.getByText('nested too deeply').waitFor();
    expect(await shown.locator('.pane').count()).toBe(0);
    const beyond = await shown.evaluate<number>(
      `(() => { const list = document.querySelector('.messages'); return list.scrollWidth - list.clientWidth; })()`,
    );
    expect(beyond).toBe(0);
    const beyondOf = (selector: string) =>
      shown.evaluate<number>(
        `(() => { const one = document.querySelector('${selector}'); return one.scrollHeight - one.clientHeight + one.scrollWidth - one.clientWidth; })()`,
      );
    expect([await beyondOf('.picture.placeholder'), await beyondOf('.conversation-head h1')]).toEqual([0, 0]);
    expect((await shown.locator('.block-table td, .block-table th').first().boundingBox())?.width).toBeGreaterThan(80);
    expect(await faultsOf(shown)).toEqual([]);
    expect(await shown.locator('a[href^="javascript:"]').count()).toBe(0);
    expect(await overflowOf(shown)).toEqual([]);
    await shown.context().close();
  });
});

/** A message of the bot, by its own token. */
async function post({ blocks = [], ...fields }: { channel: string; text: string; blocks?: object }): Promise<void> {
  await callApi('chat.postMessage', { ...fields, blocks: JSON.stringify(blocks) });
}

async function schedule(fields: { channel: string; text: string; post_at: string }): Promise<void> {
  await callApi('chat.scheduleMessage', fields);
}

/** By the token of the bot, which is in #random. */
async function callApi(method: string, fields: Readonly<Record<string, string>>): Promise<void> {
  const { installs } = await stage.slack<{ installs: { botToken: string }[] }>('GET', '/_sim/installs?team=Acme');
  await stage.slack('POST', '/_sim/teams/Acme/channels/random/members', { user: 'bot' });
  const response = await fetch(`${stage.slackUrl}/api/${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${installs[0]?.botToken}` },
    body: new URLSearchParams(fields),
  });
  expect(await response.json()).toMatchObject({ ok: true });
}

it('shows every block, and what opens over the page, to everybody', async () => {
  await post({ channel: 'random', text: 'all of them', blocks: MESSAGE });
  const shown = await stage.open(`${stage.slackUrl}/?team=Acme&channel=random`, { reducedMotion: 'reduce' });
  await shown.getByText('A header').waitFor();
  expect(await shown.locator('.block-other').allInnerTexts()).toEqual([]);
  expect(await faultsIn(shown, '.message:last-child')).toEqual([]);
  const composer = shown.getByRole('textbox', { name: /^Message/ });
  for (const letters of ['@', '#', ':tad']) {
    await composer.fill(letters);
    await shown.getByRole('listbox', { name: 'Completions' }).waitFor();
    expect(await faultsIn(shown, '.composer'), letters).toEqual([]);
  }
  await composer.fill('');
  await shown.locator('.message').last().focus();
  await shown.locator('.message').last().getByRole('button', { name: 'Add a reaction' }).press('Enter');
  expect(await faultsIn(shown, '.message:last-child .message-tools')).toEqual([]);
  await shown.keyboard.press('Escape');
  await shown.getByRole('button', { name: 'Add a channel' }).click();
  expect(await faultsIn(shown, 'dialog[open]'), 'a new channel').toEqual([]);
  await shown.keyboard.press('Escape');
  await shown.getByRole('link', { name: 'Apps', exact: true }).click();
  await shown.getByRole('button', { name: 'Disable', exact: true }).click();
  expect(await faultsIn(shown, 'dialog[open]'), 'a question').toEqual([]);
  await shown.keyboard.press('Escape');
  await shown.context().close();
});

it('regenerates the signing secret of an app, once it was asked whether to', async () => {
  const app = async () => (await stage.slack<{ apps: AppInfo[] }>('GET', '/_sim/apps')).apps[0];
  const before = await app();
  const shown = await stage.open(`${stage.slackUrl}/?team=Acme&as=ann`);
  await shown.getByRole('link', { name: 'Apps', exact: true }).click();
  const regenerate = shown.getByRole('button', { name: 'Regenerate the signing secret' });
  const question = shown.getByRole('dialog');
  await regenerate.click();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await question.waitFor({ state: 'hidden' });
  expect(await app()).toEqual(before);
  await regenerate.click();
  await question.getByRole('button', { name: 'Regenerate', exact: true }).click();
  await shown.getByText('Requests are signed with the new secret').waitFor();
  expect((await app())?.signingSecret).not.toBe(before?.signingSecret);
  // The server of this stage knows that one.
  await stage.slack('PATCH', `/_sim/apps/${before?.id}`, { signingSecret: before?.signingSecret });
  await shown.context().close();
});

it('says in each place what could not be read, and reads it again', async () => {
  const shown = await stage.open(`${stage.slackUrl}/?team=Acme&as=ann&channel=general`);
  await shown.getByRole('heading', { name: '#general' }).waitFor();
  const body = JSON.stringify({ ok: false, error: { code: 'unexpected', message: 'The disk is full.' } });
  await shown.route(/\/_sim\//, (route) => route.fulfill({ status: 500, contentType: 'application/json', body }));
  const pane = shown.getByRole('complementary', { name: 'Details' });
  for (const name of ['Notifications', 'Scheduled', 'Session']) {
    await shown.getByRole('link', { name }).click();
    await pane.getByRole('alert').getByText('The disk is full.').waitFor();
    expect(await pane.locator('.skeleton').count(), name).toBe(0);
  }
  expect(await faultsIn(shown, '.pane')).toEqual([]);
  await shown.reload();
  await shown.getByRole('main').getByText('The disk is full.').waitFor();
  expect(await allFaultsOf(shown)).toEqual([]);
  await pane.getByText('Nothing could be read.').waitFor();
  await shown.unroute(/\/_sim\//);
  await shown.getByRole('main').getByRole('button', { name: 'Try again' }).press('Enter');
  await shown.getByRole('heading', { name: '#general' }).waitFor();
  // Without the log the rest of the page works.
  await shown.route(/\/_sim\/log/, (route) => route.fulfill({ status: 500, contentType: 'application/json', body }));
  await shown.goto(`${stage.slackUrl}/?team=Acme&as=ann&channel=general&panel=log`);
  await pane.getByRole('alert').getByText('The disk is full.').waitFor();
  expect(await pane.getByText('Nothing happened yet.').count()).toBe(0);
  await shown.unroute(/\/_sim\/log/);
  await pane.getByRole('button', { name: 'Try again' }).click();
  await pane.locator('.log-line').first().waitFor();
  expect(await pane.getByRole('alert').count()).toBe(0);
  // Nothing is answered: the page has a heading, and says that it loads.
  await shown.route(/\/_sim\//, () => {});
  await shown.reload({ waitUntil: 'domcontentloaded' });
  await shown.getByRole('status').filter({ hasText: 'Loading' }).first().waitFor();
  expect(await faultsOf(shown)).toEqual([]);
  await shown.unroute(/\/_sim\//);
  await shown.context().close();
});

it('jumps by a part of a name to where one writes, and looks for anything else', async () => {
  const shown = await stage.open(`${stage.slackUrl}/?team=Acme&as=ann&channel=random`);
  await shown.getByRole('heading', { name: '#random' }).waitFor();
  const active = () => shown.evaluate('document.activeElement?.getAttribute("aria-label")');
  const jump = async (text: string) => {
    await shown.keyboard.press('Control+k');
    await shown.keyboard.type(text);
    await shown.getByRole('listbox', { name: 'Where to' }).waitFor();
  };
  await jump('emo b');
  expect(await faultsIn(shown, '.top')).toEqual([]);
  await shown.keyboard.press('Enter');
  await expect.poll(active).toMatch(/^Message demo/i);
  await jump('gen');
  await shown.keyboard.press('Enter');
  await expect.poll(active).toBe('Message #general');
  await jump('bo');
  await shown.getByRole('option', { name: /^@ bob/ }).click();
  await expect.poll(active).toBe('Message bob');
  await jump('gen');
  await shown.keyboard.press('ArrowUp');
  await shown.keyboard.press('Enter');
  await shown.getByRole('heading', { name: 'Search' }).waitFor();
  expect(new URL(shown.url()).searchParams.get('about')).toBe('gen');
  await shown.getByRole('button', { name: 'Close this pane' }).press('Enter');
  await expect.poll(active).toBe('Message bob');
  await shown.context().close();
});

it('stops the clock by mouse, goes on by an hour, and shows what became due', async () => {
  const shown = await stage.open(`${stage.slackUrl}/?team=Acme&as=ann&channel=random`);
  const pane = shown.getByRole('complementary', { name: 'Details' });
  await shown.getByRole('link', { name: 'Break it' }).click();
  await pane.getByRole('button', { name: 'Pause' }).click();
  await pane.getByText('paused', { exact: true }).waitFor();
  const { nowMs } = await stage.slack<{ nowMs: number }>('GET', '/_sim/clock');
  await schedule({ channel: 'random', text: 'in half an hour', post_at: `${Math.floor(nowMs / 1_000) + 1_800}` });
  await pane.getByRole('button', { name: '+1 s', exact: true }).click();
  await pane.getByText(/^\+1 s: (nothing was due|\d+ records?)/).waitFor();
  expect(await shown.getByText('in half an hour').count()).toBe(0);
  await pane.getByRole('button', { name: '+1 h', exact: true }).click();
  await pane.getByText(/^\+1 h: \d+ records?/).waitFor();
  await pane.locator('.log-line', { hasText: 'message' }).first().waitFor();
  await shown.locator('.message', { hasText: 'in half an hour' }).waitFor();
  expect(await faultsIn(shown, '.pane')).toEqual([]);
  await pane.getByRole('button', { name: 'Let it run' }).click();
  await pane.getByText('runs', { exact: true }).waitFor();
  await shown.context().close();
});

it('makes an app of a manifest by mouse, and says what is wrong with one', async () => {
  const shown = await stage.open(`${stage.slackUrl}/?team=Acme&as=ann&channel=random&panel=app`);
  const pane = shown.getByRole('complementary', { name: 'Details' });
  await pane.getByText('New app').click();
  const field = pane.getByLabel(/^Manifest/);
  for (const [text, words] of [
    ['{', /The manifest is neither JSON nor YAML: ./],
    ['[]', /A manifest is an object/],
    ['{"display_information":{}}', /display_information\/name/],
  ] as const) {
    await field.fill(text);
    await pane.getByRole('button', { name: 'Create' }).click();
    await shown.getByText(words).waitFor();
    expect(await field.inputValue()).toBe(text);
  }
  await field.fill("display_information:\n  name: 'Rota <b>' # YAML\n");
  await pane.getByRole('button', { name: 'Create' }).click();
  await pane.getByRole('button', { name: 'Rota <b>', pressed: true }).waitFor();
  await expect.poll(() => field.isVisible()).toBe(false);
  await pane.getByText('not installed', { exact: true }).waitFor();
  await shown.context().close();
});

it('keeps its list of conversations behind a button in a narrow window', async () => {
  const viewport = { width: 360, height: 700 };
  const shown = await stage.open(`${stage.slackUrl}/?team=Acme&channel=random`, { viewport });
  await shown.getByRole('heading', { name: '#random' }).waitFor();
  const list = shown.getByRole('navigation', { name: 'Conversations' });
  expect(await list.isVisible()).toBe(false);
  await shown.getByRole('button', { name: 'Conversations' }).click();
  expect(await faultsOf(shown)).toEqual([]);
  await list.getByRole('link', { name: 'general' }).click();
  await shown.getByRole('heading', { name: '#general' }).waitFor();
  expect(await list.isVisible()).toBe(false);
  // A pane covers the conversation: by Tab nobody gets to what is under it.
  await shown.getByRole('link', { name: 'Session', exact: true }).click();
  await shown.getByRole('heading', { name: 'Session' }).waitFor();
  for (let index = 0; index < 30; index++) {
    await shown.keyboard.press('Tab');
    expect(await shown.evaluate('document.activeElement.closest(".conversation")')).toBeNull();
  }
  expect(await faultsOf(shown)).toEqual([]);
  await shown.getByRole('button', { name: 'Close this pane' }).press('Enter');
  expect(await shown.getByRole('textbox', { name: /^Message/ }).isVisible()).toBe(true);
  await shown.context().close();
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
