/**
 * A run through the methods of the registry as an app calls them, on one workspace: what each answered, and which events
 * it brought about. The stations of the run are the other files of this folder.
 */

import { eventCoverage } from '../../src/deliveries/coverage.test-data.ts';
import { type Simulator, startSimulator } from '../../src/index.ts';
import { webApiMethods } from '../../src/web-api/methods/registry.ts';
import { call, type Json } from '../support/slack.ts';
import { Ears } from './ears.ts';

/** Who calls: the bot and Ann by the tokens of a granular app, a classic bot, an app-level token, nobody. */
export type Caller = 'bot' | 'ann' | 'classic' | 'app' | 'nobody';

/** How one call is made. */
export interface CallOptions {
  /** Or a token. @defaultValue bot */
  readonly as?: Caller | { readonly token: string };
  /** The events that it brings about, `type` or `type:subtype`; each must arrive. */
  readonly tells?: readonly string[];
}

const scopesOfMethods = [...webApiMethods.values()].flatMap(({ scopes }) => [...scopes]);
const everyScope = [
  ...new Set(scopesOfMethods),
  'app_mentions:read',
  'chat:write.customize',
  'metadata.message:read',
  'users:read.email',
  'identity.avatar',
  'identity.email',
  'identity.team',
];
const messageEvents = ['message.channels', 'message.groups', 'message.im', 'message.mpim'];
const everyEvent = [...Object.keys(eventCoverage).filter((name) => !/^message(:|$)/.test(name)), ...messageEvents];

const granularApp = {
  name: 'Granular',
  kind: 'granular',
  isSocketModeOn: true,
  botScopes: everyScope,
  userScopes: everyScope,
  eventSubscriptions: everyEvent,
} as const;

export class Journey implements AsyncDisposable {
  /** What each method answered, oldest first. */
  readonly answers = new Map<string, Json[]>();
  /** The events that each method brought about. */
  readonly told = new Map<string, Set<string>>();
  /** Refusals, and events that did not arrive. */
  readonly failures: string[] = [];
  readonly slack: Simulator;
  readonly ears: Ears;
  /** By name: `ann`, `bob`, `general`, `random`, `team`, `bot` and `classic` (their users), `botId`, `app`. */
  readonly ids: Readonly<Record<string, string>>;
  /** What a station leaves for a later one: `thread`, the root of a thread in #general; `conversations`, separated by commas. */
  readonly marks = new Map<string, string>();
  readonly #tokens: Readonly<Record<Caller, string | undefined>>;

  private constructor(slack: Simulator, ears: Ears, ids: Record<string, string>, tokens: Journey['tokens']) {
    this.slack = slack;
    this.ears = ears;
    this.ids = ids;
    this.#tokens = tokens;
  }

  static async begin(): Promise<Journey> {
    const slack = await startSimulator({
      clock: { mode: 'manual' },
      app: granularApp,
      teams: [{ name: 'Acme', enterprise: { id: 'E0ACME', name: 'Acme Org' } }],
      // The run moves the clock by more than an hour.
      socketMode: { connectionSeconds: 1_000_000 },
    });
    const { control } = slack;
    const installed = await control.install({ team: 'Acme' });
    const classicApp = await control.addApp({ name: 'Classic', kind: 'classic' });
    const classic = await control.install({ team: 'Acme', app: classicApp.id });
    const [app] = await control.apps();
    const tokens = {
      bot: installed.botToken,
      ann: installed.userToken,
      classic: classic.botToken,
      app: app?.appLevelToken,
      nobody: undefined,
    };
    const { id: team, users, channels } = await control.team('Acme');
    const named = Object.fromEntries([...users, ...channels].map(({ id, name }) => [name, id]));
    const ids = {
      ...named,
      team,
      bot: installed.botUserId,
      botId: installed.botId,
      classic: classic.botUserId,
      app: app?.id ?? '',
    };
    const rtm = await call(slack, 'rtm.connect', tokens.classic);
    const socketMode = await call(slack, 'apps.connections.open', tokens.app);
    const ears = new Ears();
    await ears.listen(String(rtm.url));
    await ears.listen(String(socketMode.url));
    return new Journey(slack, ears, ids, tokens);
  }

  get tokens(): Readonly<Record<Caller, string | undefined>> {
    return this.#tokens;
  }

  /** Calls a method, waits for the events that it should bring about, and gives the answer. */
  readonly ask = async (method: string, fields: Json = {}, options: CallOptions = {}): Promise<Json> => {
    const { as = 'bot', tells = [] } = options;
    const token = typeof as === 'string' ? this.#tokens[as] : as.token;
    let answer: Json = {};
    await this.expectTold(method, tells, async () => {
      answer = await call(this.slack, method, token, asForm(fields));
      this.note(method, answer);
    });
    return answer;
  };

  /** Does something, and waits for the events that tell of an earlier call of the method. */
  readonly expectTold = async (
    method: string,
    tells: readonly string[],
    act: () => Promise<unknown>,
  ): Promise<void> => {
    const from = this.ears.heard.length;
    await act();
    const missing = await this.ears.missing(tells, from);
    const heard = this.ears.heard.slice(from).join(' ') || 'nothing';
    if (missing.length > 0) this.failures.push(`${method}: ${missing.join(' ')} did not arrive; heard: ${heard}`);
    const told = tells.filter((name) => !missing.includes(name));
    this.told.set(method, new Set([...(this.told.get(method) ?? []), ...told]));
  };

  /** Keeps an answer, also of a call that was made elsewhere. */
  readonly note = (method: string, answer: Json): void => {
    this.answers.set(method, [...(this.answers.get(method) ?? []), answer]);
    if (answer.ok !== true) this.failures.push(`${method}: ${JSON.stringify(answer)}`);
  };

  async [Symbol.asyncDispose](): Promise<void> {
    this.ears[Symbol.dispose]();
    await this.slack.stop();
  }
}

/** What stands at a path of an answer, as text: `read(answer, 'channel.id')`, `read(answer, 'items.0.ts')`. */
export function read(answer: Json, path: string): string {
  let value: unknown = answer;
  for (const step of path.split('.')) value = (value as Json | undefined)?.[step];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function asForm(fields: Json): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}
