/** A person in a workspace: writes, clicks, submits, and sees what the bot answers. Everything is real HTTP to the simulated Slack. */
import { AssertionError } from 'node:assert';
import type { ActionInfo, ActionRequest, MessageInfo, PersonAct, ViewInfo } from 'slack-simulator';
import { conversationText } from './conversation.ts';
import { whatHappened } from './report.ts';
import type { Stage } from './stage.ts';

/** A conversation: the direct message with the bot, or a channel by its name or id. */
export type Place = { to: 'bot' } | { channel: string };

/** Where something is said or done. */
export type Where = Partial<{ to: 'bot'; channel: string; threadTs: string }>;

/** What is waited for: the whole text, a pattern in it, or what a function says of the message. */
export type Expected = string | RegExp | ((message: MessageInfo) => boolean);

/** How long a person waits for an answer. */
export interface Waiting {
  /** Where the answer is looked for. @defaultValue where the person was last */
  in?: Place;
  /** Moved time at most, in milliseconds. @defaultValue 10000 */
  withinMs?: number;
  /** Real time at least, in milliseconds: a busy machine needs some for the real work. @defaultValue 3000 */
  patienceMs?: number;
}

/** Chosen or entered values, by `action_id` or `block_id/action_id`. */
export type Values = Record<string, string | string[] | Record<string, unknown>>;

export const waitingDefaults = { withinMs: 10_000, patienceMs: 3_000 } as const satisfies Omit<Required<Waiting>, 'in'>;

/** Messages of a conversation that are looked at: the newest ones. */
const MOST_MESSAGES = 500;

/**
 * One person. Every method throws SimulatorError `not_found` or `invalid_input` when Slack has no such thing: a person, a channel,
 * a button.
 */
export class Person {
  readonly team: string;
  /** Undefined: the first person of the workspace. */
  readonly name: string | undefined;
  readonly #stage: Stage;
  #knownId: string | undefined;
  #place: Place = { to: 'bot' };
  /** What there was in a conversation before the person did something, by message. */
  #before = new Map<string, string>();
  /** The newest record of the log at that moment. */
  #beforeSeq = 0;

  constructor(stage: Stage, { team, name }: { team: string; name: string | undefined }) {
    this.#stage = stage;
    this.team = team;
    this.name = name;
  }

  /** Writes a message: to the bot, unless a channel is named. With `threadTs` in that thread. */
  async says(text: string, where: Where = {}): Promise<MessageInfo> {
    const place = await this.#goes(where);
    const { threadTs } = where;
    return await this.#stage.slack.say({ ...this.#who, ...place, text, ...(threadTs !== undefined && { threadTs }) });
  }

