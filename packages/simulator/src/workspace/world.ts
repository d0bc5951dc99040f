/** The whole state of one simulated Slack: apps, teams and tokens, with the lookups that everything needs. */
import type { Clock } from '../clock/clock.ts';
import type { Random } from '../clock/random.ts';
import { ConfigTokens } from './config-tokens.ts';
import { DomainEvents } from './domain-events.ts';
import { FileStore } from './file-store.ts';
import { FunctionRuns } from './function-runs.ts';
import { type IdPrefix, Ids } from './ids.ts';
import { IssuedSecrets } from './issued-secrets.ts';
import type { App, Enterprise, RefreshToken, Team, Token } from './model.ts';
import { checkedStreams, type StreamOptions, type StreamSettings } from './stream-expiry.ts';
import type { Webhook } from './webhooks.ts';

/** The state. Changed only by the functions of this folder, which also emit what they did. */
export class World {
  readonly apps = new Map<string, App>();
  readonly teams = new Map<string, Team>();
  readonly enterprises = new Map<string, Enterprise>();
  readonly tokens = new Map<string, Token>();
  readonly refreshTokens = new Map<string, RefreshToken>();
  readonly configTokens = new ConfigTokens(this);
  /** By path. */
  readonly webhooks = new Map<string, Webhook>();
  readonly files = new FileStore();
  readonly secrets = new IssuedSecrets();
  readonly clock: Clock;
  readonly ids: Ids;
  readonly events: DomainEvents;
  /** When streams end by themselves. */
  readonly streams: StreamSettings;
  readonly functionRuns: FunctionRuns;
  readonly #isSecure: boolean;
  readonly #publicUrl: string | undefined;

  constructor(options: {
    clock: Clock;
    random: Random;
    /** Whether it is reached by TLS. */
    isSecure: boolean;
    /** Where clients reach it, without a slash at the end; undefined: as the request says. */
    publicUrl?: string | undefined;
    streams?: StreamOptions | undefined;
    onListenerError: (error: unknown) => void;
  }) {
    this.clock = options.clock;
    this.ids = new Ids(options.random, options.clock);
    this.events = new DomainEvents(options.onListenerError);
    this.streams = checkedStreams(options.streams);
    this.functionRuns = new FunctionRuns(this);
    this.#isSecure = options.isSecure;
    this.#publicUrl = options.publicUrl;
  }

  /** The beginning of a URL that leads back here, for a client that reached it as this `host:port`. */
  origin(host: string, protocol: 'http' | 'ws' = 'http'): string {
    if (this.#publicUrl !== undefined) return this.#publicUrl.replace(/^http/, protocol);
    return `${protocol}${this.#isSecure ? 's' : ''}://${host}`;
  }

  /** An id that nothing in `taken` has. */
  freshId(prefix: IdPrefix, taken: { has(id: string): boolean }): string {
    for (;;) {
      const id = this.ids.id(prefix);
      if (!taken.has(id)) return id;
    }
  }

  /** The app with that id; without an id the first one, which is the default app. */
  findApp(id?: string): App | undefined {
    return id === undefined ? this.apps.values().next().value : this.apps.get(id);
  }

  findAppByClientId(clientId: string): App | undefined {
    for (const app of this.apps.values()) if (app.clientId === clientId) return app;
    return undefined;
  }

  /** The organization with that id, made when it is new. */
  enterprise({ id, name }: { id: string; name: string }): Enterprise {
    const known = this.enterprises.get(id);
    if (known) return known;
    const enterprise: Enterprise = { id, name, installations: new Map() };
    this.enterprises.set(id, enterprise);
    return enterprise;
  }

  /** By id, or for convenience by name. */
  findEnterprise(reference: string): Enterprise | undefined {
    const byId = this.enterprises.get(reference);
    if (byId) return byId;
    for (const enterprise of this.enterprises.values()) if (enterprise.name === reference) return enterprise;
    return undefined;
  }

  /** By id, or for convenience by domain or name. */
  findTeam(reference: string): Team | undefined {
    const byId = this.teams.get(reference);
    if (byId) return byId;
    for (const team of this.teams.values()) if (team.domain === reference || team.name === reference) return team;
    return undefined;
  }
}
