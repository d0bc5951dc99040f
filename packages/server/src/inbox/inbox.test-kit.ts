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
  const { all, get, run } = tx;
  const store = { engine: 'postgres', all: all.bind(tx), get: get.bind(tx), run: run.bind(tx) } as Partial<Store>;
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
