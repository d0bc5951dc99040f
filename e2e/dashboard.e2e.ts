/** The dashboard: what failed is replayed, a broken stream is said, who may only read can only read, and every page fits and is accessible. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { allFaultsOf, faultsIn } from './looks.ts';
import { READ_TOKEN, useStage } from './stage.ts';

/** Nobody listens there; a test says what becomes of it. */
const ICON = 'http://127.0.0.1:9/icon.png';

const stage = useStage({
  STATUS_PAGE: 'true',
  APP_DESCRIPTION: '<b>Greets</b> & counts.',
  APP_COLOR: '#0a7d55',
  APP_ICON_URL: ICON,
});
const say = (text: string) => stage.slack('POST', '/_sim/messages', { team: 'Acme', to: 'bot', text });

beforeAll(async () => {
  await Promise.all([stage.register('Acme'), stage.register('Globex')]);
  for (let count = 1; count <= 3; count++) await say(`boom ${count}`);
});

it('shows the way of an event, and finds in what Slack sent', async () => {
  const page = await stage.openAdmin('/events?query=status:failed');
  await page.locator('tbody tr').last().getByRole('link', { name: 'message' }).click();
  const way = page.getByRole('region', { name: 'Its way' });
  for (const step of [/^Stored/, /^Waited/, /^Failed/]) await way.getByRole('rowheader', { name: step }).waitFor();
  await page.getByLabel('Find in the payload').fill('boom 1');
  await page.getByText(/^\d places?$/).waitFor();
  expect(await page.locator('mark').first().innerText()).toBe('boom 1');
  await page.context().close();
});

it('shows failures by error, replays all of them after the bug was mended, and the audit says who did it', async () => {
  const page = await stage.openAdmin('/events?view=groups');
  await page.getByRole('link', { name: /A listener failed/ }).waitFor();
  expect(await allFaultsOf(page), 'by error').toEqual([]);
  await say('mend');
  await page.goto(`${stage.serverUrl}/admin/events?query=status:failed`);
  await expect.poll(() => page.locator('tbody tr').count()).toBe(3);
  // The hostile text of the error is text.
  await page.getByText('<img src=x onerror=alert(1)> the table is locked\\u202e').first().waitFor();
  await page.locator('tbody tr').last().getByRole('link', { name: 'message' }).click();
  await page.getByRole('button', { name: 'Replay all that failed since' }).click();
  await page.getByRole('button', { name: 'Replay 3 failed events' }).click();
  await expect
    .poll(
      async () =>
        (await stage.slack<{ messages: { text: string }[] }>('GET', '/_sim/messages?team=Acme&to=bot')).messages.filter(
          ({ text }) => text === 'done after all',
        ).length,
      { timeout: 20_000 },
    )
    .toBe(3);
  // The second attempt has a line of its own, with what it called at Slack.
  const way = page.getByRole('region', { name: 'Its way' });
  await way.getByText('Attempt 2', { exact: true }).waitFor();
  await way.getByRole('rowheader', { name: 'chat.postMessage' }).waitFor();
  await page.getByRole('link', { name: 'Audit' }).click();
  await page.getByText('events.replay').first().waitFor();
  await page.context().close();
});

