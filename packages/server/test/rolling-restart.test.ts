/** P4 in a deployment over HTTP and Socket Mode: three servers, restarted one after the other under load. RTM: rolling-restart-rtm.test.ts. */
import { expect, it } from 'vitest';
import { rollingRestart } from './rolling-restart.test-kit.ts';

/** No event may be later, in milliseconds: one that waits until a lease is over, because nobody handed it on, is 7.5 s late at least. */
const LATE_MS = 7_000;
const TIMEOUT_MS = 240_000;

it.each(['http', 'socket'] as const)(
  'three servers that are restarted one after the other answer each event once and soon, over %s',
  async (transport) => {
    const { said } = await rollingRestart(transport);
    expect(said.length).toBeGreaterThan(30);
    expect(said.filter(({ answeredAtMs }) => answeredAtMs.length !== 1)).toEqual([]);
    expect(said.filter(({ atMs, answeredAtMs: [at = 0] }) => at - atMs > LATE_MS)).toEqual([]);
  },
  TIMEOUT_MS,
);
