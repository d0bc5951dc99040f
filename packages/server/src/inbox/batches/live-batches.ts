/** The batches of which something is to do, in memory: which of their events are done, and what has to be written of that. */
import type { Statement } from '../../store/store.ts';
import type { Envelope } from '../envelope.ts';
import { finishRows } from '../insert-repository.ts';
import type { StoredEvent } from '../stored-event.ts';
import { dropBodies, markDone } from './batch-repository.ts';

/** A batch of which something is to do. */
export interface LiveBatch {
  firstSeq: number;
  receivedAtMs: number;
  /** Empty when nothing is left: a Map whose entries come and go keeps old ones alive for long, and they may not keep the events. */
  envelopes: readonly Envelope[];
  /** A byte per event, 1 = done or moved. */
  done: Uint8Array;
  left: number;
  /** Whether the table says that some are done. */
  hasMarks: boolean;
}

/** Events that count as done, and what a commit has to write for that. */
export interface Finishing {
  statements: Statement[];
  /** For a commit that failed: they are to do again. */
  readonly undo: () => void;
}

/** One per inbox. Writes nothing itself. */
export class LiveBatches {
  readonly #batches = new Map<number, LiveBatch>();
  /** The batch of each event that is not done, by `seq`. */
  readonly #bySeq = new Map<number, LiveBatch>();

  /** All, oldest first. */
  values(): LiveBatch[] {
    return Array.from(this.#batches.values());
  }

  /** The one that came first. */
  get oldest(): LiveBatch | undefined {
    const [oldest] = this.#batches.values();
    return oldest;
  }

  has(firstSeq: number): boolean {
    return this.#batches.has(firstSeq);
  }

  /** The batch in which an event waits; undefined when it is done or has a row of its own. */
  batchOf(seq: number): LiveBatch | undefined {
    return this.#bySeq.get(seq);
  }

  /** What is to do, oldest first. */
  *unfinished(): Generator<StoredEvent> {
    for (const { firstSeq, receivedAtMs, envelopes, done } of this.#batches.values()) {
      for (const [place, envelope] of envelopes.entries()) {
        if (done[place] === 0) yield { seq: firstSeq + place, envelope, attempts: 0, takeovers: 0, receivedAtMs };
      }
    }
  }

  /** A batch is committed. */
  add(envelopes: readonly Envelope[], { firstSeq, receivedAtMs }: { firstSeq: number; receivedAtMs: number }): void {
    const done = new Uint8Array(envelopes.length);
    const batch = { firstSeq, receivedAtMs, envelopes, done, left: envelopes.length, hasMarks: false };
    this.#batches.set(firstSeq, batch);
    for (let place = 0; place < envelopes.length; place++) this.#bySeq.set(firstSeq + place, batch);
  }

  /** Counts events as done at once, so that the next commit knows. What is in no batch is taken for a row. */
  finish(seqs: readonly number[]): Finishing {
    const touched = new Map<LiveBatch, { envelopes: readonly Envelope[]; seqs: number[] }>();
    const inRows: number[] = [];
    for (const seq of seqs) {
      const batch = this.#bySeq.get(seq);
      if (!batch) inRows.push(seq);
      else {
        const known = touched.get(batch);
        if (known) known.seqs.push(seq);
        else touched.set(batch, { envelopes: batch.envelopes, seqs: [seq] });
        this.#settle(batch, seq);
      }
    }
    const statements = [...Array.from(touched.keys()).flatMap(writeDone), ...finishRows(inRows)];
    const undo = () => {
      for (const [batch, before] of touched) this.#unsettle(batch, before);
    };
    return { statements, undo };
  }

  /** What was left of the batch has rows of its own. */
  moved(batch: LiveBatch): void {
    for (const [place, isDone] of batch.done.entries()) if (isDone === 0) this.#settle(batch, batch.firstSeq + place);
  }

  /** Nobody knows what became of the batch. */
  forget(batch: LiveBatch): void {
    this.#batches.delete(batch.firstSeq);
    for (const place of batch.done.keys()) this.#bySeq.delete(batch.firstSeq + place);
    batch.envelopes = [];
  }

  #settle(batch: LiveBatch, seq: number): void {
    this.#bySeq.delete(seq);
    batch.done[seq - batch.firstSeq] = 1;
    batch.left--;
    if (batch.left > 0) return;
    this.#batches.delete(batch.firstSeq);
    batch.envelopes = [];
  }

  #unsettle(batch: LiveBatch, { envelopes, seqs }: { envelopes: readonly Envelope[]; seqs: readonly number[] }): void {
    this.#batches.set(batch.firstSeq, batch);
    batch.envelopes = envelopes;
    // A commit of the same time may have worked: what the table says of marks is unknown.
    batch.hasMarks = true;
    for (const seq of seqs) {
      this.#bySeq.set(seq, batch);
      batch.done[seq - batch.firstSeq] = 0;
      batch.left++;
    }
  }
}

function writeDone(batch: LiveBatch): Statement[] {
  const { firstSeq, hasMarks } = batch;
  if (batch.left === 0) return dropBodies(firstSeq, { hasMarks });
  batch.hasMarks = true;
  return [markDone(firstSeq, batch.done.slice())];
}
