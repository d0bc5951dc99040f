/**
 * Tells the owners of shards which events this node has stored for them. A notice is best effort: owners look into the table each
 * second. It names rows, so that an owner reads these alone, whatever else waits.
 */
import type { Shard } from '../ownership/ownership.ts';
import type { Clock, Timer } from '../time/clock.ts';

/** How nodes tell each other of events; see EventNotices. An empty payload says that some may have been lost. */
export interface NoticeBoard {
  notify(topic: 'inbox', payload: string): void;
  on(topic: 'inbox', listener: (payload: string) => void): () => void;
}

export interface EventNoticesDeps {
  /** Outside of the transaction that stored them: NOTIFY takes a lock of the whole database at its commit. Never throws. */
  send(payload: string): void;
  clock: Pick<Clock, 'after'>;
}

/** An event that was stored. */
export interface EventNotice {
  shard: Shard;
  seq: number;
}

/** Notices are sent at most so often, in milliseconds; the first one at once. */
const SEND_EVERY_MS = 20;
/** PostgreSQL takes payloads of less than 8,000 bytes. (https://www.postgresql.org/docs/current/sql-notify.html) */
const MAX_PAYLOAD = 7_900;

/** One per dispatcher. */
export class EventNotices {
  readonly #deps: EventNoticesDeps;
  #untold: EventNotice[] = [];
  #isPlanned = false;
  #timer: Timer | undefined;

  constructor(deps: EventNoticesDeps) {
    this.#deps = deps;
  }

  /** Those of one flush share a notice. */
  tell(notice: EventNotice): void {
    this.#untold.push(notice);
    if (this.#isPlanned || this.#timer) return;
    this.#isPlanned = true;
    queueMicrotask(() => this.#send());
  }

  /** What is untold is found by the owners themselves. */
  stop(): void {
    this.#timer?.cancel();
  }

  #send(): void {
    this.#isPlanned = false;
    for (const payload of payloadsOf(this.#untold.splice(0))) this.#deps.send(payload);
    this.#timer = this.#deps.clock.after(SEND_EVERY_MS, () => {
      this.#timer = undefined;
      if (this.#untold.length > 0) this.#send();
    });
  }
}

/** As few as hold them all: `shard:seq,seq shard:seq`. */
export function* payloadsOf(notices: readonly EventNotice[]): Generator<string> {
  let payload = '';
  let last: Shard | undefined;
  for (const { shard, seq } of notices.toSorted((a, b) => a.shard - b.shard || a.seq - b.seq)) {
    let more = shard === last ? `,${seq}` : ` ${shard}:${seq}`;
    if (payload.length + more.length > MAX_PAYLOAD) {
      yield payload;
      payload = '';
      more = ` ${shard}:${seq}`;
    }
    payload += payload === '' ? more.trimStart() : more;
    last = shard;
  }
  if (payload !== '') yield payload;
}

/** What a payload names; whatever is no notice is left out. */
export function noticesIn(payload: string): EventNotice[] {
  return payload.split(' ').flatMap((part) => {
    const [shard, seqs = ''] = part.split(':');
    return seqs.split(',').flatMap((seq) => (/^\d+$/.test(seq) ? [{ shard: Number(shard), seq: Number(seq) }] : []));
  });
}
