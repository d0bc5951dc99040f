/**
 * `npm run clicks`: how long the dashboard with 100,000 teams and the simulator with 10,000 messages take to answer a person, in a real
 * browser; and what is left in both pages of an hour's events (hour.ts). It asserts nothing: times of a machine that others use say
 * little. `npm run clicks -- 2000 500` measures smaller ones, and `npm run clicks -- 2000 500 hour` only one part of it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { fillDatabase } from '../bench/src/admin/fill-database.ts';
import { createSqliteDatabases } from '../bench/src/databases/sqlite-databases.ts';
import { startSlackStub } from '../bench/src/events/slack-stub.ts';
import { teamsOf } from '../bench/src/events/teams.ts';
import { measureHour } from './hour.ts';
import { type Deed, openingOf, openingWords, tableOf, timingOf } from './measured.ts';
import { startProcess } from './processes.ts';

const [TEAMS = 100_000, MESSAGES = 10_000] = process.argv.slice(2, 4).map(Number);
const [PARTS = 'simulator,dashboard,hour'] = process.argv.slice(4);
const TIMES = 20;
const OPENED = 5;
/** As the page reads them. */
const MESSAGES_AT_A_TIME = 60;
const ADMIN_TOKEN = 'clicks-admin-token-0123456789abcdef';
const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

const folder = await mkdtemp(join(tmpdir(), 'clicks-'));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  if (PARTS.includes('simulator')) await measureSimulator(browser);
  if (PARTS.includes('dashboard')) await measureDashboard(browser);
  if (PARTS.includes('hour')) await measureHour(browser, folder);
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}

async function measureDashboard(of: Browser): Promise<void> {
  await using stub = await startSlackStub();
  await using databases = await createSqliteDatabases({
    directory: join(folder, 'databases'),
    teams: teamsOf(TEAMS),
    onProgress: () => {},
    signal: new AbortController().signal,
  });
  await using database = await databases.copy(0);
  await fillDatabase('sqlite', database, { timelineRows: 10, failedEvents: 20_000 });
  await using server = await startProcess(['packages/server/src/cli/main.ts', 'start', pathOf('bot.ts')], {
    cwd: folder,
    address: /"url":"(http[^"]+)","msg":"listening"/,
    env: {
      PORT: '0',
      DATABASE_URL: database.databaseUrl,
      ...(database.encryptionKeys && { ENCRYPTION_KEYS: database.encryptionKeys }),
      PUBLIC_URL: 'http://127.0.0.1:3000',
      SLACK_TRANSPORT: 'http',
      SLACK_SIGNING_SECRET: 'clicks-signing-secret',
      SLACK_API_URL: stub.apiUrl,
      ADMIN_TOKEN,
    },
  });
  const [url = ''] = server.urls;
  const opening = await openingOf(of, {
    url: `${url}/admin/teams#token=${ADMIN_TOKEN}`,
    shown: `document.querySelectorAll('tbody tr').length > 20`,
    times: OPENED,
  });
  process.stdout.write(`\ndashboard ${openingWords(opening)}\n`);
  const page = await of.newPage({ viewport: { width: 1400, height: 900 } });
  await page.goto(`${url}/admin/teams#token=${ADMIN_TOKEN}`);
  await page.locator('tbody tr').nth(20).waitFor();
  await report(page, `dashboard, ${TEAMS} teams`, dashboardDeeds(page, url));
}

