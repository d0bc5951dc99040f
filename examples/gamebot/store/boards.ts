/**
 * Where boards are kept: documents of the team, `board:<channel>` and `settings:<channel>`, and `defaults` for all its channels. A change
 * is one write of one document, and an event that comes again after a crash changes nothing twice: what was answered to the last ones
 * stands beside the board.
 */
import { randomBytes } from 'node:crypto';
import type { Server, TeamData, TeamDocument } from 'slack-bot-server';
import { type Board, newBoard } from '../game/board.ts';
import { type Settings, settingsOf } from '../game/settings.ts';

export interface Place {
  teamId: string;
  channelId: string;
}

/** A board as it was read. */
export interface Found {
  /** Undefined where nobody has played yet. */
  board: Board | undefined;
  /** Of the document: another one after each change. */
  version: number;
  settings: Settings;
}

/** A document. */
interface Kept {
  board: Board;
  /** Events that changed it, and what was answered, the newest last. */
  handled: [eventId: string, answer: string][];
}

const PREFIX = 'board:';
/** Events of one channel that can be unfinished when a server dies: one for each thread that is talked in. */
const MOST_HANDLED = 10;
/** What is kept of an answer, in characters; only a leaderboard is longer. */
const LONGEST_KEPT = 1_500;

export class Boards {
  readonly #server: Pick<Server, 'data' | 'now'>;

  constructor(server: Pick<Server, 'data' | 'now'>) {
    this.#server = server;
  }

  async read(place: Place): Promise<Found> {
    const keys = { board: boardKey(place), settings: settingsKey(place) };
    const documents = await this.#data(place).getMany([keys.board, keys.settings, DEFAULTS]);
    const kept = documents.get(keys.board) as TeamDocument<Kept> | undefined;
    return {
      board: kept?.value.board,
      version: kept?.version ?? 0,
      settings: layered(documents, keys.settings),
    };
  }

  async settings(place: Place): Promise<Settings> {
    return layered(await this.#data(place).getMany([settingsKey(place), DEFAULTS]), settingsKey(place));
  }

  /** What counts where a channel has set nothing. */
  async teamSettings(teamId: string): Promise<Settings> {
    return settingsOf((await this.#server.data(teamId).get<Partial<Settings>>(DEFAULTS))?.value);
  }

  /**
   * Changes a board, which is made where there is none. `change` may run again when somebody else's change came first, and what it
   * throws leaves the board as it was.
   * @param eventId What this is done for: a second time nothing is done, and the answer is the one of the first time
   */
  async change(
    place: Place,
    change: (board: Board) => string,
    { eventId }: { eventId?: string | undefined } = {},
  ): Promise<string> {
    let answer = '';
    await this.#data(place).update<Kept>(boardKey(place), (kept = this.#newKept()) => {
      const before = kept.handled.find(([id]) => id === eventId);
      if (before) {
        answer = before[1];
        return undefined;
      }
      answer = change(kept.board);
      if (eventId !== undefined) {
        kept.handled = [...kept.handled, [eventId, answer.slice(0, LONGEST_KEPT)] as [string, string]].slice(
          -MOST_HANDLED,
        );
      }
      return kept;
    });
    return answer;
  }

  /** Sets what is given, and forgets what is undefined; of the team without a channel. */
  async set(
    teamId: string,
    channelId: string | undefined,
    changes: { [Key in keyof Settings]?: Settings[Key] | undefined },
  ): Promise<void> {
    const key = channelId === undefined ? DEFAULTS : settingsKey({ teamId, channelId });
    await this.#server
      .data(teamId)
      .update<Partial<Settings>>(key, (set = {}) => ({ ...set, ...changes }) as Partial<Settings>);
  }

  /** All boards of a team, page by page: a channel has one document, and a team may have thousands of channels. */
  async *all(teamId: string): AsyncGenerator<{ channelId: string; board: Board }> {
    const data = this.#server.data(teamId);
    let cursor: string | undefined;
    do {
      const page = await data.page<Kept>({ prefix: PREFIX, limit: 20, cursor });
      for (const { key, value } of page.documents) yield { channelId: key.slice(PREFIX.length), board: value.board };
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }

  #data({ teamId }: Place): TeamData {
    return this.#server.data(teamId);
  }

  #newKept(): Kept {
    const pictureKey = randomBytes(16).toString('base64url');
    return { board: newBoard({ atMs: this.#server.now(), pictureKey }), handled: [] };
  }
}

const DEFAULTS = 'defaults';

function boardKey({ channelId }: Place): string {
  return `${PREFIX}${channelId}`;
}

function settingsKey({ channelId }: Place): string {
  return `settings:${channelId}`;
}

function layered(documents: ReadonlyMap<string, TeamDocument>, key: string): Settings {
  const levels = [DEFAULTS, key].map((one) => documents.get(one)?.value as Partial<Settings> | undefined);
  return settingsOf(...levels);
}
