/** What was said in a thread, in the documents of its team: it outlives restarts, is the same on every process, and goes with the team. */
import type { TeamData } from 'slack-bot-server';
import type { Turn } from './model.ts';

/** A turn by the message it stands in. */
interface StoredTurn extends Turn {
  id: string;
}

/** Where somebody writes. */
export interface Thread {
  channel: string;
  /** The `ts` of the message that begins it. */
  ts: string;
}

/** Turns that a model is shown, and that are kept. A document has room for 256 KiB. */
const MOST_TURNS = 20;
/** Of one turn: Slack's own limit for what a person writes. */
const MOST_CHARS = 4_000;

/** The memory of one thread. */
export class ThreadMemory {
  readonly #data: TeamData;
  readonly #key: string;

  constructor(data: TeamData, { channel, ts }: Thread) {
    this.#data = data;
    this.#key = `thread:${channel}:${ts}`;
  }

  /** The thread, oldest first. */
  async turns(): Promise<readonly Turn[]> {
    return (await this.#data.get<StoredTurn[]>(this.#key))?.value ?? [];
  }

  /**
   * Adds a turn, and gives the thread. A turn with a known id takes the place of that one: an event comes again when its process dies.
   * @param id The `ts` of the message of a person; of an answer the one that it answers
   */
  async remember({ by, text, id }: StoredTurn): Promise<readonly Turn[]> {
    const turn: StoredTurn = { by, id, text: text.slice(0, MOST_CHARS) };
    const isOther = (known: StoredTurn) => known.id !== id || known.by !== by;
    const written = await this.#data.update<StoredTurn[]>(this.#key, (turns = []) =>
      [...turns.filter(isOther), turn].slice(-MOST_TURNS),
    );
    return written?.value ?? [turn];
  }
}
