/** What a stream makes of Slack's answers, and how long it waits for them. */
import { ErrorCode } from '@slack/web-api';
import { expect, it } from 'vitest';
import { TestClock } from '../../time/test-clock.ts';
import { StreamCalls } from './stream-calls.ts';

const place = { channel: 'D1', ts: '1.1' };

function limited(retryAfter: number): Error {
  return Object.assign(new Error('limited'), { code: ErrorCode.RateLimitedError, retryAfter });
}

function aStream(chat: object, signal: AbortSignal = new AbortController().signal) {
  const clock = new TestClock();
  return { clock, calls: new StreamCalls({ client: { chat } as never, clock, signal }) };
}

it('takes an answer without a timestamp for none, and begins again', async () => {
  const answers = [{ ok: true }, { ok: true, ts: 7 }, { ok: true, ts: '1.2' }];
  const { clock, calls } = aStream({ startStream: async () => answers.shift() });
  const started = calls.start({ channel: 'D1', thread_ts: '1.0' });
  await clock.advance(500);
  await clock.advance(1_000);
  expect(await started).toBe('1.2');
});

it('waits for a limit of Slack until its time is over', async () => {
  const ending = new AbortController();
  const { clock, calls } = aStream({ appendStream: () => Promise.reject(limited(3_600)) }, ending.signal);
  const appended = calls.append(place, []);
  await clock.advance(1_000);
  ending.abort(new Error('drained'));
  await expect(appended).rejects.toThrow('drained');
});

it('waits half a minute altogether for what it finishes after its time, and not an hour', async () => {
  const waits = [10, 20, 3];
  const { clock, calls } = aStream(
    { stopStream: () => Promise.reject(limited(waits.shift() ?? 0)) },
    AbortSignal.abort(new Error('drained')),
  );
  const stopped = calls.stop(place);
  stopped.catch(() => {});
  await clock.advance(10_000);
  await clock.advance(20_000);
  await expect(stopped).rejects.toThrow('limited');
  expect(waits).toEqual([]);
});
