/** Answers what other processes ask of this one's memory: the command line beside a server, and the other nodes of a cluster. */
import type { Statements } from '../store/store.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { Memory } from './memory.ts';
import { answerQuestion, questionsFor } from './question-repository.ts';

/** Who asks waits some seconds; between two looks, in milliseconds. */
const LOOK_EVERY_MS = 1_000;

export interface AnswererDeps {
  store: Statements;
  memory: Pick<Memory, 'answer'>;
  readonly nodeId: () => string;
  clock: Pick<Clock, 'after'>;
  log: { warn(facts: object, message: string): void };
}

/** One per process. */
export class Answerer {
  readonly #deps: AnswererDeps;
  #timer: Timer | undefined;
  #looking: Promise<void> | undefined;
  #isFailing = false;

  constructor(deps: AnswererDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#timer = this.#deps.clock.after(LOOK_EVERY_MS, () => {
      this.start();
      this.#looking ??= this.#look().finally(() => {
        this.#looking = undefined;
      });
    });
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { store, memory, nodeId, log } = this.#deps;
    try {
      for (const { id, question } of await questionsFor(store, nodeId())) {
        await answerQuestion(store, id, memory.answer(question));
      }
      this.#isFailing = false;
    } catch (err) {
      if (!this.#isFailing) log.warn({ err }, 'questions of other processes are not answered');
      this.#isFailing = true;
    }
  }
}
