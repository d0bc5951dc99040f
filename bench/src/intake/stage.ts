/** What all contenders of a run share: the generator and its requests, the Web API that answers, the databases. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Databases, StoreName } from '../databases/databases.ts';
import { createPostgresDatabases } from '../databases/postgres-databases.ts';
import { createSqliteDatabases } from '../databases/sqlite-databases.ts';
import { RequestsFile } from '../events/requests-file.ts';
import { type SlackStub, startSlackStub } from '../events/slack-stub.ts';
import { teamsOf } from '../events/teams.ts';
import type { Generator } from './generators.ts';

export interface StageOptions {
  generator: Generator;
  /** Requests that are made at once. */
  capacity: number;
  onProgress(text: string): void;
  signal: AbortSignal;
}

const SPREAD = { teams: 200, channelsPerTeam: 5 } as const;

/** Everything around the contenders; disposing of it leaves nothing behind. */
export class Stage implements AsyncDisposable {
  readonly signingSecret = 'bench-signing-secret';
  readonly generator: Generator;
  readonly requests: RequestsFile;
  readonly apiUrl: string;
  readonly #options: StageOptions;
  readonly #directory: string;
  readonly #stub: SlackStub;
  readonly #databases = new Map<StoreName, Promise<Databases>>();

  private constructor(options: StageOptions, { directory, stub }: { directory: string; stub: SlackStub }) {
    const { generator, capacity } = options;
    this.generator = generator;
    this.apiUrl = stub.apiUrl;
    this.#options = options;
    this.#directory = directory;
    this.#stub = stub;
    const path = join(directory, 'requests');
    this.requests = new RequestsFile({ path, secret: this.signingSecret, spread: SPREAD, capacity });
  }

  static async set(options: StageOptions): Promise<Stage> {
    const directory = await mkdtemp(join(tmpdir(), 'slack-bot-server-bench-'));
    // PostgreSQL runs as another user where this is root; files with secrets are readable by their owner only.
    await chmod(directory, 0o711);
    return new Stage(options, { directory, stub: await startSlackStub() });
  }

  /** The databases of a store; made when they are first asked for. */
  databases(store: StoreName): Promise<Databases> {
    let databases = this.#databases.get(store);
    if (!databases) {
      const { onProgress, signal } = this.#options;
      const create = store === 'sqlite' ? createSqliteDatabases : createPostgresDatabases;
      onProgress(`preparing ${store}`);
      databases = create({ directory: join(this.#directory, store), teams: teamsOf(SPREAD.teams), onProgress, signal });
      this.#databases.set(store, databases);
    }
    return databases;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const made = await Promise.allSettled(this.#databases.values());
    for (const one of made) if (one.status === 'fulfilled') await one.value[Symbol.asyncDispose]();
    await this.#stub[Symbol.asyncDispose]();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
