/** The simulator's page across workspaces and conversations: side by side, by keys, in lists; files, payloads and the log. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { allFaultsOf, faultsIn } from './looks.ts';
import { useStage } from './stage.ts';

const stage = useStage({ SLACK_TRANSPORT: 'http' });
let page: Page;

const details = (where: Page = page) => where.getByRole('complementary', { name: 'Details' });
const say = async (text: string) => {
  const field = page.locator('.conversation').getByRole('textbox', { name: /^Message/ });
  await field.fill(text);
  await field.press('Enter');
};
const open = async (query: string) => {
  await page.goto(`${stage.slackUrl}/?${query}`);
  await page.locator('.conversation h1').waitFor();
};

beforeAll(async () => {
  await stage.register('Acme');
  page = await stage.open(`${stage.slackUrl}/?team=Acme&channel=general`);
});

describe('two people', () => {
  it('stand side by side, each in a workspace of their own, also after a reload', async () => {
    await open('team=Globex&as=bob&channel=general');
    await page.getByLabel('You are').waitFor();
    await open('team=Acme&as=ann&channel=general');
    await expect.poll(() => page.title()).toContain('Acme');
    await page.getByRole('button', { name: 'Side by side' }).click();
    const left = page.frameLocator('iframe[title="Left column"]');
    const right = page.frameLocator('iframe[title="Right column"]');
    for (const again of [false, true]) {
      if (again) await page.reload();
      await left.getByRole('heading', { name: '#general' }).waitFor();
      await right.getByRole('heading', { name: '#general' }).waitFor();
      await expect.poll(() => left.locator('.switch option:checked').allInnerTexts()).toEqual(['Acme', 'ann']);
      await expect.poll(() => right.locator('.switch option:checked').allInnerTexts()).toEqual(['Globex', 'bob']);
    }
    await right.getByRole('textbox', { name: /^Message/ }).fill('from the right');
    await right.getByRole('textbox', { name: /^Message/ }).press('Enter');
    await right.locator('.message').getByText('from the right').waitFor();
    await page.getByRole('link', { name: 'One column' }).click();
    await page.getByRole('heading', { name: '#general' }).waitFor();
    expect(await page.locator('iframe').count()).toBe(0);
  });

  it('change by one key, there and back, and find their conversation again', async () => {
    await open('team=Globex&as=bob&channel=random');
    await page.getByRole('heading', { name: '#random' }).waitFor();
    await page.keyboard.press('Alt+1');
    await expect.poll(() => page.title()).toContain('Acme');
    await page.keyboard.press('Alt+q');
    await expect.poll(() => page.title()).toContain('Globex');
    await page.getByRole('heading', { name: '#random' }).waitFor();
    await expect.poll(() => page.locator('.switch option:checked').allInnerTexts()).toEqual(['Globex', 'bob']);
    await page.keyboard.press('?');
    const keys = page.getByRole('dialog', { name: 'Keys' });
    await keys.getByText('Alt 1 … 9').waitFor();
    await page.keyboard.press('Escape');
    await keys.waitFor({ state: 'detached' });
  });
});

describe('lists', () => {
  it('have what is for somebody, what they began, what they look for, and what the app scheduled', async () => {
    const users = (await stage.slack<{ users: { id: string; name: string }[] }>('GET', '/_sim/teams/Acme')).users;
    const ann = users.find(({ name }) => name === 'ann')?.id;
    await stage.slack('POST', '/_sim/messages', {
      team: 'Acme',
      channel: 'random',
      user: 'bob',
      text: `lunch <@${ann}>?`,
    });
    await open('team=Acme&as=ann&channel=general');
    await page.getByRole('link', { name: /^.?Notifications/ }).click();
    await details().getByText('mentions you').waitFor();
    await details().getByRole('link', { name: 'bob' }).click();
    await page.locator('.message.focused').getByText('lunch').waitFor();

    await page
      .locator('.conversation')
      .getByRole('textbox', { name: /^Message/ })
      .fill('half a thought');
    await page.getByRole('link', { name: /Drafts/ }).click();
    await details().getByText('half a thought').waitFor();
    await details()
      .getByRole('button', { name: /Discard/ })
      .click();
    await details().getByText('What you begin to write').waitFor();

    await page.keyboard.press('Control+/');
    const field = details().getByRole('combobox', { name: 'Search the messages' });
    await field.fill('lunch from:@bob in:#random');
    await field.press('Enter');
    await details().getByText('1 message', { exact: true }).waitFor();

    const { installs } = await stage.slack<{ installs: { botToken: string }[] }>('GET', '/_sim/installs?team=Acme');
    const fields = { channel: 'general', text: 'good morning', post_at: `${Math.floor(Date.now() / 1_000) + 3_600}` };
    const scheduled = await fetch(`${stage.slackUrl}/api/chat.scheduleMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${installs[0]?.botToken}` },
      body: new URLSearchParams(fields),
    });
    expect(await scheduled.json()).toMatchObject({ ok: true });
    await page.getByRole('link', { name: /Scheduled/ }).click();
    await details().getByText('good morning').waitFor();
    await details()
      .getByRole('button', { name: /^Cancel the message/ })
      .click();
    await details().getByText('No app has scheduled a message.').waitFor();
  });
});

describe('what a message brings along', () => {
  it('is shown: a text by its first lines, a picture from elsewhere by its place', async () => {
    const text = Array.from({ length: 20 }, (_, line) => `line ${line}`).join('\n');
    const act = { kind: 'share_file', team: 'Acme', channel: 'general', user: 'ann' };
    await stage.slack('POST', '/_sim/acts', { ...act, name: 'notes.txt', content: { text } });
    const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    await stage.slack('POST', '/_sim/acts', { ...act, name: 'dot.png', content: { base64: dot } });
    await open('team=Acme&as=ann&channel=general');
    await page.locator('.file-text').getByText('line 7').waitFor();
    expect(await page.locator('.file-text').innerText()).not.toContain('line 8');
    await expect
      .poll(() =>
        page.locator('img.file-picture').evaluate((img) => (img as unknown as { naturalWidth: number }).naturalWidth),
      )
      .toBe(1);
  });

  it('is several files at once, also empty and hostile ones, and nothing is lost where they cannot be sent', async () => {
    await open('team=Acme&as=ann&channel=random');
    const conversation = page.locator('.conversation');
    const chips = conversation.getByRole('list', { name: 'Files to send' }).getByRole('listitem');
    const field = conversation.getByRole('textbox', { name: /^Message/ });
    const fileOf = (name: string, size: number) => ({ name, mimeType: 'text/plain', buffer: Buffer.alloc(size, 97) });
    const most = 20 * 1_024 * 1_024;
    const hostile = ['<img src=x onerror=alert(1)>.txt', 'inv\u202egpj.exe', `${'W'.repeat(200)}.txt`];
    const files = [fileOf('large.bin', most + 1), fileOf('empty.txt', 0), ...hostile.map((name) => fileOf(name, 3))];
    await field.fill('some files');
    await conversation.locator('input[type=file]').setInputFiles(files);
    await page.getByText(/^large\.bin is too large \(.*\): files of up to 20 MiB can be shared here\.$/).waitFor();
    expect(await chips.count()).toBe(4);
    expect(await faultsIn(page, '.composer')).toEqual([]);
    await page.getByRole('navigation', { name: 'Conversations' }).getByRole('link', { name: 'general' }).click();
    await page.getByRole('heading', { name: '#general' }).waitFor();
    expect(await chips.count()).toBe(0);
    await page.goBack();
    await page.getByRole('heading', { name: '#random' }).waitFor();
    await page.route('**/_sim/acts', (route) => route.abort());
    await field.press('Enter');
    await page.getByText('The server does not answer.').waitFor();
    await expect.poll(() => chips.count()).toBe(4);
    expect(await field.inputValue()).toBe('some files');
    await page.unroute('**/_sim/acts');
    await chips.filter({ hasText: 'empty.txt' }).getByRole('button', { name: 'Remove empty.txt' }).click();
    const dropped = await page.evaluateHandle(
      `(() => { const data = new DataTransfer(); data.items.add(new File([], 'dropped.txt')); return data; })()`,
    );
    await page.dispatchEvent('.conversation .messages', 'drop', { dataTransfer: dropped });
    await chips.filter({ hasText: 'dropped.txt' }).waitFor();
    await field.press('Enter');
    const message = page.locator('.message', { hasText: 'some files' });
    await expect
      .poll(() => message.locator('.file-name a').allInnerTexts())
      .toEqual([hostile[0], 'invgpj.exe', hostile[2], 'dropped.txt']);
    await page.setViewportSize({ width: 320, height: 800 });
    const beyond = await page.evaluate<number>(
      `(() => { const list = document.querySelector('.messages'); return list.scrollWidth - list.clientWidth; })()`,
    );
    expect(beyond).toBe(0);
    await page.setViewportSize({ width: 1_400, height: 900 });
  });

  it('can be looked at, copied, changed and sent again', async () => {
    await open('team=Acme&as=ann&channel=general');
    await say('<b>hi</b>');
    const message = page.locator('.message', { hasText: '<b>hi</b>' }).last();
    await message.waitFor();
    await message.hover();
    await message.getByRole('button', { name: 'What came of it' }).click();
    const delivery = details().getByRole('region', { name: 'message' }).first();
    await delivery.getByText(/^acked in/).waitFor();
    await delivery.getByText('Payload', { exact: true }).click();
    const { deliveries } = await stage.slack<{ deliveries: { id: string }[] }>('GET', '/_sim/deliveries?event=message');
    const { curl } = await stage.slack<{ curl: string }>('GET', `/_sim/deliveries/${deliveries.at(-1)?.id}/curl`);
    expect(curl).toMatch(/^curl -X POST 'http:\/\/127\.0\.0\.1:\d+\/slack\/events'[\s\S]*x-slack-signature: v0=/);
    await delivery.getByRole('button', { name: 'Edit and send' }).click();
    const editor = delivery.getByRole('textbox', { name: 'Payload' });
    const payload = JSON.parse(await editor.inputValue()) as { event: { text: string }; event_id: string };
    await editor.fill('{');
    await delivery.getByRole('button', { name: 'Send', exact: true }).click();
    await delivery.getByText(/^This is not JSON/).waitFor();
    await editor.fill(JSON.stringify({ ...payload, event_id: 'Ev0EDITED', event: { ...payload.event, text: 'hi' } }));
    await delivery.getByRole('button', { name: 'Send', exact: true }).click();
    await page.locator('.conversation').getByText('Greeting number 1').waitFor();
  });

  it('is found in the traffic by method, team and field', async () => {
    await open('team=Acme&as=ann&channel=general&panel=log');
    const field = details().getByRole('combobox', { name: 'Find in the traffic' });
    await field.fill('method:chat.post* team:Acme ok:true');
    await field.press('Enter');
    await expect.poll(() => details().locator('.log-line').count()).toBeGreaterThan(0);
    expect(await details().locator('.log-line').allInnerTexts()).toEqual(
      expect.arrayContaining([expect.stringContaining('chat.postMessage')]),
    );
    await field.fill('method:chat.post* -ok:true');
    await field.press('Enter');
    await details().getByText('No record matches.').waitFor();
    await page.goBack();
  });
});

