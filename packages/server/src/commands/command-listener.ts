/** Listens on a Bolt app: to mentions or messages, and to slash commands, all for one set of commands. */
import type { AllMiddlewareArgs, App, Context, SlackCommandMiddlewareArgs } from '@slack/bolt';
import type { Body } from '../slack/delivery/body.ts';
import { systemClock } from '../time/clock.ts';
import { type Address, addressOf, aliasesOf } from './address.ts';
import { type Answers, answersTo, answersToSlash } from './answers.ts';
import type { CommandContext } from './command-context.ts';
import { type CommandSet, DEFAULT_LOCALE } from './command-set.ts';
import { type Heard, heardIn, textInParts } from './heard.ts';
import type { Found } from './lookup.ts';
import { plainText } from './mrkdwn.ts';
import { createOwnNames, type OwnNames } from './own-names.ts';
import { createPeople, type People } from './people.ts';
import { runFound } from './run-command.ts';

type Args = Pick<AllMiddlewareArgs, 'client' | 'context'>;

/** What a context has of the message or the slash command itself. */
type Given = Pick<
  CommandContext,
  'via' | 'userId' | 'channelId' | 'ts' | 'threadTs' | 'isDirect' | 'message' | 'slash'
> & { rawText: string; answers: Answers };

export class CommandListener {
  readonly #set: CommandSet;
  readonly #people: People;
  readonly #ownNames: OwnNames;
  /** Those that are the same everywhere. */
  readonly #aliases: readonly string[];

  constructor(set: CommandSet) {
    const { clock = systemClock, aliases = [] } = set.options;
    this.#set = set;
    this.#people = createPeople(clock);
    this.#ownNames = createOwnNames(clock);
    this.#aliases = typeof aliases === 'function' ? [] : aliasesOf(aliases);
  }

  listenOn(bot: App): void {
    const { needs, slashCommands } = this.#set;
    bot.message(async ({ event, ...args }) => await this.#onMessage(event as unknown as Body, args));
    if (needs.events.includes('app_mention')) {
      bot.event('app_mention', async ({ event, ...args }) => await this.#onEvent(event as unknown as Body, args));
    }
    if (needs.events.includes('user_change')) {
      bot.event('user_change', async ({ event, context }) => {
        if (event.user.id === context.botUserId) this.#ownNames.forget(teamIdOf(context));
      });
    }
    for (const command of slashCommands.keys()) bot.command(command, async (args) => await this.#onSlash(args));
  }

  /**
   * A mention in a channel comes as app_mention, too, and each of the two is an event of its own: it is the kind of listening that
   * says which one is answered, on whichever node they arrive. RTM has no app_mention, and says no channel_type.
   */
  async #onMessage(event: Body, args: Args): Promise<void> {
    const isOfChannel = event.channel_type !== undefined && event.channel_type !== 'im';
    if (this.#set.needs.messages === 'direct' && isOfChannel) return;
    await this.#onEvent(event, args);
  }

  async #onEvent(event: Body, args: Args): Promise<void> {
    const heard = heardIn(event, args.context);
    if (!heard) return;
    const { message, isBot, isEdit } = heard;
    const { via, text } = await this.#addressOf(heard, args);
    const found = this.#set.lookup.find({ text, via, isBot, isEdit, parts: () => textInParts(message) });
    if (found.kind !== 'found' && !this.#mayBeTold(heard)) return;
    const answers = answersTo(heard, args.client);
    await this.#run(found, args, { ...heard, slash: undefined, rawText: text, via, answers });
  }

  async #onSlash(args: SlackCommandMiddlewareArgs & AllMiddlewareArgs): Promise<void> {
    const { command: slash, ack, respond } = args;
    // At once: a handler may take longer than Slack waits, and the response URL is good for half an hour.
    await ack();
    const { lookup, options, slashCommands } = this.#set;
    const entry = slashCommands.get(slash.command);
    const said = entry === undefined ? slash.text : `${entry.name} ${slash.text}`;
    const { text } = addressOf(said, { botUserId: undefined, aliases: [], isDirect: false });
    const spoken = { text, via: 'slash', isBot: false, isEdit: false, parts: () => '' } as const;
    await this.#run(entry === undefined ? lookup.find(spoken) : lookup.findIn(entry, spoken), args, {
      rawText: text,
      via: 'slash',
      userId: slash.user_id,
      channelId: slash.channel_id,
      isDirect: slash.channel_id.startsWith('D'),
      ts: undefined,
      threadTs: undefined,
      message: undefined,
      slash,
      answers: answersToSlash(respond, options.slashReplies ?? 'ephemeral'),
    });
  }

  async #run(found: Found, args: Args, given: Given): Promise<void> {
    await runFound(found, this.#set, (command, captures) => this.#contextOf({ command, captures, ...given }, args));
  }

  /** Two bots that tell each other of their mistakes would go on for ever; and an edit is no question unless the author says so. */
  #mayBeTold({ isBot, isEdit }: Heard): boolean {
    return !isBot && (!isEdit || this.#set.options.edits === true);
  }

  async #addressOf(heard: Heard, args: Args): Promise<Address> {
    const { raw, isDirect } = heard;
    const self = { botUserId: args.context.botUserId, isDirect };
    const found = addressOf(raw, { ...self, aliases: this.#aliases });
    if (found.via !== 'ambient' && !isDirect) return found;
    const further = await this.#furtherAliases(heard, args);
    return further.length === 0 ? found : addressOf(raw, { ...self, aliases: [...this.#aliases, ...further] });
  }

  async #furtherAliases({ channelId }: Heard, { client, context }: Args): Promise<readonly string[]> {
    const { aliases, byName } = this.#set.options;
    const teamId = teamIdOf(context);
    const given = typeof aliases === 'function' ? aliasesOf(await aliases({ teamId, channelId })) : [];
    if (!byName || context.botUserId === undefined) return given;
    return [...given, ...(await this.#ownNames.find({ teamId, client }, context.botUserId))];
  }

  #contextOf(
    { rawText, answers, ...given }: Given & Pick<CommandContext, 'command' | 'captures'>,
    { client, context }: Args,
  ): CommandContext {
    const { locale, defaultLocale = DEFAULT_LOCALE } = this.#set.options;
    const { userId, channelId } = given;
    const teamId = teamIdOf(context);
    const person = () => this.#people.find({ teamId, client }, userId);
    return {
      command: given.command,
      captures: given.captures,
      text: plainText(rawText),
      via: given.via,
      teamId,
      enterpriseId: context.enterpriseId,
      userId,
      channelId,
      ts: given.ts,
      threadTs: given.threadTs,
      isDirect: given.isDirect,
      attempt: typeof context.attempt === 'number' ? context.attempt : 1,
      message: given.message,
      slash: given.slash,
      client,
      bolt: context,
      ...answers,
      person,
      async locale() {
        if (locale) return await locale({ teamId, channelId, userId, client });
        // Whoever cannot be asked about is answered all the same.
        return await person().then(
          (found) => found.locale ?? defaultLocale,
          () => defaultLocale,
        );
      },
    };
  }
}

/** Of an org-wide installation an event may be of the organization alone. */
function teamIdOf({ teamId, enterpriseId }: Context): string {
  return teamId ?? enterpriseId ?? '';
}