it('deactivates and reactivates a team, with the same as a command beside it', async () => {
  const page = await stage.openAdmin('/teams?query=Globex');
  await page.getByRole('link', { name: 'Globex' }).click();
  await page.getByRole('button', { name: 'Deactivate', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click();
  await page.getByText(/^Inactive since .*an operator deactivated it/).waitFor();
  expect(await page.getByTitle(/slack-bot-server teams reactivate T/).count()).toBe(1);
  await page.getByRole('button', { name: 'Reactivate' }).click();
  await page.getByText(/^Active, installed/).waitFor();
  await page.context().close();
});

it('does the same to all that are picked after a count, and takes it back', async () => {
  const page = await stage.openAdmin('/teams');
  await page.getByLabel('Select all shown').check();
  await page.getByRole('button', { name: 'Deactivate', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Deactivate: 2 teams?' });
  await dialog.waitFor();
  expect(await faultsIn(page, 'dialog[open]')).toEqual([]);
  await dialog.getByRole('button', { name: 'Deactivate 2 teams' }).click();
  await page.getByText('2 teams deactivated.').waitFor();
  await page.getByRole('link', { name: /^Inactive 2$/ }).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Deactivate was taken back for 2 teams.').waitFor();
  await page.getByRole('link', { name: /^Inactive 0$/ }).waitFor();
  await page.context().close();
});

it('completes a query by keyboard, and Back leads to it', async () => {
  const page = await stage.openAdmin('/teams');
  const box = page.getByRole('combobox', { name: 'Find teams' });
  await box.press('End');
  await page.keyboard.type('sta');
  await page.getByRole('option', { name: /^status:/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.type('act');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect.poll(() => new URL(page.url()).searchParams.get('query')).toBe('status:active');
  await page.getByRole('link', { name: 'Acme' }).click();
  await page.getByRole('heading', { name: 'Acme' }).waitFor();
  await page.goBack();
  await page.getByRole('heading', { name: 'Teams' }).waitFor();
  expect(await box.inputValue()).toBe('status:active');
  await page.context().close();
});

it('is worked by keyboard alone', async () => {
  const page = await stage.openAdmin('/teams?query=Globex');
  await page.getByRole('link', { name: 'Globex' }).waitFor();
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.textContent')).toContain('Skip to the content');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Globex' }).press('Enter');
  const button = page.getByRole('button', { name: 'Deactivate', exact: true });
  await button.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Deactivate');
  await page.context().close();
});

it('lets the stream go while nobody looks, and says so', async () => {
  const page = await stage.openAdmin('/teams');
  await page.getByText('live', { exact: true }).waitFor();
  await page.clock.install();
  const look = (state: 'hidden' | 'visible') =>
    page.evaluate(
      `Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true }); document.dispatchEvent(new Event('visibilitychange'))`,
    );
  await look('hidden');
  await page.clock.fastForward(21_000);
  await page.getByText('paused', { exact: true }).waitFor();
  await look('visible');
  await page.getByText('live', { exact: true }).waitFor();
  await page.context().close();
});

it('says that the stream broke, and goes on when it is back', async () => {
  const page = await stage.openAdmin('/teams');
  await page.getByText('live', { exact: true }).waitFor();
  await page.context().setOffline(true);
  await page.route('**/api/stream', (route) => route.abort());
  await page.reload().catch(() => {});
  await page.context().setOffline(false);
  await page.goto(`${stage.serverUrl}/admin/teams`);
  await page.getByText('reconnecting', { exact: true }).waitFor();
  await page.unroute('**/api/stream');
  await page.getByText('live', { exact: true }).waitFor();
  await page.context().close();
});

it('keeps two tabs alike', async () => {
  const one = await stage.openAdmin('/teams?query=Acme');
  const other = await one.context().newPage();
  await other.goto(`${stage.serverUrl}/admin/teams`);
  await one.getByRole('link', { name: 'Acme' }).click();
  await one.getByRole('button', { name: 'Deactivate', exact: true }).click();
  await one.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click();
  await other.getByRole('link', { name: /^Inactive 1$/ }).waitFor();
  await one.getByRole('button', { name: 'Reactivate' }).click();
  await other.getByRole('link', { name: /^Inactive 0$/ }).waitFor();
  await one.context().close();
});

it('hides from readers what they may not do', async () => {
  const page = await stage.openAdmin('/teams', { token: READ_TOKEN });
  await page.getByText('read only').waitFor();
  await page.getByRole('link', { name: 'Acme' }).click();
  await page.getByText('Installation', { exact: true }).waitFor();
  expect(await page.getByRole('button', { name: 'Deactivate' }).count()).toBe(0);
  await page.context().close();
});

it('asks nobody to log in again because the server cannot answer', async () => {
  const page = await stage.openAdmin('/teams');
  const fix = 'Look at the disk.';
  const body = JSON.stringify({ title: 'Unavailable', status: 503, detail: 'The database does not answer', fix });
  await page.route('**/api/**', (route) =>
    route.fulfill({ status: 503, contentType: 'application/problem+json', body }),
  );
  await page.reload();
  await page.getByRole('alert').getByText('The database does not answer').waitFor();
  expect(await page.getByLabel(/ADMIN_TOKEN/).count()).toBe(0);
  expect(await allFaultsOf(page)).toEqual([]);
  await page.unroute('**/api/**');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'Teams' }).waitFor();
  await page.context().close();
});

it('says in each pane what could not be read, and reads it again', async () => {
  const page = await stage.openAdmin('/teams?query=Acme');
  await page.getByRole('link', { name: 'Acme' }).click();
  await page.getByText('Installation', { exact: true }).waitFor();
  const team = new URL(page.url()).pathname;
  const fix = 'Look at the disk.';
  const body = JSON.stringify({ title: 'Unavailable', status: 503, detail: 'The database does not answer', fix });
  const fail = async (parts: RegExp, place: string) => {
    await page.route(parts, (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body }));
    await page.goto(`${stage.serverUrl}${place}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
  };
  const alerts = page.getByRole('alert');
  const parts = /\/api\/(events|audit|limits|connections|teams\/\w+\/timeline)/;
  await fail(parts, team);
  await expect.poll(() => alerts.count()).toBe(5);
  expect(await page.locator('.skeleton').count()).toBe(0);
  expect(await allFaultsOf(page)).toEqual([]);
  await page.unroute(parts);
  for (let left = 5; left > 0; left--) {
    await alerts.first().getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => alerts.count()).toBeLessThan(left);
  }
  // Which database it is, the status says: without it nothing is said of the servers.
  await fail(/\/api\/status/, '/admin/cluster');
  await alerts.getByText('The database does not answer').waitFor();
  expect(await page.getByText('No server runs').count()).toBe(0);
  await page.unroute(/\/api\/status/);
  await alerts.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('One server has the whole SQLite database').waitFor();
  await page.context().close();
});

it('refuses a wrong token, and forgets a login', async () => {
  const page = await stage.open(`${stage.serverUrl}/admin`);
  await page.getByLabel(/ADMIN_TOKEN/).fill('wrong-token-0123456789abcdef');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel(/ADMIN_TOKEN/).fill(READ_TOKEN);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.reload();
  await page.getByLabel(/ADMIN_TOKEN/).waitFor();
  await page.context().close();
});

const PLACES = [
  '',
  '/teams',
  '/teams?query=nobody',
  '/events',
  '/events?view=groups',
  '/incident',
  '/jobs',
  '/broadcasts',
  '/cluster',
  '/audit',
  '/nowhere',
  '/teams/T0NOWHERE',
  '/events/%E0%A4%A',
];

describe('every screen is accessible in light and dark, and fits from 320 to 2560 pixels', () => {
  const settled = async (page: Page) => {
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.locator('.skeleton').first().waitFor({ state: 'detached' });
  };

  it('each place', async () => {
    const page = await stage.openAdmin('', { reducedMotion: 'reduce' });
    for (const place of PLACES) {
      await page.goto(`${stage.serverUrl}/admin${place}`);
      await settled(page);
      expect(await allFaultsOf(page), place).toEqual([]);
    }
    await page.context().close();
  });

  it('a team, what is asked before it is deactivated, an event, and the login', async () => {
    const page = await stage.openAdmin('/teams?query=Acme', { reducedMotion: 'reduce' });
    await page.getByLabel('Select Acme').check();
    expect(await allFaultsOf(page), 'picked').toEqual([]);
    await page.getByRole('link', { name: 'Acme' }).click();
    await page.getByText('Installation', { exact: true }).waitFor();
    await settled(page);
    expect(await allFaultsOf(page), 'team').toEqual([]);
    await page.getByRole('button', { name: 'Deactivate', exact: true }).click();
    await page.getByRole('dialog').waitFor();
    expect(await allFaultsOf(page), 'question').toEqual([]);
    await page.keyboard.press('Escape');
    await page.goto(`${stage.serverUrl}/admin/events?query=status:done`);
    await page.locator('tbody tr').getByRole('link', { name: 'message' }).last().click();
    await page.getByRole('region', { name: 'Its way' }).waitFor();
    await settled(page);
    expect(await allFaultsOf(page), 'event').toEqual([]);
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByLabel(/ADMIN_TOKEN/).waitFor();
    expect(await allFaultsOf(page), 'login').toEqual([]);
    await page.context().close();
  });
});

describe('the public pages', () => {
  const PUBLIC = [
    '/',
    '/status',
    '/slack/oauth_redirect',
    '/slack/oauth_redirect?error=access_denied&state=x',
    '/nowhere',
  ];

  it('are accessible in light and dark, fit, and need no JavaScript', async () => {
    const page = await stage.open(stage.serverUrl);
    for (const path of PUBLIC) {
      await page.goto(stage.serverUrl + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await allFaultsOf(page), path).toEqual([]);
    }
    await page.context().close();
    const viewport = { width: 320, height: 800 };
    const plain = await stage.open(stage.serverUrl, { javaScriptEnabled: false, viewport });
    for (const path of PUBLIC) {
      await plain.goto(stage.serverUrl + path);
      await plain.getByRole('heading', { level: 1 }).waitFor();
    }
    await plain.context().close();
  });

  it('show the letter of the bot where its picture is gone or slow, and the picture where it comes', async () => {
    const page = await stage.open('about:blank');
    const tile = page.locator('.tile');
    const look = async (answer: Parameters<Page['route']>[1]) => {
      await page.route(ICON, answer);
      await page.goto(stage.serverUrl, { waitUntil: 'domcontentloaded' });
      const shown = await tile.screenshot();
      await page.unroute(ICON);
      return shown;
    };
    const slow = await look(() => {});
    const gone = await look((route) => route.fulfill({ status: 404 }));
    await page.locator('.tile img').evaluate((img) => (img as unknown as { remove(): void }).remove());
    const letter = await tile.screenshot();
    expect([slow.equals(letter), gone.equals(letter)]).toEqual([true, true]);
    const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    const picture = await look((route) =>
      route.fulfill({ contentType: 'image/png', body: Buffer.from(dot, 'base64') }),
    );
    expect(picture.equals(letter)).toBe(false);
    await page.context().close();
  });

  it('show what the operator said of the bot as text', async () => {
    const page = await stage.open(stage.serverUrl);
    await page.getByText('<b>Greets</b> & counts.').waitFor();
    await page.goto(`${stage.serverUrl}/status`);
    await page.getByRole('heading', { name: 'Demo Bot works' }).waitFor();
    await page.context().close();
  });
});

it('a table that is wider than a phone says on which side there is more, and is silent where all of it is seen', async () => {
  const page = await stage.openAdmin('/teams');
  await page.locator('.table-scroll').getByRole('link', { name: 'Acme' }).waitFor();
  const table = 'document.querySelector(".table-scroll")';
  const shadows = () =>
    page.evaluate<string[]>(
      `["before", "behind"].map((side) => getComputedStyle(${table}).getPropertyValue("--more-" + side))`,
    );
  const scrollTo = (left: number) => page.evaluate(`${table}.scrollLeft = ${left}`);
  await page.setViewportSize({ width: 1280, height: 700 });
  expect(await shadows()).toEqual(['0px', '0px']);
  await page.setViewportSize({ width: 390, height: 700 });
  for (const reducedMotion of ['reduce', 'no-preference'] as const) {
    await page.emulateMedia({ reducedMotion });
    await scrollTo(0);
    await expect.poll(shadows).toEqual(['0px', '24px']);
    await scrollTo(9_999);
    await expect.poll(shadows).toEqual(['24px', '0px']);
  }
  await page.context().close();
});
