/** What tests of the inbox and of what stands before it have in common. */
import type { Statements, Store } from '../store/store.ts';
import { createInbox } from './create-inbox.ts';
import type { Envelope } from './envelope.ts';
import type { Inbox } from './inbox.ts';

/** A message of team T1. */
export function anEnvelope(id: string, over: Partial<Envelope> = {}): Envelope {
  return { id, teamId: 'T1', orderKey: undefined, type: 'message', body: { of: id }, ...over };
}

/** A shared inbox as part of a transaction that goes on. */
export function inboxWithin(tx: Statements, clock: { now: () => number }): Inbox {
  const statements: Statements = {
    all: (sql, params) => tx.all(sql, params),
    get: (sql, params) => tx.get(sql, params),
    run: (sql, params) => tx.run(sql, params),
  };
  const store: Partial<Store> = { engine: 'postgres', ...statements };
  return createInbox({ store: store as Store, clock, isShared: true });
}

/** The inbox with some of its methods replaced. */
export function overriding(whole: Inbox, methods: Partial<Inbox>): Inbox {
  const get = (target: Inbox, name: keyof Inbox) => {
    const value = methods[name] ?? target[name];
    return typeof value === 'function' ? value.bind(target) : value;
  };
  return new Proxy(whole, { get: (target, name) => get(target, name as keyof Inbox) });
}
