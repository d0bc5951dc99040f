/** The calls of an agent: a few at a time, because each opens the database for itself, and none is cut when the agent goes. */
import { BotServerError } from '../errors.ts';
import { Semaphore } from '../store/semaphore.ts';

/** Each opens a database, with a thread or a connection: 150 at once took a gigabyte and answered nothing for a minute. */
const AT_ONCE = 4;

/** Those that run or wait for their turn. */
export class AgentCalls {
  readonly #turns = new Semaphore(AT_ONCE);
  readonly #open = new Set<Promise<unknown>>();

  /** Runs it when it is its turn. @throws what it throws; `server_stopped` when its agent gave it up before it began */
  async run<Result>(work: () => Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
    const running = this.#turns.within(async () => {
      if (signal?.aborted) throw new BotServerError('server_stopped', 'The call was given up before it began');
      return await work();
    });
    const settled = running.catch(() => {}).finally(() => this.#open.delete(settled));
    this.#open.add(settled);
    return await running;
  }

  /** Resolves when none is left. */
  async ended(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open);
  }
}
