/** A workspace on a stage: it installs the bot, removes it, and comes back. */
import { AssertionError } from 'node:assert';
import type { MessageInfo, TeamInfo } from 'slack-simulator';
import type { BotServerEventName } from '../events.ts';
import { Person, type Waiting, waitingDefaults } from './person.ts';
import { headlineOf } from './slack-button.ts';
import type { Stage } from './stage.ts';

export class StageTeam {
  /** Its id, domain or name. */
  readonly name: string;
  readonly #stage: Stage;

  constructor(stage: Stage, name: string) {
    this.#stage = stage;
    this.name = name;
  }

  /** Its people, channels and installations now. @throws SimulatorError `not_found` */
  async info(): Promise<TeamInfo> {
    return await this.#stage.slack.team(this.name);
  }

  /** One of its people. @param name @defaultValue the first one; a new workspace has ann and bob */
  person(name?: string): Person {
    return new Person(this.#stage, { team: this.name, name });
  }

  /** How people mention the bot in what they say: `<@U…>`. */
  async botMention(): Promise<string> {
    const [installation] = (await this.info()).installations;
    return `<@${installation?.botUserId}>`;
  }

  /**
   * Somebody adds the bot by the Slack button, also again. With RTM and Socket Mode it hears the workspace then.
   * @throws AssertionError when the page says that it did not work
   */
  async installs(): Promise<void> {
    const { slack, time } = this.#stage;
    const after = await slack.lastSeq();
    const page = await this.#stage.register(this.name);
    if (page.status !== 200) {
      throw new AssertionError({ message: `${this.name} could not add the bot: ${page.status} ${headlineOf(page)}` });
    }
    if (this.#stage.transport !== 'rtm') return;
    const { id } = await this.info();
    await time.until(({ kind, team, ok }) => kind === 'socket_open' && team === id && ok !== false, {
      after,
      what: `a socket of ${this.name}`,
    });
  }

  /** Somebody removes the app, and the server finds out. @throws AssertionError when it does not within a minute */
  async uninstalls(): Promise<void> {
    await this.#stage.break({ kind: 'remove_app', team: this.name });
    await this.told('deactivated', { withinMs: 60_000 });
  }

  /**
   * Waits until a hook of the server was told of this workspace since the last call.
   * @throws AssertionError when that does not happen in time
   */
  async told(name: BotServerEventName, waiting: Omit<Waiting, 'in'> = {}): Promise<void> {
    const { id } = await this.info();
    const { witness, time } = this.#stage;
    const look = async () => {
      const index = witness.hooks.findIndex((hook) => hook.name === name && hook.teamId === id);
      if (index >= 0) return witness.hooks.splice(index, 1);
      await time.moment(await this.#stage.slack.lastSeq());
      return undefined;
    };
    const { withinMs, patienceMs } = { ...waitingDefaults, ...waiting };
    if (await time.poll(look, { withinMs, patienceMs })) return;
    throw new AssertionError({ message: `The hook ${name} was not told of ${this.name} within ${withinMs} ms` });
  }

  /** The messages of a channel, oldest first. @param channel Its name or id */
  async messages(channel: string): Promise<MessageInfo[]> {
    return await this.#stage.slack.messages({ team: this.name, channel, limit: 500 });
  }
}
