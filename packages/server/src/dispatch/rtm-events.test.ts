import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { BotServerError } from '../errors.ts';
import { anEnvelope } from '../inbox/inbox.test-kit.ts';
import { TestClock } from '../time/test-clock.ts';
import { createRtmEvents } from './rtm-events.ts';

const MIB = 1_048_576;

it('events that wait for a store that is away are bounded in bytes, are offered again, and what is lost is said', async () => {
  const clock = new TestClock();
  const lost: unknown[] = [];
  const stored: string[] = [];
  let isDown = true;
  const take = createRtmEvents({
    dispatcher: {
      async accept({ id }) {
        if (isDown) throw new BotServerError('store_unavailable', 'no');
        return stored.push(id) > 0;
      },
    },
    clock,
    log: { warn() {}, error: (facts) => lost.push((facts as { eventId: string }).eventId) },
  });
  const taken = Array.from({ length: 70 }, (_, index) => take(anEnvelope(`Ev${index}`, { sizeBytes: MIB })));
  await clock.settle();
  expect(lost).toEqual(['Ev64', 'Ev65', 'Ev66', 'Ev67', 'Ev68', 'Ev69']);
  isDown = false;
  await clock.advance(1_000);
  await Promise.all(taken);
  expect(stored).toHaveLength(64);
});

it('an event that waits takes no more memory the longer the store is away', async () => {
  const clock = new TestClock();
  const failures: WeakRef<object>[] = [];
  const accept = async () => {
    const failure = new BotServerError('store_unavailable', 'no');
    failures.push(new WeakRef(failure));
    throw failure;
  };
  const take = createRtmEvents({ dispatcher: { accept }, clock, log: { warn() {}, error() {} } });
  void take(anEnvelope('Ev1'));
  await clock.advance(100_000);
  expect(failures.length).toBeGreaterThan(90);
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  expect(failures.filter((failure) => failure.deref()).length).toBeLessThan(10);
});

it.each(['value_refused', 'server_stopped'] as const)(
  'an event that ends with %s is not offered again',
  async (code) => {
    const clock = new TestClock();
    let offers = 0;
    const accept = async () => {
      offers++;
      throw new BotServerError(code, 'no');
    };
    const lost: object[] = [];
    const take = createRtmEvents({
      dispatcher: { accept },
      clock,
      log: { warn() {}, error: (facts) => lost.push(facts) },
    });
    await take(anEnvelope('Ev1'));
    expect([offers, lost]).toMatchObject([1, [{ eventId: 'Ev1' }]]);
    expect(clock.pendingTimers).toBe(0);
  },
);
