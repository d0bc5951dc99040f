/** The lease of one node on a clock of its own, which a test moves: the process is frozen, and another node takes what it had. */
import { SHARD_COUNT } from '../team/shard.ts';
import { TestClock } from '../time/test-clock.ts';
import { LeaseOwner } from './lease-owner.ts';
import type { NodeRepository } from './node-repository.ts';
import type { Shard } from './ownership.ts';

/** By the defaults: longer than any lease. */
const FROZEN_MS = 12_000;

/** The rows are scripted; what the node makes of them is its own. */
export class MovedLease {
  readonly ownership: LeaseOwner;
  readonly #clock = new TestClock();
  readonly #rows = new Map<Shard, { owner: string | null; epoch: number }>();
  #leases: string[] = [];

  constructor() {
    for (let shard = 0; shard < SHARD_COUNT; shard++) this.#rows.set(shard, { owner: null, epoch: 0 });
    this.ownership = new LeaseOwner({
      repository: this.#repository(),
      closeRepository: () => {},
      identity: { host: 'test', pid: 1, packageVersion: '0', schemaVersion: 1, sealsWith: 'k1', facts: {} },
      opens: ['k1'],
      clock: this.#clock,
      log: { info() {}, warn() {}, error() {} },
      options: { socketSlots: 0 },
    });
  }

  /** Frozen for longer than the lease, while another node takes everything. Awake again this one soon has a lease, and no shard. */
  async freeze(): Promise<void> {
    const formerId = this.ownership.nodeId;
    this.#leases = ['other'];
    for (const row of this.#rows.values()) Object.assign(row, { owner: 'other', epoch: row.epoch + 1 });
    await this.#clock.leap(FROZEN_MS);
    for (let n = 0; n < 100 && !this.#isBack(formerId); n++) await this.#clock.advance(100);
    if (!this.#isBack(formerId)) throw new Error(`The node did not join again: ${this.ownership.state}`);
  }

  #isBack(formerId: string): boolean {
    return this.ownership.holdsLease() && this.ownership.nodeId !== formerId;
  }

  #repository(): NodeRepository {
    return {
      join: async (nodeId) => {
        this.#leases.push(nodeId);
        return true;
      },
      renew: async (nodeId) => this.#leases.includes(nodeId),
      survey: async () => ({
        survey: {
          nodes: this.#leases.map((nodeId) => ({ nodeId, state: 'ready', isAskedToDrain: false })),
          shards: Array.from(this.#rows, ([shard, row]) => ({ shard, ...row, hadDied: false })),
        },
        sealedWith: ['k1'],
      }),
      claim: async (nodeId, shards) => {
        return shards.map((shard) => {
          const epoch = (this.#rows.get(shard)?.epoch ?? 0) + 1;
          this.#rows.set(shard, { owner: nodeId, epoch });
          return { shard, epoch, hadDied: false };
        });
      },
      release: async () => {},
      disown: async () => {},
      leave: async () => {},
    };
  }
}
