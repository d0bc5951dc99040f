/** What all contenders of a run share: the simulator with its teams, a directory for databases, and the databases' template. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SimulatorControl } from 'slack-simulator';
import { importTeams } from '../databases/import-teams.ts';
import { Child } from '../processes/child.ts';
import type { Team } from '../processes/messages.ts';

const DATABASE = 'bench.db';

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
      await importTeams({
        teams: answer.teams,
        env: { DATABASE_URL: join(directory, 'template', DATABASE) },
        file: join(directory, 'template.ndjson'),
        signal,
      });
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
