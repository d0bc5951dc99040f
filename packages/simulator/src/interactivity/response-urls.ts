/** Response URLs: addresses at which an app may answer what a person did, five times within half an hour. */
import type { Clock } from '../clock/clock.ts';
import type { App, Channel, Team } from '../workspace/model.ts';

/** (https://docs.slack.dev/interactivity/handling-user-interaction) */
export const RESPONSE_URL_USES = 5;
/** (https://docs.slack.dev/interactivity/handling-user-interaction) */
export const RESPONSE_URL_LIFETIME_MS = 30 * 60_000;
/** URLs that are remembered, so that a late one is told from one that never was. */
const URLS_KEPT = 2000;

/** What an answer goes to. */
export interface ResponseTarget {
  readonly app: App;
  readonly team: Team;
  readonly channel: Channel;
  /** Who sees an ephemeral answer. */
  readonly userId: string;
  /** The message with the button, which may be replaced or deleted; undefined for slash commands. */
  readonly original: { readonly ts: string; readonly isEphemeral: boolean } | undefined;
  /** Whether an answer that does not say takes the place of the original, as with attachments. @defaultValue false */
  readonly isReplacedByDefault?: boolean;
}

interface ResponseUrl {
  target: ResponseTarget;
  readonly issuedAtMs: number;
  uses: number;
}

/** Why a URL takes no more answers. */
export type ResponseUrlProblem = 'invalid_url' | 'expired_url' | 'used_url';

/** The response URLs of one simulator, by path. */
export class ResponseUrls {
  readonly #clock: Clock;
  readonly #makeSecret: () => string;
  readonly #urls = new Map<string, ResponseUrl>();

  constructor(clock: Clock, makeSecret: () => string) {
    this.#clock = clock;
    this.#makeSecret = makeSecret;
  }

  /** The path of a new URL, in the form of Slack's: /commands/… and /actions/… */
  open(kind: 'commands' | 'actions', target: ResponseTarget): string {
    const path = `/${kind}/${target.team.id}/${this.#makeSecret()}`;
    this.#urls.set(path, { target, issuedAtMs: this.#clock.now(), uses: 0 });
    if (this.#urls.size > URLS_KEPT) this.#forgetOldest();
    return path;
  }

  /** Uses a URL once. */
  use(path: string): ResponseTarget | ResponseUrlProblem {
    const url = this.#urls.get(path);
    if (!url) return 'invalid_url';
    if (this.#clock.now() - url.issuedAtMs > RESPONSE_URL_LIFETIME_MS) return 'expired_url';
    if (url.uses >= RESPONSE_URL_USES) return 'used_url';
    url.uses += 1;
    return url.target;
  }

  #forgetOldest(): void {
    const oldest = this.#urls.keys().next();
    if (!oldest.done) this.#urls.delete(oldest.value);
  }
}
