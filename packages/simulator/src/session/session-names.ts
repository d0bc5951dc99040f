/** Names for what ids mean, so that a test reads well and fits another Slack: people, conversations, messages. */
import type { Channel, Team } from '../workspace/model.ts';
import type { World } from '../workspace/world.ts';

/** Source text that is no string: a variable, a call. */
export class Code {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

/** How a conversation is named in a request. */
export type Where = Readonly<Record<string, string | Code>>;

/** The names of one session; it also hands out variables for messages. */
export class SessionNames {
  readonly #world: World;
  readonly #variables = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  /** Direct messages between people, which have no name: by the id of the channel. */
  readonly rooms = new Map<string, { variable: string; team: string; user: string; users: string[] }>();

  constructor(world: World) {
    this.#world = world;
  }

  /** `said1`, `said2`, … */
  variable(word: string, ts: string): string {
    const name = `${word}${this.#next(word)}`;
    this.#variables.set(ts, name);
    return name;
  }

  /** The timestamp of a message that was made in the session. */
  ts(ts: string): Code | string {
    const variable = this.#variables.get(ts);
    return variable === undefined ? ts : new Code(`${variable}.ts`);
  }

  /** The variable of a message, when it has one. */
  variableOf(ts: string): string | undefined {
    return this.#variables.get(ts);
  }

  team(reference: string): string {
    return this.#world.findTeam(reference)?.name ?? reference;
  }

  user(team: string, reference: string): string {
    return this.#world.findTeam(team)?.users.get(reference)?.name ?? reference;
  }

  /** Undefined for the default app. */
  app(id: string | undefined): string | undefined {
    return id === undefined || id === this.#world.findApp()?.id ? undefined : id;
  }

  /** How somebody names a conversation; without a person: its first one. */
  where(teamId: string, reference: string, userId?: string): Where {
    const team = this.#world.findTeam(teamId);
    const channel = team && [...team.channels.values()].find(({ id, name }) => id === reference || name === reference);
    if (!team || !channel) return { team: this.team(teamId), channel: reference };
    if (channel.name !== '' && channel.kind !== 'mpim') return { team: team.name, channel: channel.name };
    const people = peopleIn(team, channel);
    const user = people.find(({ id, name }) => id === userId || name === userId) ?? people[0];
    const bot = [...channel.members].map((id) => team.users.get(id)).find((one) => one?.botId !== undefined);
    if (bot && user) {
      const app = this.app(bot.appId);
      return { team: team.name, to: 'bot', user: user.name, ...(app !== undefined && { app }) };
    }
    return { team: team.name, channel: new Code(`${this.#room(team, channel).variable}.channel`) };
  }

  /** Mentions as lookups: ids are others on another Slack. */
  text(teamId: string, text: string): string | Code {
    const team = this.#world.findTeam(teamId);
    if (!team) return text;
    let isCode = false;
    const parts = text.split(/(<@[A-Z0-9]+(?:\|[^>]*)?>)/).map((part) => {
      const name = team.users.get(/^<@([A-Z0-9]+)/.exec(part)?.[1] ?? '')?.name;
      if (name === undefined)
        return JSON.stringify(part).slice(1, -1).replaceAll('\\"', '"').replaceAll('`', '\\`').replaceAll('${', '\\${');
      isCode = true;
      return `\${await mention(${quoted(team.name)}, ${quoted(name)})}`;
    });
    return isCode ? new Code(`\`${parts.join('')}\``) : text;
  }

  #room(team: Team, channel: Channel) {
    const known = this.rooms.get(channel.id);
    if (known) return known;
    const names = peopleIn(team, channel).map(({ name }) => name);
    const room = {
      variable: `room${this.rooms.size + 1}`,
      team: team.name,
      user: names[0] ?? '',
      users: names.slice(1),
    };
    this.rooms.set(channel.id, room);
    return room;
  }

  #next(word: string): number {
    const count = (this.#counts.get(word) ?? 0) + 1;
    this.#counts.set(word, count);
    return count;
  }
}

function peopleIn(team: Team, channel: Channel) {
  return [...channel.members].flatMap((id) => {
    const user = team.users.get(id);
    return user && user.botId === undefined ? [user] : [];
  });
}

/** A literal as this repository writes them. */
export function quoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
  return inner.includes("'") ? JSON.stringify(text) : `'${inner}'`;
}

/** A value as source text. */
export function sourceOf(value: unknown): string {
  if (value instanceof Code) return value.source;
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(sourceOf).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const fields = Object.entries(value).filter(([, one]) => one !== undefined);
  if (fields.length === 0) return '{}';
  const key = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name));
  return `{ ${fields.map(([name, one]) => `${key(name)}: ${sourceOf(one)}`).join(', ')} }`;
}
