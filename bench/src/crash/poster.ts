/** Posts signed events like Slack: what got no 200 comes again, with the same id. Remembers what got one. */
import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { bodyOf, type EventFacts, headersOf, nthEvent, type Redelivery, type Spread } from '../events/event.ts';

export interface PosterOptions {
  secret: string;
  spread: Spread;
  /** Requests under way at once. */
  inFlight: number;
  /** Asked before each new event. */
  mayPost(): boolean;
}

export interface PostOptions {
  port: number;
  signal: AbortSignal;
}

/** An event that has not been accepted yet, or is sent once more on purpose. */
interface Posting {
  facts: EventFacts;
  redelivery: Redelivery | undefined;
}

const ID_BYTES = 6;
const TIMEOUT_MS = 10_000;
const PAUSE_MS = 5;
/** So many of the last accepted ones are sent again after a restart, as if Slack had not heard the 200. */
const DOUBTED = 20;

export class Poster {
  /** When each event got its first 200. */
  readonly accepted = new Map<string, number>();
  readonly #options: PosterOptions;
  #recent: EventFacts[] = [];
  #owed: Posting[] = [];
  #underWay = 0;
  #number = 0;

  constructor(options: PosterOptions) {
    this.#options = options;
  }

  /** Events without a 200. */
  get owed(): number {
    return this.#owed.length + this.#underWay;
  }

  /** Posts until the signal; what was under way then is owed. */
  async post(options: PostOptions): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: this.#options.inFlight });
    await Promise.all(Array.from({ length: this.#options.inFlight }, () => this.#postOnes(options, agent)));
    agent.destroy();
  }

  /** Sends events again that were accepted: a server must know them. */
  doubt(): void {
    const redelivery = { num: 1, reason: 'http_timeout' };
    this.#owed.push(...this.#recent.slice(-DOUBTED).map((facts) => ({ facts, redelivery })));
  }

  async #postOnes({ port, signal }: PostOptions, agent: Agent): Promise<void> {
    while (!signal.aborted) {
      const posting = this.#owed.shift() ?? (this.#options.mayPost() ? this.#next() : undefined);
      if (!posting) {
        await sleep(PAUSE_MS);
        continue;
      }
      this.#underWay++;
      const isAccepted = await this.#send(posting, { port, agent });
      this.#underWay--;
      if (isAccepted) this.#note(posting.facts);
      else this.#owe(posting);
      if (!isAccepted) await sleep(PAUSE_MS);
    }
  }

  #next(): Posting {
    const random = randomBytes(ID_BYTES).toString('hex').toUpperCase();
    return { facts: nthEvent(this.#number++, random, this.#options.spread), redelivery: undefined };
  }

  #note(facts: EventFacts): void {
    if (this.accepted.has(facts.eventId)) return;
    this.accepted.set(facts.eventId, Date.now());
    this.#recent.push(facts);
    if (this.#recent.length > 2 * DOUBTED) this.#recent = this.#recent.slice(-DOUBTED);
  }

  #owe({ facts, redelivery }: Posting): void {
    this.#owed.push({ facts, redelivery: { num: (redelivery?.num ?? 0) + 1, reason: 'connection_failed' } });
  }

  #send({ facts, redelivery }: Posting, { port, agent }: { port: number; agent: Agent }): Promise<boolean> {
    const nowSeconds = Math.floor(Date.now() / 1_000);
    const body = bodyOf(facts, nowSeconds);
    const headers = headersOf(body, { secret: this.#options.secret, nowSeconds, redelivery });
    return new Promise((resolve) => {
      const to = {
        host: '127.0.0.1',
        port,
        path: '/slack/events',
        method: 'POST',
        headers,
        agent,
        timeout: TIMEOUT_MS,
      };
      const posted = request(to, (response) => {
        response.resume();
        response.on('close', () => resolve(response.statusCode === 200));
      });
      posted.on('timeout', () => posted.destroy());
      posted.on('error', () => resolve(false));
      posted.end(body);
    });
  }
}
