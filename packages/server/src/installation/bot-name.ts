/**
 * What the public pages call the bot: the setting, or else what Slack said of the app when a team was identified, or else the
 * fallback. Costs no call: auth.test is asked anyway, and its answer is kept in the database.
 */
import type { ProbeIdentity } from '../slack/signal.ts';
import { type BotNameFound, readBotName, recordBotName } from '../store/identity-repository.ts';
import { cutText } from '../store/storable-text.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';

/** While nothing else is known. */
const FALLBACK = 'Slack bot';

/** As of APP_NAME: a longer one would break the headline. */
const MAX_LENGTH = 80;

/** What nobody sees, and marks that turn a line around. (https://www.unicode.org/reports/tr36/) */
const INVISIBLE = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** How old what was read may be: another node may have learned it. */
const MAX_AGE_MS = 60_000;

export interface BotNameDeps {
  storage: { store: Store };
  /** APP_NAME. */
  config: { appName?: string | undefined };
  clock: Pick<Clock, 'monotonic'>;
  log: { warn(facts: object, message: string): void };
}

/** One per process. */
export class BotName {
  readonly #deps: BotNameDeps;
  #known: string | null = null;
  #readAtMs = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;

  constructor(deps: BotNameDeps) {
    this.#deps = deps;
  }

  /** At once: what is old is read again for whoever asks next. */
  get current(): string {
    const { config, clock } = this.#deps;
    if (config.appName !== undefined) return config.appName;
    if (clock.monotonic() - this.#readAtMs >= MAX_AGE_MS) void this.load();
    return this.#known ?? FALLBACK;
  }

  /** Reads what is stored. Never rejects: a database that fails leaves what was known. */
  load(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** Keeps what an answer of auth.test by a bot's token calls the app. Never rejects: nothing else depends on it. */
  async note(identity: Pick<ProbeIdentity, 'appName' | 'botName'>): Promise<void> {
    const found = foundIn(identity);
    if (found) await this.#tried(async () => this.#learned(await recordBotName(this.#deps.storage.store, found)));
  }

  async #read(): Promise<void> {
    this.#readAtMs = this.#deps.clock.monotonic();
    await this.#tried(async () => this.#learned(await readBotName(this.#deps.storage.store)));
  }

  #learned(name: string | null): void {
    this.#known = name ?? this.#known;
  }

  async #tried(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'name of the bot not read or stored');
    }
  }
}

function foundIn({ appName, botName }: Pick<ProbeIdentity, 'appName' | 'botName'>): BotNameFound | undefined {
  const app = lineOf(appName);
  if (app) return { name: app, isOfApp: true };
  const bot = lineOf(botName);
  return bot ? { name: bot, isOfApp: false } : undefined;
}

/** One line that nothing in it turns around. */
function lineOf(name: string | null | undefined): string {
  return name ? cutText(name.replaceAll(/\s+/g, ' ').replaceAll(INVISIBLE, '').trim(), MAX_LENGTH) : '';
}