function dashboardDeeds(page: Page, url: string): Deed[] {
  const to = async (path: string) => {
    await page.goto(`${url}/admin${path}`);
    await page.locator('tbody tr').first().waitFor();
  };
  const rows = `document.querySelectorAll('tbody tr').length`;
  const heading = (text: string) => `document.querySelector('h1')?.innerText === '${text}'`;
  const tabs = ['Active', 'In doubt', 'Inactive', 'All'];
  const places = ['Overview', 'Teams', 'Events', 'Jobs', 'Cluster', 'Audit'];
  const typed = 'status:inactive bench';
  let before = 0;
  return [
    {
      name: 'a tab of the teams',
      times: TIMES,
      before: (index) => (index === 0 ? to('/teams') : Promise.resolve()),
      act: (index) =>
        page
          .locator('.tabs a')
          .filter({ hasText: new RegExp(`^${tabs[index % 4]} `) })
          .click(),
      shown: (index) =>
        `document.querySelector('.tabs [aria-current]')?.innerText.startsWith('${tabs[index % 4]}') && (${rows} > 20 || document.querySelector('.empty'))`,
    },
    {
      name: 'a row: its team',
      times: TIMES,
      before: async (index) => {
        if (index === 0) return await to('/teams');
        await page.evaluate('history.back()');
        await page.locator('tbody a.strong').first().waitFor();
      },
      act: (index) =>
        page
          .locator('tbody a.strong')
          .nth(index % 8)
          .click(),
      shown: () =>
        // While it is read, its id stands there in the letters of code.
        `(document.querySelector('h1:not(.mono)')?.innerText ?? 'Teams') !== 'Teams' && document.querySelector('.card')`,
    },
    {
      name: 'Back to the teams',
      times: TIMES,
      before: async (index) => {
        if (index === 0) await to('/teams');
        await page.locator('tbody a.strong').first().click();
        await page.getByRole('heading', { name: /^Bench/ }).waitFor();
      },
      act: () => page.evaluate('history.back()'),
      shown: () => `${heading('Teams')} && ${rows} > 20`,
    },
    {
      name: 'a letter in the query',
      times: typed.length,
      before: async (index) => {
        if (index > 0) return;
        await to('/teams');
        await page.getByRole('combobox').focus();
      },
      act: (index) => page.keyboard.press(typed[index] === ' ' ? 'Space' : (typed[index] ?? '')),
      shown: (index) => `document.activeElement.value === '${typed.slice(0, index + 1)}'`,
    },
    {
      name: 'the list after a query',
      times: TIMES,
      before: async (index) => {
        if (index === 0) await to('/teams');
        await page.getByRole('combobox').fill(`bench ${1000 + index}`);
      },
      act: () => page.keyboard.press('Enter'),
      shown: (index) => `document.querySelector('tbody a.strong')?.innerText.startsWith('Bench ${1000 + index}')`,
    },
    {
      name: 'a further page of the teams',
      times: TIMES,
      before: async (index) => {
        if (index === 0) await to('/teams');
        before = await page.evaluate<number>(`document.querySelector('main').scrollHeight`);
        await page.mouse.move(700, 500);
      },
      act: () => page.mouse.wheel(0, 1_000_000),
      shown: () => `document.querySelector('main').scrollHeight > ${before} + 1000`,
    },
    {
      name: 'another place',
      times: 4 * places.length,
      before: (index) => (index === 0 ? to('/teams') : Promise.resolve()),
      act: (index) =>
        page
          .getByRole('navigation', { name: 'Places' })
          .getByRole('link', { name: places[index % 6] ?? '', exact: true })
          .click(),
      shown: (index) => `${heading(places[index % 6] ?? '')} && !document.querySelector('.skeleton')`,
    },
    {
      name: 'a team picked',
      times: TIMES,
      before: (index) => (index === 0 ? to('/teams') : Promise.resolve()),
      act: (index) =>
        page
          .locator('tbody input')
          .nth(index % 8)
          .click(),
      shown: () => 'true',
    },
  ];
}

async function measureSimulator(of: Browser): Promise<void> {
  await using simulator = await startProcess(
    ['packages/simulator/src/cli/main.ts', 'run', '--port', '0', '--teams', '2', '--json'],
    { cwd: folder, address: /"url":"(http[^"]+)"/ },
  );
  const [url = ''] = simulator.urls;
  const post = async <Answer>(path: string, body: object) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  };
  const said: string[] = [];
  const write = async (count: number, place: object) => {
    for (let index = 0; index < count; index++) {
      const text = `message ${index}: *bold*, \`code\`, :tada: and a <https://example.com|link>`;
      const user = ['ann', 'bob'][Math.floor(index / 5) % 2];
      const { ts } = await post<{ ts: string }>('/_sim/messages', { team: 'Acme', user, text, ...place });
      said.push(ts);
    }
  };
  await write(MESSAGES, { channel: 'general' });
  await write(200, { channel: 'random' });
  const last = said[MESSAGES - 3] ?? '';
  for (let index = 0; index < 50; index++)
    await post('/_sim/messages', {
      team: 'Acme',
      user: 'bob',
      text: `reply ${index}`,
      channel: 'general',
      threadTs: last,
    });
  const opening = await openingOf(of, {
    url: `${url}/?team=Acme&channel=general`,
    shown: `document.querySelectorAll('.message').length > 20`,
    times: OPENED,
  });
  process.stdout.write(`\nsimulator ${openingWords(opening)}\n`);
  const page = await of.newPage({ viewport: { width: 1400, height: 900 } });
  await report(
    page,
    `simulator, ${MESSAGES} messages`,
    simulatorDeeds(page, url, { oldest: said[MESSAGES - 2_000] ?? said[0] ?? '' }),
  );
}

