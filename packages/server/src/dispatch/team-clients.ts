/**
 * The clients that listeners get. One of the SDK takes 26 KB and 0.13 ms to make (measured with 8.2), nearly all of it a function for each method
 * of the Web API, and there are as many as teams: so each is made when something of it is first used, and those that were not used for
 * longest are forgotten and made once more.
 */
import { WebClient } from '@slack/web-api';

/** Some 50 MB; with more teams that talk at the same time some are made again and again, which costs less than what they say. */
const MOST_MADE = 2_000;

export class TeamClients {
  readonly #most: number;
  /** By the proxy's target; the one that was used last is the last. */
  readonly #made = new Map<object, WebClient>();

  constructor({ most = MOST_MADE } = {}) {
    this.#most = most;
  }

  /** How many there are of the SDK's now. */
  get size(): number {
    return this.#made.size;
  }

  /** @param make Called when the client is first used, and again when it was forgotten meanwhile: must make the same one */
  add(make: () => WebClient): WebClient {
    const target: WebClient = Object.create(WebClient.prototype);
    return new Proxy(target, new LazyClient(() => this.#use(target, make)));
  }

  #use(key: object, make: () => WebClient): WebClient {
    const client = this.#made.get(key) ?? make();
    this.#made.delete(key);
    this.#made.set(key, client);
    if (this.#made.size > this.#most) this.#made.delete(this.#made.keys().next().value ?? key);
    return client;
  }
}

/** Does with the client, made by then, whatever is done with the proxy. */
class LazyClient implements ProxyHandler<WebClient> {
  readonly #client: () => WebClient;

  constructor(client: () => WebClient) {
    this.#client = client;
  }

  get(_target: WebClient, property: string | symbol): unknown {
    return Reflect.get(this.#client(), property);
  }

  set(_target: WebClient, property: string | symbol, value: unknown): boolean {
    return Reflect.set(this.#client(), property, value);
  }

  has(_target: WebClient, property: string | symbol): boolean {
    return Reflect.has(this.#client(), property);
  }

  deleteProperty(_target: WebClient, property: string | symbol): boolean {
    return Reflect.deleteProperty(this.#client(), property);
  }

  ownKeys(): (string | symbol)[] {
    return Reflect.ownKeys(this.#client());
  }

  getOwnPropertyDescriptor(_target: WebClient, property: string | symbol): PropertyDescriptor | undefined {
    return Reflect.getOwnPropertyDescriptor(this.#client(), property);
  }

  defineProperty(_target: WebClient, property: string | symbol, descriptor: PropertyDescriptor): boolean {
    return Reflect.defineProperty(this.#client(), property, descriptor);
  }
}
