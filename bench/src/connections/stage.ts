/** What all contenders of a run share: the simulator with its teams, a directory for databases, and the databases' template. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SimulatorControl } from 'slack-simulator';
import { Child } from '../processes/child.ts';
import type { Team } from '../processes/messages.ts';

const SERVER_CLI = fileURLToPath(new URL('./cli/main.ts', import.meta.resolve('slack-bot-server')));
const DATABASE = 'bench.db';
const IMPORT_TIMEOUT_MS = 120_000;

/** Everything around the contenders; disposing of it leaves nothing behind. */
export class Stage implements AsyncDisposable {
  readonly simulator: Child;
  readonly control: SimulatorControl;
  readonly apiUrl: string;
  readonly teams: readonly Team[];
  readonly #directory: string;
  #copies = 0;

  private constructor(facts: { simulator: Child; url: string; apiUrl: string; teams: Team[]; directory: string }) {
    this.simulator = facts.simulator;
    this.control = new SimulatorControl(facts.url);
    this.apiUrl = facts.apiUrl;
    this.teams = facts.teams;
    this.#directory = facts.directory;
  }

  /** Starts the simulator and imports its teams into a database. */
  static async set(teamCount: number, signal: AbortSignal): Promise<Stage> {
    const directory = await mkdtemp(join(tmpdir(), 'slack-bot-server-bench-'));
    const simulator = Child.start('simulator');
    try {
      const answer = await simulator.ask('simulate', { teams: teamCount });
      await importTeams(join(directory, 'template'), answer.teams, signal);
      return new Stage({ simulator, directory, ...answer });
    } catch (error) {
      await simulator.stop();
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  /** A database of its own for one server process, with all teams or with none. */
  async newDatabase(teams: 'all' | 'none'): Promise<string> {
    const copy = join(this.#directory, `copy-${++this.#copies}`);
    if (teams === 'all') await cp(join(this.#directory, 'template'), copy, { recursive: true });
    return join(copy, DATABASE);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.simulator.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/** Through the command line, as an operator would. */
async function importTeams(directory: string, teams: readonly Team[], signal: AbortSignal): Promise<void> {
  const file = `${directory}.ndjson`;
  await writeFile(file, teams.map(toLine).join('\n'), { mode: 0o600 });
  const words = ['--conditions=source', SERVER_CLI, 'teams', 'import', file, '--json'];
  const env = { PATH: process.env.PATH ?? '', DATABASE_URL: join(directory, DATABASE) };
  await promisify(execFile)(process.execPath, words, {
    env,
    signal,
    timeout: IMPORT_TIMEOUT_MS,
    maxBuffer: Number.POSITIVE_INFINITY,
  });
}

/** With the bot's ids, so that the server need not ask for them: the other clients do not either. */
function toLine({ teamId, name, token, botUserId, botId }: Team): string {
  return JSON.stringify({ team_id: teamId, name, bot_token: token, bot_user_id: botUserId, bot_id: botId });
}