  /**
   * Waits for a message: one that is new or has changed since this person last did something, from anybody else, also one that
   * only this person sees. Each message is seen once. Time passes meanwhile, for Slack and the server.
   * @throws AssertionError when there is none in time, with the conversation and what the server did
   * @example await ann.sees(/Deployed .* in \d+ s/);
   */
  async sees(expected: Expected, { in: place = this.#place, ...waiting }: Waiting = {}): Promise<MessageInfo> {
    const { withinMs, patienceMs } = { ...waitingDefaults, ...waiting };
    const fits = fitting(expected);
    let seq = this.#beforeSeq;
    const look = async () => {
      const found = (await this.#news(place)).find(fits);
      if (!found) seq = await this.#stage.time.moment(seq);
      return found;
    };
    const found = await this.#stage.time.poll(look, { withinMs, patienceMs });
    if (!found) throw await this.#unmet(`saw no message ${wordsOf(expected)} within ${withinMs} ms`, place);
    this.#before.set(found.ts, printOf(found));
    return found;
  }

  /**
   * Lets time pass, and expects that nothing new is to be seen then.
   * @throws AssertionError when there is something
   */
  async seesNothing({ in: place = this.#place, forMs = 2_000 }: { in?: Place; forMs?: number } = {}): Promise<void> {
    await this.#stage.time.pass(forMs);
    const [news] = await this.#news(place);
    if (news) throw await this.#unmet(`expected nothing, and saw "${news.text}"`, place);
  }

  /** Clicks a button, or chooses or enters `value` in an element: of a message here, or of the modal or Home tab that is open. */
  async clicks(
    actionId: string,
    { value, ts, view = false }: { value?: Values[string]; ts?: string; view?: boolean } = {},
  ): Promise<ActionInfo> {
    const place = view ? {} : await this.#goes({});
    return await this.#act({
      kind: 'block_action',
      ...place,
      actionId,
      ...(value !== undefined && { value }),
      ...(ts !== undefined && { ts }),
    });
  }

  /** Submits the modal that is open. The answer says what is wrong with the fields (`errors`), and which views are open then. */
  async submits(values: Values = {}): Promise<ActionInfo> {
    await this.#goes({});
    return await this.#act({ kind: 'view_submit', values });
  }

  /** Closes the modal that is open. */
  async closes(): Promise<ActionInfo> {
    await this.#goes({});
    return await this.#act({ kind: 'view_close' });
  }

  /** Runs a slash command: in the conversation with the bot, unless a channel is named. */
  async uses(command: string, text = '', where: Where = {}): Promise<ActionInfo> {
    const place = await this.#goes(where);
    return await this.#act({ kind: 'slash', ...place, command, text });
  }

  /** Uses a shortcut; with `on` the one in the menu of that message. */
  async usesShortcut(callbackId: string, { on }: { on?: MessageInfo } = {}): Promise<ActionInfo> {
    await this.#goes(on ? { channel: on.channel } : {});
    if (!on) return await this.#act({ kind: 'shortcut', callbackId });
    return await this.#act({ kind: 'message_action', channel: on.channel, ts: on.ts, callbackId });
  }

  /** Opens the bot's Home tab, and waits until the bot has published something. @throws AssertionError when it does not */
  async opensHome(waiting: Omit<Waiting, 'in'> = {}): Promise<ViewInfo> {
    const seq = await this.#stage.slack.lastSeq();
    await this.#goes({});
    await this.#act({ kind: 'open_home' });
    return await this.#view('home', waiting, { after: seq });
  }

  /** Opens the bot's assistant: a new thread, in which `says` writes. @param viewing The channel beside it, by name */
  async opensAssistant({ viewing }: { viewing?: string } = {}): Promise<{ channel: string; threadTs: string }> {
    await this.#goes({ to: 'bot' });
    const opened = { kind: 'assistant_thread', ...this.#who, ...(viewing !== undefined && { viewing }) } as const;
    const { team, ...change } = opened;
    return (await this.#stage.slack.changeTeam(team, change)) as { channel: string; threadTs: string };
  }

  /** Waits for a modal, and gives the top one. @throws AssertionError when none opens */
  async seesModal(waiting: Omit<Waiting, 'in'> = {}): Promise<ViewInfo> {
    return await this.#view('modal', waiting, { after: 0 });
  }

  /** Adds a reaction to a message. @param emoji Its name without colons */
  async reacts(emoji: string, { channel, ts }: MessageInfo): Promise<void> {
    await this.does({ kind: 'react', channel, ts, emoji });
  }

  /** Does something else: joins, leaves, edits, deletes, shares a file, stops an agent. See `PersonAct` of the simulator. */
  async does(act: ActWithoutWho): Promise<void> {
    await this.#goes('channel' in act && act.channel !== undefined ? { channel: act.channel } : {});
    await this.#stage.slack.act({ ...this.#who, ...act } as PersonAct);
  }

  /** How others mention this person in what they say: `<@U…>`. */
  async mention(): Promise<string> {
    return `<@${await this.#id()}>`;
  }

  /** The messages of a conversation as this person sees them, oldest first, with those that only this person sees. */
  async messages(place: Place = this.#place): Promise<MessageInfo[]> {
    const { slack } = this.#stage;
    const query = { ...this.#who, ...place };
    const [all, ephemeral] = await Promise.all([
      slack.messages({ ...query, limit: MOST_MESSAGES }),
      slack.ephemerals(query),
    ]);
    return [...all, ...ephemeral].toSorted((one, other) => Number(one.ts) - Number(other.ts));
  }

  /** The conversation as text, one message a line, the same in each run: for a snapshot. */
  async conversation(place: Place = this.#place): Promise<string> {
    const [messages, team] = await Promise.all([this.messages(place), this.#stage.slack.team(this.team)]);
    return conversationText(messages, team);
  }

  get #who() {
    return { team: this.team, ...(this.name !== undefined && { user: this.name }) };
  }

  /** What is done from now on is done there; what was there before is known. */
  async #goes({ to, channel }: Where): Promise<Place> {
    if (channel !== undefined) this.#place = { channel };
    else if (to !== undefined) this.#place = { to };
    this.#beforeSeq = await this.#stage.slack.lastSeq();
    const messages = await this.messages(this.#place);
    this.#before = new Map(messages.map((message) => [message.ts, printOf(message)]));
    return this.#place;
  }

  async #act(action: object): Promise<ActionInfo> {
    return await this.#stage.time.duringAct(this.#stage.slack.act({ ...this.#who, ...action } as ActionRequest));
  }

  /** Stays the same, whatever the person is called. */
  async #id(): Promise<string | undefined> {
    this.#knownId ??= (await this.#stage.teamOf(this.team)).users.find(({ name, isBot }) =>
      this.name === undefined ? !isBot : name === this.name,
    )?.id;
    return this.#knownId;
  }

  async #news(place: Place): Promise<MessageInfo[]> {
    const own = await this.#id();
    const messages = await this.messages(place);
    return messages.filter((message) => message.author !== own && this.#before.get(message.ts) !== printOf(message));
  }

  async #view(type: ViewInfo['type'], waiting: Omit<Waiting, 'in'>, { after }: { after: number }): Promise<ViewInfo> {
    const { withinMs, patienceMs } = { ...waitingDefaults, ...waiting };
    const isPublished = async () =>
      type === 'modal' || (await this.#stage.slack.log({ after, method: 'views.publish', kind: 'request' })).length > 0;
    let seq = after;
    const look = async () => {
      // Asked in this order: else what was shown before would be taken for what is published in between.
      const views = (await isPublished()) ? await this.#stage.slack.views(this.#who) : [];
      const found = views.findLast((view) => view.type === type);
      if (!found) seq = await this.#stage.time.moment(seq);
      return found;
    };
    const found = await this.#stage.time.poll(look, { withinMs, patienceMs });
    if (!found)
      throw await this.#unmet(`saw no ${type === 'home' ? 'Home tab' : 'modal'} within ${withinMs} ms`, this.#place);
    return found;
  }

  async #unmet(what: string, place: Place): Promise<AssertionError> {
    const conversation = await this.conversation(place);
    const who = `${this.name ?? 'the first person'} of ${this.team}`;
    const where = 'channel' in place ? `#${place.channel}` : 'the conversation with the bot';
    const happened = await whatHappened(this.#stage, { team: this.team, after: this.#beforeSeq });
    const message = [`${who} ${what}`, `${where}:`, indented(conversation || '(empty)'), happened].join('\n');
    return new AssertionError({ message });
  }
}

/** An act, without who does it. */
export type ActWithoutWho = PersonAct extends infer Act
  ? Act extends PersonAct
    ? Omit<Act, 'team' | 'user'>
    : never
  : never;

function printOf({ text, blocks, attachments, files }: MessageInfo): string {
  return JSON.stringify([text, blocks, attachments, files]);
}

function fitting(expected: Expected): (message: MessageInfo) => boolean {
  if (typeof expected === 'function') return expected;
  return ({ text }) => (typeof expected === 'string' ? text === expected : expected.test(text));
}

function wordsOf(expected: Expected): string {
  if (typeof expected === 'function') return 'that fits';
  return typeof expected === 'string' ? `"${expected}"` : `that matches ${expected}`;
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
