/** What a command of a board does first and last: finds the board and everybody who is named, and answers. */
import { type Answer, type CommandContext, UserError, type UserMention } from 'slack-bot-server/commands';
import type { Board } from '../game/board.ts';
import { isNameDue, type Person, see } from '../game/players.ts';
import type { Settings } from '../game/settings.ts';
import type { Boards, Place } from '../store/boards.ts';
import { shownName } from '../team/names.ts';

/** A command, given in the channel of a board. */
export interface Turn {
  board: Board;
  settings: Settings;
  /** Who gave it: a player of the board by now, as is everybody whom it names. */
  me: string;
  /** Of those, who was not on the board before. */
  newcomers: readonly string[];
  atMs: number;
}

type Context = CommandContext<object>;

/** A board that is looked at. */
export interface Look extends Turn {
  /** Of the board: another one after each change. */
  version: number;
}

export interface Turns {
  /** The board, with everybody whom the command names. */
  look(context: Context): Promise<Look>;
  /** Answers with what the board shows. */
  read(context: Context, answer: (look: Look) => Answer): Promise<void>;
  /** Changes the board, and answers once that is written. A UserError leaves it as it was. */
  change(context: Context, change: (turn: Turn) => string): Promise<void>;
}

export function createTurns({ boards, now }: { boards: Boards; now: () => number }): Turns {
  async function meet(context: Context) {
    const place = placeOf(context);
    const found = await boards.read(place);
    const atMs = now();
    const [strangers, renamed] = await Promise.all([
      strangersTo(found.board, context, atMs),
      renamedOn(found.board, context, atMs),
    ]);
    return { place, found, atMs, strangers, people: [...strangers, ...renamed] };
  }

  async function look(context: Context): Promise<Look> {
    const { place, found, atMs, strangers, people } = await meet(context);
    const turn = { me: context.userId, newcomers: strangers.map(({ id }) => id), atMs };
    if (found.board && people.length === 0) return { ...turn, ...found, board: found.board };
    await boards.change(place, (board) => {
      for (const person of people) see(board, person);
      return '';
    });
    const { board, ...rest } = await boards.read(place);
    if (!board) throw new Error(`The board of ${place.channelId} was deleted while it was looked at`);
    return { ...turn, ...rest, board };
  }

  return {
    look,

    async read(context, answer) {
      await context.reply(answer(await look(context)));
    },

    async change(context, change) {
      const { place, found, atMs, strangers, people } = await meet(context);
      const apply = (board: Board) => {
        board.isEnabled = true;
        // Read again when somebody else's change came first, which may have brought them.
        const newcomers = strangers.map(({ id }) => id).filter((id) => !board.players[id]);
        for (const person of people) see(board, person);
        return change({ board, settings: found.settings, me: context.userId, newcomers, atMs });
      };
      await context.reply(await boards.change(place, apply, { eventId: context.ts }));
    },
  };
}

/** @throws UserError in a conversation with the bot alone, which has no board */
function placeOf({ isDirect, teamId, channelId }: Context): Place {
  if (isDirect)
    throw new UserError(
      'Boards are in channels: say that in one that I am in. `help` says what else you can ask me here.',
    );
  return { teamId, channelId };
}

/** Everybody who is here for the first time, whoever gave the command first. @throws UserError for bots, who do not play */
async function strangersTo(board: Board | undefined, context: Context, atMs: number): Promise<Person[]> {
  const ids = new Set([context.userId, ...mentionedIn(context.captures)]);
  const unknown = Array.from(ids).filter((id) => !board?.players[id]);
  return await Promise.all(unknown.map(async (id) => ({ ...(await personOf(context.client, id)), namedAtMs: atMs })));
}

/** Me, once a day: people change their names. When Slack does not say, the old one stays. */
async function renamedOn(board: Board | undefined, { client, userId }: Context, atMs: number): Promise<Person[]> {
  const known = board?.players[userId];
  if (!known || !isNameDue(known, atMs)) return [];
  const { name } = await personOf(client, userId).catch(() => known);
  return [{ id: userId, name, namedAtMs: atMs }];
}

/** Whoever is named, under whichever capture. */
function mentionedIn(captures: object): string[] {
  return Object.values(captures)
    .flat()
    .filter((one: unknown): one is UserMention => /^[UW]/.test(String((one as UserMention | undefined)?.id)))
    .map(({ id }) => id);
}

/** Slackbot is no bot to users.info. */
const SLACKBOT = 'USLACKBOT';

async function personOf(client: Context['client'], id: string): Promise<Pick<Person, 'id' | 'name'>> {
  const { user = {} } = await client.users.info({ user: id }).catch((error: unknown) => {
    // What looks like a mention can be written by hand.
    if ((error as { data?: { error?: string } }).data?.error !== 'user_not_found') throw error;
    throw new UserError('I cannot find everybody whom you named.');
  });
  if (user.is_bot || id === SLACKBOT) throw new UserError(`Bots do not play, and <@${id}> is one.`);
  if (user.deleted) throw new UserError(`<@${id}> has left this workspace.`);
  return { id, name: shownName(user) ?? id };
}
