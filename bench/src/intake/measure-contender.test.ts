/** What one run of the generator says of a server. */
import { expect, it } from 'vitest';
import { valuesOf } from './measure-contender.ts';

it('counts the time until the last event was handled, so that a queue which only grows is no speed', () => {
  const usage = { cpuMs: 0, rssBytes: 2 ** 20, handled: 0, lastHandledAtMs: 0 };
  const values = valuesOf({
    before: usage,
    atEnd: { ...usage, handled: 600 },
    endedAtMs: 10_000,
    after: { ...usage, handled: 1_000, cpuMs: 50, lastHandledAtMs: 11_000 },
    result: {
      requests: 1_000,
      durationMs: 1_000,
      p50Ms: 1,
      p99Ms: 2,
      failed: 0,
      sent: 1_000,
      isExhausted: false,
      cpuMs: 250,
    },
  });
  expect(values).toMatchObject({ accepted: 1_000, handled: 500, backlog: 400, cpuMicros: 50, generatorBusy: 0.25 });
});
