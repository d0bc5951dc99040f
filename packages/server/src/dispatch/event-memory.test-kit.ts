/** A process whose listeners hang, for event-memory.test.ts: takes large events of one team and tells by IPC what that costs. */

import { createInbox } from '../inbox/create-inbox.ts';
import { envelopeOfCallback } from '../inbox/envelope.ts';
import { openSqliteStore } from '../store/sqlite-store.ts';
import { systemClock as clock } from '../time/clock.ts';
import { Dispatcher } from './dispatcher.ts';
import { ListenerWorks } from './listener-works.ts';

const [path = '', count = '0', sizeBytes = '0'] = process.argv.slice(2);
/** Few, so that what is on its way does not count. */
const AT_ONCE = 4;
const encoder = new TextEncoder();

const store = await openSqliteStore({ path });
const dispatcher = new Dispatcher({
  inbox: createInbox({ store, clock }),
  works: new ListenerWorks({ clock }),
  handle: () => new Promise(() => {}),
  shardOf: () => 0,
  handlingOf: () => 'hand_out',
  isUnknown: () => false,
  recheck: () => Promise.resolve('hand_out'),
  onLifecycleEvent() {},
  onFailure() {},
  describe: () => ({ code: 'listener_failed', message: '' }),
  clock,
  log: { info() {}, warn() {}, error() {}, debug() {} },
});
await dispatcher.takeOver('owner');
await dispatcher.begin();
const before = process.memoryUsage().rss;
for (let index = 0; index < Number(count); index += AT_ONCE) {
  await Promise.all(Array.from({ length: AT_ONCE }, (_, place) => deliver(index + place)));
}
// What is not used any more does not count.
global.gc?.();
process.send?.({ grownBytes: process.memoryUsage().rss - before, ...dispatcher.counts });
process.exit(0);

/** Again until it is stored, as Slack does: on a busy machine a commit of megabytes takes its time. */
async function deliver(index: number): Promise<void> {
  await dispatcher.accept(anEvent(index)).catch(() => deliver(index));
}

/** As a request brings it: the bytes and what was parsed of them. */
function anEvent(index: number) {
  const text = String(index).padEnd(Number(sizeBytes), 'x');
  const event = { type: 'message', channel: `C${index}`, text };
  const bytes = encoder.encode(JSON.stringify({ type: 'event_callback', event_id: `Ev${index}`, event }));
  const body = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  return envelopeOfCallback(body, { teamId: 'T1', bytes });
}
