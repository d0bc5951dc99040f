/** The real command line in processes of its own: `slack-bot-server …` with an environment and nothing else. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { inject, onTestFinished } from 'vitest';
import { teamRowsOf } from '../src/operations/teams/team-row.ts';
import { compileCache } from './compile-cache.test-kit.ts';
import type { Scene } from './scene.test-kit.ts';
import { secretsWatch } from './secrets-watch.test-kit.ts';

/** The command line's program: see bundle.test-kit.ts. */
export const CLI_PROGRAM = await pathOfBundle();

const SECRET_SETTINGS = ['ENCRYPTION_KEYS', 'SLACK_CLIENT_SECRET', 'SLACK_SIGNING_SECRET', 'SLACK_APP_TOKEN'] as const;

/** Settings by their names in the environment. */
export type Environment = Readonly<Record<string, string>>;

/** What a command left behind. */
export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

async function pathOfBundle(): Promise<string> {
  const answer = await fetch(inject('bundleDoor'));
  if (!answer.ok) throw new Error(await answer.text());
  return await answer.text();
}

/** A command that runs. */
export class CliProcess {
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;
  readonly #ended: Promise<Finished>;

  /** @param program What is run in place of the sources. @param node What runs it in place of this Node. */
  constructor(words: readonly string[], env: Environment, stdin = '', program?: string, node = process.execPath) {
    const { PATH, HOME } = process.env;
    const start = program === undefined ? ['--conditions=source', CLI_PROGRAM] : [program];
    const child = spawn(node, [...start, ...words], {
      env: { PATH, HOME, ...compileCache, ...env },
    });
    this.#child = child;
    secretsWatch.know(SECRET_SETTINGS.flatMap((name) => env[name]?.split(',')));
    const isComplete = secretsWatch.follow(`output of ${words.join(' ')}`, () => `${this.stdout}\n${this.stderr}`);
    child.stdout.on('data', (data: Buffer) => (this.stdout += data.toString()));
    child.stderr.on('data', (data: Buffer) => (this.stderr += data.toString()));
    child.stdin.end(stdin);
    this.#ended = once(child, 'close').then(([code]) => {
      isComplete();
      return { code: code as number | null, stdout: this.stdout, stderr: this.stderr };
    });
    onTestFinished(() => void child.kill('SIGKILL'));
  }

  /** Sends a signal and does not wait for what comes of it. */
  signal(signal: 'SIGTERM' | 'SIGINT' | 'SIGHUP'): void {
    this.#child.kill(signal);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves when the process has ended. */
  ended(): Promise<Finished> {
    return this.#ended;
  }

  /** Asks it to end, and resolves when it has. */
  async end(signal: 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'SIGKILL' = 'SIGTERM'): Promise<Finished> {
    this.#child.kill(signal);
    return await this.#ended;
  }

  /** Resolves with the first match in what it has printed or will print. @throws when it ends without printing it */
  async printed(pattern: RegExp): Promise<RegExpMatchArray> {
    for (;;) {
      const match = (this.stdout + this.stderr).match(pattern);
      if (match) return match;
      const ended = await Promise.race([this.#ended, this.#nextOutput()]);
      if (ended) throw new Error(`It ended with ${ended.code} and without ${pattern}:\n${ended.stdout}${ended.stderr}`);
    }
  }

  async #nextOutput(): Promise<void> {
    const over = new AbortController();
    const output = [this.#child.stdout, this.#child.stderr].filter((stream) => stream !== null);
    const nexts = output.map((stream) => once(stream, 'data', over));
    await Promise.race(nexts);
    // The other one would be listened to for ever, once more for each line.
    over.abort();
    await Promise.allSettled(nexts);
  }
}

/** Runs a command to its end. */
export async function runCli(words: readonly string[], env: Environment, stdin?: string): Promise<Finished> {
  return await new CliProcess(words, env, stdin).ended();
}

/** The environment of a server or command that uses the Slack and the database of a scene. */
export async function environmentOf(scene: Scene, more: Environment = {}): Promise<Environment> {
  const settings = await scene.settings();
  const { databaseUrl, encryptionKeys, slackApiUrl, slackAuthorizeUrl, slackClientId, slackClientSecret } = settings;
  return {
    HOST: '127.0.0.1',
    PORT: '0',
    PUBLIC_URL: 'http://127.0.0.1',
    DATABASE_URL: databaseUrl,
    ...(encryptionKeys === undefined ? {} : { ENCRYPTION_KEYS: encryptionKeys }),
    SLACK_API_URL: slackApiUrl,
    SLACK_AUTHORIZE_URL: slackAuthorizeUrl,
    SLACK_CLIENT_ID: slackClientId,
    SLACK_CLIENT_SECRET: slackClientSecret,
    LOG_LEVEL: 'debug',
    ...more,
  };
}

/** What `teams list --json` prints of a team. */
export interface TeamRow {
  teamId: string;
  name: string | null;
  status: string;
  reason: string | null;
  botUserId: string | null;
  botId: string | null;
  installs: number;
  request: string | null;
}

/** What `teams list --json` prints, beside whatever runs; without a process of its own, which would take most of a test's time. */
export async function listTeams(scene: Scene): Promise<TeamRow[]> {
  const lines = (await scene.rows()).flatMap(teamRowsOf);
  return JSON.parse(JSON.stringify(lines)) as TeamRow[];
}
