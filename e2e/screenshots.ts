/**
 * `npm run screenshots`: the pictures of docs/pictures/, taken of a story whose time, ids and texts are the same in each run. They are
 * looked at and committed by hand; no test compares them, because fonts differ from machine to machine.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { openStage } from '../packages/server/src/testing/open-stage.ts';
import type { Stage } from '../packages/server/src/testing/stage.ts';
import { rota } from './rota-bot.ts';

const FOLDER = fileURLToPath(new URL('../docs/pictures/', import.meta.url));
const START_MS = Date.UTC(2026, 10, 24, 8, 0);
const MINUTE_MS = 60_000;
const MOMENT_MS = 1_000;
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Of one page; two stand beside each other. */
const SIZE = { width: 960, height: 720 };
const QUALITY = 80;

const teams = ['Acme', 'Globex', 'Initech', 'Hooli', 'Umbrella'].map((name) => ({ name }));
const stage = await openStage({
  bot: rota,
  teams,
  startMs: START_MS,
  simulator: { seedNumber: 7 },
  server: { random: () => 0.5, appName: 'Rota' },
});
const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ['--no-sandbox', '--font-render-hinting=none'],
});
try {
  await play(stage);
  await mkdir(FOLDER, { recursive: true });
  await takeAll(browser, stage);
} finally {
  await browser.close();
  await stage.close();
}

/** An hour in five workspaces: greetings, a release, a listener that broke, and one that left. */
async function play({ slack }: Stage): Promise<void> {
  const say = (team: string, text: string, more: object = {}) =>
    slack.say({ team, user: 'ann', to: 'bot', text, ...more } as never);
  // Slack takes its time.
  await stage.break({ kind: 'slow', method: 'chat.postMessage', delayMs: 140 });
  await stage.break({ kind: 'slow', method: 'reactions.add', delayMs: 60 });
  for (let minute = 0; minute < 60; minute++) {
    for (const [index, { name }] of teams.entries()) {
      if ((minute * 7 + index * 3) % 5 < 3) await say(name, 'who is on call?');
    }
    if (minute % 17 === 11) await say('Globex', 'swap with bob');
    if (minute === 48) await stage.break({ kind: 'remove_app', team: 'Initech' });
    // What happens at once happens in small steps, so that its times are to be seen.
    await stage.time.pass(MOMENT_MS, 20);
    await stage.pass(MINUTE_MS - MOMENT_MS);
  }
  await say('Acme', 'release 4711', { to: undefined, channel: 'general' });
  await stage.pass(5_000);
}

async function takeAll(of: Browser, { slack, running, simulator, adminToken, clock }: Stage): Promise<void> {
  const context = await of.newContext({
    viewport: SIZE,
    colorScheme: 'light',
    reducedMotion: 'reduce',
    timezoneId: 'UTC',
    locale: 'en-GB',
  });
  const open = async (url: string) => {
    const page = await context.newPage();
    await page.clock.setFixedTime(clock.now());
    await page.goto(url);
    return page;
  };
  const admin = await open(`${running.url}/admin#token=${adminToken}`);
  await admin.getByRole('heading', { name: 'Overview' }).waitFor();
  await admin.locator('canvas').nth(3).waitFor();
  const origin = new URL(simulator.apiUrl).origin;
  const chat = await open(`${origin}/?team=Acme`);
  await chat.getByText('4711').first().waitFor();
  await settled(chat);
  await settled(admin);
  await sideBySide(context, [chat, admin], 'slack-and-dashboard.webp');

  const headers = { authorization: `Bearer ${adminToken}` };
  const query = 'status:failed "calendar"';
  const answer = await fetch(`${running.url}/api/events?${new URLSearchParams({ query }).toString()}`, { headers });
  const [failed] = ((await answer.json()) as { events: { eventId: string }[] }).events;
  await admin.goto(`${running.url}/admin/events/${failed?.eventId}`);
  await admin.getByRole('rowheader', { name: /^Failed/ }).waitFor();
  await settled(admin);
  await save(admin, 'event.webp');
  const initech = await slack.team('Initech');
  await admin.goto(`${running.url}/admin/teams/${initech.id}`);
  await admin.getByText(/^Inactive since/).waitFor();
  await settled(admin);
  await save(admin, 'team.webp');
}

/** Nothing is loading, and nothing blinks. */
async function settled(page: Page): Promise<void> {
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
  await page.waitForLoadState('load');
  await page.evaluate('document.activeElement?.blur(); document.fonts.ready');
  // A process is called by its pid and by chance.
  await page.evaluate(`for (const one of document.querySelectorAll('p, dd')) {
    if (one.children.length === 0) one.textContent = one.textContent.replace(/\\b\\d+-[0-9a-f]{8}\\b/, 'node-1');
  }`);
}

async function sideBySide(context: BrowserContext, pages: readonly Page[], name: string): Promise<void> {
  const pictures = await Promise.all(pages.map(async (page) => (await page.screenshot()).toString('base64')));
  const frame = await context.newPage();
  const gap = 24;
  await frame.setViewportSize({
    width: SIZE.width * pages.length + gap * (pages.length + 1),
    height: SIZE.height + 2 * gap,
  });
  const style = `body{margin:0;padding:${gap}px;display:flex;gap:${gap}px;background:#ece9f0}img{border-radius:10px;box-shadow:0 2px 16px rgb(40 20 50/18%);display:block}`;
  await frame.setContent(
    `<style>${style}</style>${pictures.map((data) => `<img src="data:image/png;base64,${data}">`).join('')}`,
  );
  await save(frame, name);
  await frame.close();
}

/** As WebP, which is a third of PNG for such pages. */
async function save(page: Page, name: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  const bytes = Buffer.from(data, 'base64');
  await writeFile(`${FOLDER}${name}`, bytes);
  process.stdout.write(`docs/pictures/${name}: ${Math.round(bytes.length / 1_000)} kB\n`);
}
