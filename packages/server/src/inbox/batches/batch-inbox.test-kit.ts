/** A BatchInbox on a store whose next commits fail as the test says, and short questions to it. */
import { setImmediate } from 'node:timers/promises';
import { BotServerError } from '../../errors.ts';
import type { Statement, Transaction, TransactionOptions } from '../../store/store.ts';
import { openTestStore, type TestStore } from '../../store/store-fixture.test-kit.ts';
import { anEnvelope } from '../inbox.test-kit.ts';
import { BatchInbox } from './batch-inbox.ts';

export const NOW = 1_795_000_000_000;
export const FAILURE = { code: 'listener_failed', message: 'boom' };

/** A store whose next commits fail, before or after they are made; and an inbox on it. */
export async function anInbox() {
  const store = await openTestStore();
  const time = { nowMs: NOW };
  const faults: ('lost' | 'answer lost' | undefined)[] = [];
  const failing = new Proxy<TestStore>(store, {
    get(target, name: keyof TestStore) {
      const value: unknown = target[name];
      if (name === 'together') {
        return async (statements: readonly Statement[]) => {
          const fault = faults.shift();
          const rows = fault === 'lost' ? [] : await target.together(statements);
          if (fault) throw new BotServerError('store_unavailable', fault);
          return rows;
        };
      }
      if (name === 'transaction') {
        return async (options: TransactionOptions, work: (tx: Transaction) => Promise<unknown>) => {
          const fault = faults.shift();
          const result = await target.transaction(options, async (tx) => {
            const done = await work(tx);
            if (fault === 'lost') throw new BotServerError('store_unavailable', fault);
            return done;
          });
          if (fault) throw new BotServerError('store_unavailable', fault);
          return result;
        };
      }
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const open = () => new BatchInbox({ store: failing, clock: { now: () => time.nowMs } });
  return { store, time, faults, open, inbox: open() };
}
/** As settlements.ts and Slack do it: again, until it works. */
export async function untilWritten<T>(write: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await write();
    } catch {}
  }
}

export async function eventLoopTurns(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await setImmediate();
}

export async function insert(inbox: BatchInbox, ids: readonly string[]): Promise<number[]> {
  return [...(await inbox.insert(ids.map((id) => anEnvelope(id)))).values()];
}

export async function statesOf(inbox: BatchInbox): Promise<Record<string, string>> {
  return Object.fromEntries((await inbox.list({ limit: 100 })).map(({ eventId, state }) => [eventId, state]));
}

export async function readyOf(inbox: BatchInbox, teamId: string): Promise<string[]> {
  return (await inbox.ready(teamId, { afterSeq: 0, limit: 100 })).map(({ envelope }) => envelope.id);
}
