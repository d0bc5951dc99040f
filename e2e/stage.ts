/** `slack-bot-server dev` as a user starts it, and a browser that looks at its pages. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import { register } from '../packages/server/src/testing/slack-button.ts';

const CLI = fileURLToPath(new URL('../packages/server/src/cli/main.ts', import.meta.url));
const BOT = fileURLToPath(new URL('bot.ts', import.meta.url));
export const ADMIN_TOKEN = 'e2e-admin-token-0123456789abcdef';
export const READ_TOKEN = 'e2e-read-token-0123456789abcdef';

export interface Stage {
  serverUrl: string;
  slackUrl: string;
  browser: Browser;
  /** A page of its own browser profile. Errors in it and requests that leave the machine fail the test at the end. */
  open(url: string, options?: BrowserContextOptions): Promise<Page>;
  /** The dashboard, logged in. */
  openAdmin(path?: string, options?: BrowserContextOptions & { token?: string }): Promise<Page>;
  /** Does something by the simulator's own API. */
  slack<Answer = unknown>(method: string, path: string, body?: object): Promise<Answer>;
  /** Installs the bot by the Slack button, in the browser. */
  install(team: string): Promise<void>;
  /** Installs it by the same steps without a browser. */
  register(team: string): Promise<void>;
}

export interface DevOptions {
  /** Workspaces of the simulated Slack. @defaultValue 3 */
  teams?: number;
}

type Environment = Readonly<Record<string, string>>;

/** For all tests of a file. */
export function useStage(environment: Environment = {}, options: DevOptions = {}): Stage {
  const stage = {} as Stage;
  const troubles: string[] = [];
  let dev: Dev | undefined;
  beforeAll(async () => {
    dev = startDev(environment, options);
    const { serverUrl, slackUrl } = await dev.addresses;
    const browser = await chromium.connect(inject('browserUrl'));
    Object.assign(stage, { serverUrl, slackUrl, browser, ...doing({ serverUrl, slackUrl, browser, troubles }) });
  });
  afterAll(async () => {
    await stage.browser?.close();
    // Also where it has not said its addresses when the hook's time was over.
    await dev?.stop();
    expect(troubles).toEqual([]);
  });
  return stage;
}

/** A `dev` with a folder of its own. */
export interface Dev {
  /** Rejected where it ended before it said them. */
  addresses: Promise<{ serverUrl: string; slackUrl: string }>;
  /** Ends it, whether it was ready or not. */
  stop(): Promise<void>;
}

/** After so long a stop that was asked for is one that is forced, in milliseconds. */
const STOP_MS = 30_000;

/** Starts one, beside that of the stage where two are needed. */
export function startDev(environment: Environment = {}, { teams = 3 }: DevOptions = {}): Dev {
  const folder = mkdtempSync(join(tmpdir(), 'e2e-'));
  const child = spawnDev(folder, { environment, teams });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const addresses = addressesOf(child);
  // Whoever stops it before it is ready waits for no addresses.
  addresses.catch(() => {});
  const stop = async () => {
    child.kill('SIGTERM');
    const forcing = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(forcing);
    await rm(folder, { recursive: true, force: true });
  };
  return { addresses, stop };
}

function spawnDev(cwd: string, { environment, teams }: { environment: Environment; teams: number }): ChildProcess {
  const env = {
    ...process.env,
    SLACK_TRANSPORT: 'socket',
    PORT: '0',
    ADMIN_TOKEN,
    ADMIN_READ_TOKEN: READ_TOKEN,
    ADMIN_SHOW_TEXTS: 'true',
    ...environment,
  };
  const words = ['dev', BOT, '--teams', String(teams), '--simulator-port', '0'];
  return spawn(process.execPath, ['--conditions=source', CLI, ...words], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function addressesOf(child: ChildProcess): Dev['addresses'] {
  return new Promise((resolve, reject) => {
    let said = '';
    child.once('exit', (code) => reject(new Error(`dev ended with ${code}:\n${said}`)));
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const serverUrl = /Add the bot to a workspace +(http\S+)/.exec(said)?.[1];
      const slackUrl = /The simulated Slack +(http\S+)/.exec(said)?.[1];
      if (serverUrl && slackUrl) resolve({ serverUrl, slackUrl });
    });
  });
}

interface Parts {
  serverUrl: string;
  slackUrl: string;
  browser: Browser;
  troubles: string[];
}

type Doing = Pick<Stage, 'open' | 'openAdmin' | 'slack' | 'install' | 'register'>;

function doing({ serverUrl, slackUrl, browser, troubles }: Parts): Doing {
  const idOf = async (team: string) =>
    ((await (await fetch(`${slackUrl}/_sim/teams/${team}`)).json()) as { id: string }).id;
  const open: Stage['open'] = async (url, options = {}) => {
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...options });
    const page = await context.newPage();
    page.on('pageerror', (error) => troubles.push(`${page.url()}: ${error.message}`));
    page.on('dialog', (dialog) => {
      troubles.push(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('console', (message) => {
      // A refused login and a stream that was cut on purpose are said by the browser itself.
      if (message.type() === 'error' && !/Failed to load resource|ERR_/.test(message.text()))
        troubles.push(message.text());
    });
    page.on('request', (request) => {
      const { hostname, protocol } = new URL(request.url());
      if (/^https?:$/.test(protocol) && hostname !== '127.0.0.1') troubles.push(`a request to ${request.url()}`);
    });
    await page.goto(url);
    return page;
  };
  return {
    open,
    async openAdmin(path = '', { token = ADMIN_TOKEN, ...options } = {}) {
      const page = await open(`${serverUrl}/admin${path}#token=${token}`, options);
      await page.getByRole('button', { name: 'Log out' }).waitFor();
      return page;
    },
    async slack<Answer>(method: string, path: string, body?: object): Promise<Answer> {
      const response = await fetch(slackUrl + path, {
        method,
        ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as Answer;
    },
    async install(team) {
      const page = await open(serverUrl);
      await page.getByRole('link', { name: 'Add to Slack' }).click();
      await page.locator('select[name=team]').selectOption(await idOf(team));
      await page.getByRole('button', { name: 'Allow' }).click();
      await page.getByRole('heading', { name: new RegExp(`Demo Bot is (now|back) in ${team}`) }).waitFor();
      await page.context().close();
    },
    async register(team) {
      await register(serverUrl, { team: await idOf(team) });
    },
  };
}
