/** Values that are the same in each run: ids and timestamps get names, in the order in which they appear. */
import type { TeamInfo } from 'slack-simulator';

/** An id as Slack makes it: U0A1B2C3D4, T…, Ev…. */
const ID = /\b(?:[TEUWBCGDAFVSQR]|Ev|Fa|Bk|Rm|Fn|Fx|Wx)0[0-9A-Z]{8,}\b/g;
/** A timestamp of a message, or of an action. */
const TIMESTAMP = /\b\d{10}\.\d{6}\b/g;
/** Of a trigger: three numbers with dots, the last one hexadecimal. */
const TRIGGER = /\b\d+\.\d+\.[0-9a-f]{32}\b/g;

/** Gives stable names; the same value gets the same one as long as it is used. */
export class StableNames {
  readonly #names = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  /** Knows the people, channels and bots of workspaces by what they are called. */
  know({ id, name, users, channels, installations }: TeamInfo): void {
    this.#names.set(id, name);
    for (const user of users) this.#names.set(user.id, user.name);
    for (const channel of channels) if (channel.name !== '') this.#names.set(channel.id, channel.name);
    for (const { botId, botUserId } of installations)
      this.#names.set(botId, `${this.#names.get(botUserId) ?? 'bot'}.bot`);
  }

  /** The text with names in place of ids and timestamps. */
  text(text: string): string {
    return text
      .replaceAll(TRIGGER, (found) => this.#nameOf(found, 'trigger'))
      .replaceAll(TIMESTAMP, (found) => this.#nameOf(found, 'ts'))
      .replaceAll(ID, (found) => this.#nameOf(found, found.replace(/0.*/, '')));
  }

  /** A copy of plain data with every text in it made stable; `block_id`s that Slack made up get names, too. */
  value<T>(value: T): T {
    const copy: unknown = JSON.parse(JSON.stringify(value ?? null), (key, part: unknown) => {
      if (typeof part !== 'string') return part;
      return key === 'block_id' && MADE_UP.test(part) ? this.#nameOf(part, 'block') : this.text(part);
    });
    return copy as T;
  }

  #nameOf(found: string, kind: string): string {
    const known = this.#names.get(found);
    if (known !== undefined) return known;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    const name = `${kind}-${count}`;
    this.#names.set(found, name);
    return name;
  }
}

/** Five letters and digits, at least one of each case or a digit: nobody names a block so. */
const MADE_UP = /^(?=.*[A-Z0-9])[A-Za-z0-9+/=]{3,5}$/;