it('makes the pane wider by the keyboard, and remembers it', async () => {
  await open('team=Acme&channel=general&panel=log');
  const edge = page.getByRole('separator', { name: 'Width of the pane' });
  const width = async () => (await page.locator('.pane').boundingBox())?.width;
  expect(await width()).toBe(400);
  await edge.press('ArrowLeft');
  await expect.poll(width).toBe(420);
  await page.reload();
  await expect.poll(width).toBe(420);
  await edge.press('Enter');
  await expect.poll(width).toBe(400);
});

it('comes with at most 120 kB of packed JavaScript', async () => {
  await open('team=Acme&channel=general');
  const sizes = await page.evaluate(() =>
    (performance.getEntriesByType('resource') as unknown as { name: string; encodedBodySize: number }[])
      .filter(({ name }) => name.endsWith('.js'))
      .map(({ encodedBodySize }) => encodedBodySize),
  );
  expect(sizes.length).toBeGreaterThan(0);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(120_000);
});

it('is accessible in light and dark, and fits from 320 to 2560 pixels, with each list and pane', async () => {
  const { messages } = await stage.slack<{ messages: { ts: string; user: string }[] }>(
    'GET',
    '/_sim/messages?team=Acme&channel=general',
  );
  const { ts, user } = messages.at(-1) ?? {};
  const panes = [
    'notes',
    'drafts',
    'scheduled',
    'session',
    'search&about=hi',
    'log&about=method:chat',
    `thread&thread=${ts}`,
    `trace&about=${ts}`,
    `person&about=${user}`,
  ];
  const shown = await stage.open(`${stage.slackUrl}/?team=Acme`, { reducedMotion: 'reduce' });
  for (const pane of panes) {
    await shown.goto(`${stage.slackUrl}/?team=Acme&as=ann&channel=general&panel=${pane}`);
    await details(shown).getByRole('heading').first().waitFor();
    // What is around them is the same.
    expect(await (pane === panes[0] ? allFaultsOf(shown) : faultsIn(shown, '.pane')), pane).toEqual([]);
  }
  await shown.keyboard.press('?');
  await shown.getByRole('dialog', { name: 'Keys' }).waitFor();
  expect(await faultsIn(shown, 'dialog[open]'), 'keys').toEqual([]);
  await shown.context().close();
});
