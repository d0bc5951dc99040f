/** Plays one scenario: a simulator, the app as a process, and the steps of a person. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AppRequest, type MessageInfo, type Simulator, startSimulator } from '../../src/index.ts';

/** One app, and what is done with it. */
export interface Scenario {
  readonly name: string;
  /** For the README. */
  readonly what: string;
  /** Packages of npm; their versions stand in the README. @defaultValue none */
  readonly packages?: readonly string[];
  /** Packages of npm in the folder `older`. @defaultValue none */
  readonly older?: readonly string[];
  /** Packages of Debian. @defaultValue none */
  readonly debian?: readonly string[];
  /** What runs it. @defaultValue this Node */
  readonly command?: string;
  /** A file of apps/, or of node_modules with its arguments. */
  readonly run: readonly string[];
  readonly app: AppRequest;
  /** It knows nothing but slack.com. */
  readonly isRedirected?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly steps?: (stage: Stage) => Promise<void>;
}

/** What came of it. */
export interface Outcome {
  readonly scenario: Scenario;
  readonly steps: number;
  readonly passed: number;
  readonly failures: readonly string[];
}

/** What the steps of a scenario have. */
export interface Stage {
  readonly slack: Simulator;
  readonly control: Simulator['control'];
  /** Where the app listens. */
  readonly appUrl: string;
  /** One step; what it throws is a failure, and the next ones go on. */
  readonly step: (what: string, run: () => Promise<unknown>) => Promise<void>;
  /** Waits for a message of the app in #general, or where it is said. */
  readonly posted: (fits: (message: MessageInfo) => boolean, where?: { to: 'bot' }) => Promise<MessageInfo>;
}

const STEP_TIMEOUT_MS = 30_000;
const START_TIMEOUT_MS = 60_000;
const place = { team: 'Acme', channel: 'general' } as const;

export async function play(scenario: Scenario): Promise<Outcome> {
  const port = await freePort();
  const appUrl = `http://127.0.0.1:${port}`;
  await using slack = await startSimulator({
    app: { requestUrl: `${appUrl}/slack/events`, ...scenario.app },
  });
  const child = spawn(scenario.command ?? process.execPath, argumentsOf(scenario), {
    cwd: import.meta.dirname,
    env: { ...process.env, ...(await environment(slack)), PORT: String(port), ...scenario.env },
  });
  const output = new Output(child);
  const failures: string[] = [];
  let steps = 0;
  const step: Stage['step'] = async (what, run) => {
    steps += 1;
    await run().catch((error: unknown) =>
      failures.push(`${what}: ${error instanceof Error ? error.message : String(error)}`),
    );
  };
  try {
    await step('starts', () => output.line(/^ready$/m, START_TIMEOUT_MS));
    if (failures.length === 0) {
      for (const [, how, what = ''] of output.text.matchAll(/^(ok|failed) (.*)$/gm)) {
        await step(what, async () => how === 'ok' || Promise.reject(new Error('the app says so')));
      }
      await scenario.steps?.({
        slack,
        control: slack.control,
        appUrl,
        step,
        posted: (fits, where) => posted(slack, fits, where),
      });
    }
  } finally {
    child.kill('SIGKILL');
  }
  const passed = steps - failures.length;
  return { scenario, steps, passed, failures: passed < steps ? [...failures, output.text.slice(-2000)] : [] };
}

function argumentsOf({ run, isRedirected }: Scenario): string[] {
  const redirect = join(import.meta.dirname, '../../src/redirect/redirect.ts');
  return [...(isRedirected ? ['--import', redirect] : []), ...run];
}

async function environment(slack: Simulator): Promise<Record<string, string>> {
  const { botToken, team } = await slack.control.install({ team: 'Acme' });
  const [app] = await slack.control.apps();
  const webhook = await slack.control.addWebhook(place);
  return {
    NODE_NO_WARNINGS: '1',
    SLACK_SIMULATOR_URL: slack.url,
    SLACK_API_URL: slack.apiUrl,
    SLACK_AUTHORIZE_URL: `${slack.url}/oauth/v2/authorize`,
    SLACK_BOT_TOKEN: botToken,
    SLACK_TEAM_ID: team,
    SLACK_APP_TOKEN: app?.appLevelToken ?? '',
    SLACK_CLIENT_ID: app?.clientId ?? '',
    SLACK_CLIENT_SECRET: app?.clientSecret ?? '',
    SLACK_SIGNING_SECRET: app?.signingSecret ?? '',
    SLACK_WEBHOOK_URL: webhook.url,
    HUBOT_SLACK_APP_TOKEN: app?.appLevelToken ?? '',
    HUBOT_SLACK_BOT_TOKEN: botToken,
    HUBOT_SLACK_TOKEN: botToken,
  };
}

async function posted(
  { control }: Simulator,
  fits: (message: MessageInfo) => boolean,
  where: { to: 'bot' } | { channel: string } = place,
): Promise<MessageInfo> {
  return eventually('the message', async () =>
    (await control.messages({ team: 'Acme', ...where })).find((message) => message.isBot && fits(message)),
  );
}

/** Polls: what an app posts is no event of ours. */
export async function eventually<Result>(what: string, look: () => Promise<Result | undefined>): Promise<Result> {
  const until = performance.now() + STEP_TIMEOUT_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > until) throw new Error(`${what} did not come within ${STEP_TIMEOUT_MS} ms`);
    await sleep(25);
  }
}

/** What the app prints. */
class Output {
  text = '';
  #isOver = false;

  constructor(child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.text += String(chunk)));
    child.on('exit', () => {
      this.#isOver = true;
    });
  }

  async line(pattern: RegExp, timeoutMs: number): Promise<void> {
    const until = performance.now() + timeoutMs;
    while (!pattern.test(this.text)) {
      if (this.#isOver || performance.now() > until) throw new Error('the app did not start');
      await sleep(25);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
