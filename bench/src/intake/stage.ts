/** What all contenders of a run share: the generator and its requests, the Web API that answers, the databases. */
import { chmod, mkdtemp, rm, statfs } from 'node:fs/promises';
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
  onProgress: (text: string) => void;
  signal: AbortSignal;
}

/** Twice what the requests of a usual run take. */
const REQUESTS_ROOM_BYTES = 2 ** 30;
const SPREAD = { teams: 200, channelsPerTeam: 5 } as const;

/** Everything around the contenders; disposing of it leaves nothing behind. */
export class Stage implements AsyncDisposable {
  readonly signingSecret = 'bench-signing-secret';
  readonly generator: Generator;
  readonly requests: RequestsFile;
  readonly apiUrl: string;
  readonly #options: StageOptions;
  readonly #directory: string;
  readonly #requestsDirectory: string;
  readonly #stub: SlackStub;
  readonly #databases = new Map<StoreName, Promise<Databases>>();

  private constructor(options: StageOptions, made: { directory: string; requestsDirectory: string; stub: SlackStub }) {
    const { generator, capacity } = options;
    const { directory, requestsDirectory, stub } = made;
    this.generator = generator;
    this.apiUrl = stub.apiUrl;
    this.#options = options;
    this.#directory = directory;
    this.#requestsDirectory = requestsDirectory;
    this.#stub = stub;
    const path = join(requestsDirectory, 'requests');
    this.requests = new RequestsFile({ path, secret: this.signingSecret, spread: SPREAD, capacity });
  }

  static async set(options: StageOptions): Promise<Stage> {
    const directory = await mkdtemp(join(tmpdir(), 'slack-bot-server-bench-'));
    // PostgreSQL runs as another user where this is root; files with secrets are readable by their owner only.
    await chmod(directory, 0o711);
    const requestsDirectory = await mkdtemp(join(await memoryOr(tmpdir()), 'slack-bot-server-bench-'));
    return new Stage(options, { directory, requestsDirectory, stub: await startSlackStub() });
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
    for (const directory of [this.#directory, this.#requestsDirectory]) {
      await rm(directory, { recursive: true, force: true });
    }
  }
}

/** Where files are memory, if it has room: writing the requests to the disk would slow down the commits that are measured. */
async function memoryOr(directory: string): Promise<string> {
  const memory = '/dev/shm';
  const room = await statfs(memory).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
  return room > REQUESTS_ROOM_BYTES ? memory : directory;
}