function simulatorDeeds(page: Page, url: string, { oldest }: { oldest: string }): Deed[] {
  const open = async (query = '') => {
    await page.goto(`${url}/?team=Acme&channel=general${query}`);
    await page
      .locator(query ? `[id="m-${oldest}"]` : '.message')
      .first()
      .waitFor();
  };
  const channels = ['random', 'general'];
  const text = 'a message that somebody types';
  const typing = (name: string, query: string): Deed => ({
    name,
    times: text.length,
    before: async (index) => {
      if (index > 0) return;
      await open(query);
      // What was typed before is kept as a draft.
      await page.getByRole('textbox', { name: /^Message/ }).fill('');
    },
    act: (index) => page.keyboard.press(text[index] === ' ' ? 'Space' : (text[index] ?? '')),
    shown: (index) => `document.activeElement.value === '${text.slice(0, index + 1)}'`,
  });
  const scrolling = (name: string, query: string): Deed => ({
    name,
    times: TIMES,
    before: async (index) => {
      if (index === 0) await open(query);
      await page.mouse.move(700, 400);
      await page.evaluate(`globalThis.__top = document.querySelector('.messages').scrollTop`);
    },
    // Where somebody read back to, nothing is above; at the end nothing is below.
    act: (index) => page.mouse.wheel(0, index % 6 < 3 === (query === '') ? -600 : 600),
    shown: () => `document.querySelector('.messages').scrollTop !== __top`,
  });
  return [
    {
      name: 'another channel',
      times: TIMES,
      before: (index) => (index === 0 ? open() : Promise.resolve()),
      act: (index) =>
        page
          .getByRole('navigation', { name: 'Conversations' })
          .getByRole('link', { name: channels[index % 2] ?? '' })
          .click(),
      shown: (index) =>
        `document.querySelector('h1')?.innerText.includes('${channels[index % 2]}') && document.querySelectorAll('.message').length > 20`,
    },
    {
      name: 'a thread opened',
      times: TIMES,
      before: async (index) => {
        if (index === 0) await open();
        else await page.getByRole('button', { name: 'Close this pane' }).click();
        await page.locator('.pane').waitFor({ state: 'detached' });
      },
      act: () => page.locator('a.replies').click(),
      shown: () => `document.querySelectorAll('.pane .message').length > 40`,
    },
    typing('a letter in a message', ''),
    scrolling('scrolled by 600 px', ''),
    {
      name: 'older messages',
      times: Math.min(TIMES, Math.floor(MESSAGES / MESSAGES_AT_A_TIME) - 1),
      before: async (index) => {
        if (index === 0) await open();
        await page.evaluate(
          `document.querySelector('.messages').scrollTop = 0; globalThis.__count = document.querySelectorAll('.message').length`,
        );
      },
      act: () => page.getByRole('button', { name: 'Older messages' }).click(),
      shown: () => `document.querySelectorAll('.message').length > __count`,
    },
    typing('a letter, 2,000 messages read back', `&focus=${oldest}`),
    scrolling('scrolled, 2,000 messages read back', `&focus=${oldest}`),
    {
      name: 'a message sent',
      times: TIMES,
      before: async (index) => {
        if (index === 0) await open();
        await page.getByRole('textbox', { name: /^Message/ }).fill(`said ${index}.`);
      },
      act: () => page.keyboard.press('Enter'),
      shown: (index) => `[...document.querySelectorAll('.message')].at(-1)?.innerText.includes('said ${index}.')`,
    },
  ];
}

async function report(page: Page, title: string, deeds: readonly Deed[]): Promise<void> {
  const timings = [];
  for (const deed of deeds) {
    process.stderr.write(`· ${deed.name}\n`);
    try {
      timings.push(await timingOf(page, deed));
    } catch (error) {
      // The others are worth their time.
      process.exitCode = 1;
      process.stderr.write(`${(error as Error).stack}\n`);
    }
  }
  const load = loadavg()
    .map((one) => one.toFixed(1))
    .join(' ');
  process.stdout.write(`\n${tableOf(title, timings)}\nload average at the end: ${load}\n`);
  await page.close();
}
