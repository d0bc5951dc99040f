/** Dispatchers of several nodes on one PostgreSQL, with ownership by script; the listeners' log is the witness. */
import { createInbox } from '../inbox/create-inbox.ts';
import type { Envelope } from '../inbox/envelope.ts';
import { anEnvelope, overriding } from '../inbox/inbox.test-kit.ts';
import type { Inbox } from '../inbox/inbox.ts';
import type { LifecycleEvent } from '../inbox/lifecycle-events.ts';
import type { Shard } from '../ownership/ownership.ts';
import { ScriptedNode } from '../ownership/scripted-cluster.test-kit.ts';
import { openTestStore, type TestStore } from '../store/store-fixture.test-kit.ts';
import { shardOf } from '../team/shard.ts';
import { TestClock } from '../time/test-clock.ts';
import { Dispatcher } from './dispatcher.ts';
import type { DispatcherOptions } from './dispatcher-options.ts';
import { ListenerWorks } from './listener-works.ts';

/** What a listener saw. */
export interface Handled {
  node: string;
  id: string;
  attempt: number;
}

export interface TestNode {
  name: string;
  owner: ScriptedNode;
  inbox: Inbox;
  dispatcher: Dispatcher;
  lifecycle: LifecycleEvent[];
  accept(id: string, over?: Partial<Envelope>): Promise<boolean>;
}

/** Has one clock, store and log for all its nodes. */
export class TestCluster {
  readonly clock = new TestClock(1_795_000_000_000);
  readonly store: TestStore;
  readonly log: Handled[] = [];
  readonly errors: string[] = [];
  /** Shards of installations, where a test moves a team; others go by the team. */
  readonly shards = new Map<string, Shard>();
  /** Whether notices get lost. */
  isDeaf = false;
  /** Listeners that wait, by node and event; without `isHeld` all end at once. */
  readonly ends = new Map<string, (error?: Error) => void>();
  isHeld = false;
  readonly #closes: (() => Promise<void>)[] = [];
  readonly #boards = new Set<(payload: string) => void>();

  private constructor(store: TestStore) {
    this.store = store;
  }

  static async open(): Promise<TestCluster> {
    return new TestCluster(await openTestStore({ engine: 'postgres' }));
  }

  /** For a test with many of them. */
  async close(): Promise<void> {
    for (const close of this.#closes) await close();
    await this.store.close();
  }

  shardOf(teamId: string): Shard {
    return this.shards.get(teamId) ?? shardOf(teamId);
  }

  async node(
    name: string,
    options: DispatcherOptions = {},
    over: (inbox: Inbox) => Partial<Inbox> = () => ({}),
  ): Promise<TestNode> {
    const { clock } = this;
    const store = await openTestStore({ engine: 'postgres', url: this.store.url, clock });
    this.#closes.push(async () => {
      await this.clock.advance(0);
      const stopped = dispatcher.stop({ graceMs: 0 });
      await this.clock.advance(0);
      await stopped;
      await store.close();
    });
    const whole = createInbox({ store, clock, isShared: true });
    const inbox = overriding(whole, over(whole));
    const owner = new ScriptedNode(store);
    const lifecycle: LifecycleEvent[] = [];
    const dispatcher = new Dispatcher({
      inbox,
      works: new ListenerWorks({ clock }),
      ownership: owner,
      notices: {
        notify: (_topic, payload) => this.#send(payload),
        on: (_topic, take) => {
          this.#boards.add(take);
          return () => void this.#boards.delete(take);
        },
      },
      shardOf: (teamId) => this.shardOf(teamId),
      handle: (envelope, facts) => this.#handle(name, envelope, facts),
      handlingOf: () => 'hand_out',
      isUnknown: () => false,
      recheck: () => Promise.resolve('hand_out'),
      onLifecycleEvent: (event) => void lifecycle.push(event),
      onFailure: () => {},
      describe: (error) => ({ code: 'listener_failed', message: (error as Error).message }),
      clock,
      log: {
        info() {},
        warn() {},
        error: (facts, message) => this.errors.push(`${message} ${JSON.stringify(facts)}`),
        debug() {},
      },
      options,
    });
    owner.follow(dispatcher.follower);
    await dispatcher.takeOver(name);
    await dispatcher.begin();
    const accept = (id: string, envelope: Partial<Envelope> = {}) => dispatcher.accept(anEnvelope(id, envelope));
    return { name, owner, inbox, dispatcher, lifecycle, accept };
  }

  /** Lets the listener of the event settle on that node, and what follows happen. */
  async end(node: TestNode, id: string, error?: Error): Promise<void> {
    this.ends.get(`${node.name} ${id}`)?.(error);
    await this.clock.advance(50);
  }

  /** Which events each node handled. */
  handledBy(node: TestNode): string[] {
    return this.log.filter(({ node: name }) => name === node.name).map(({ id }) => id);
  }

  attemptsOf(id: string): number[] {
    return this.log.filter((handled) => handled.id === id).map(({ attempt }) => attempt);
  }

  stateOf(id: string): Promise<unknown> {
    return this.store.get('select state from inbox where event_id = $1', [id]).then((row) => row?.state);
  }

  #send(payload: string): void {
    if (this.isDeaf) return;
    for (const take of this.#boards) take(payload);
  }

  #handle(node: string, { id }: Envelope, { attempt }: { attempt: number }): Promise<void> {
    this.log.push({ node, id, attempt });
    if (!this.isHeld) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.ends.set(`${node} ${id}`, (error) => (error ? reject(error) : resolve()));
    });
  }
}
