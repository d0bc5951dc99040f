/** Makes ids, secrets, tokens and timestamps in the form of Slack's. Tokens carry `sim`, so that no scanner takes them for real. */
import { createHash } from 'node:crypto';
import type { Clock } from '../clock/clock.ts';
import type { Random } from '../clock/random.ts';

const ID_LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const SECRET_LETTERS = '0123456789abcdef';
const TOKEN_LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** What an id is for; its first letter, as on Slack. */
export type IdPrefix =
  | 'T'
  | 'E'
  | 'U'
  | 'B'
  | 'C'
  | 'G'
  | 'D'
  | 'A'
  | 'F'
  | 'V'
  | 'Ev'
  | 'Fa'
  | 'Q'
  | 'S'
  | 'Bk'
  | 'Rm'
  | 'Fn'
  | 'Fx'
  | 'Wx'
  | 'R';

/** The makers of one simulator; they share its random source and clock. */
export class Ids {
  readonly #random: Random;
  readonly #clock: Clock;
  #lastMicros = 0;

  constructor(random: Random, clock: Clock) {
    this.#random = random;
    this.#clock = clock;
  }

  /** For example T0A1B2C3D4. */
  id(prefix: IdPrefix): string {
    return `${prefix}0${this.#letters(ID_LETTERS, 8)}`;
  }

  /** Hexadecimal digits. */
  secret(length = 32): string {
    return this.#letters(SECRET_LETTERS, length);
  }

  token(prefix: 'xoxb' | 'xoxp' | 'xapp' | 'xoxe.xoxb-1' | 'xoxe.xoxp-1' | 'xoxe-1' | 'xwfp'): string {
    return `${prefix}-sim-${this.#letters(TOKEN_LETTERS, 32)}`;
  }

  /** A UUID in form, for client_msg_id. */
  uuid(): string {
    const hex = this.secret(32);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }

  /**
   * The next message timestamp: "seconds.micros", unique and rising in the whole simulator.
   * Slack promises that per channel only. (https://docs.slack.dev/legacy/legacy-rtm-api)
   */
  timestamp(): string {
    const micros = Math.max(Math.floor(this.#clock.now()) * 1000, this.#lastMicros + 1);
    this.#lastMicros = micros;
    return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, '0')}`;
  }

  #letters(alphabet: string, length: number): string {
    let text = '';
    for (let index = 0; index < length; index++) text += alphabet[this.#random(alphabet.length)];
    return text;
  }
}

/** The first 12 hexadecimal digits of the SHA-256 of a token: names it without showing it. */
export function tokenIdOf(value: string): string {
  return createHash('sha256').update(value).digest('hex').slice(0, 12);
}

/** What may be shown of a token: its kind and its last four characters. */
export function maskToken(value: string): string {
  return value.length < 16 ? '…' : `${value.slice(0, 8)}…${value.slice(-4)}`;
}
