import { describe, expect, it } from 'vitest';
import { Durations, Tally } from './tally.ts';

describe('a tally', () => {
  it('counts by the values of its labels', () => {
    const tally = new Tally('method', 'result');
    tally.add('chat.postMessage', 'ok');
    tally.add('chat.postMessage', 'ok');
    tally.addMany(3, 'auth.test', 'rate_limited');
    expect(tally.samples()).toEqual([
      { labels: { method: 'chat.postMessage', result: 'ok' }, value: 2 },
      { labels: { method: 'auth.test', result: 'rate_limited' }, value: 3 },
    ]);
  });

  it('without labels is 0 before the first', () => {
    const tally = new Tally();
    expect(tally.samples()).toEqual([{ labels: {}, value: 0 }]);
    tally.add();
    expect(tally.samples()).toEqual([{ labels: {}, value: 1 }]);
  });

  it('has the label values that are known from the beginning, with 0', () => {
    const tally = new Tally('code').withZero('listener_failed');
    expect(tally.samples()).toEqual([{ labels: { code: 'listener_failed' }, value: 0 }]);
    tally.add('listener_failed');
    expect(tally.samples()).toEqual([{ labels: { code: 'listener_failed' }, value: 1 }]);
  });

  it('keeps no more than 200 sets of labels, whoever makes up words', () => {
    const tally = new Tally('code');
    for (let n = 0; n < 100_000; n++) tally.add(`made_up_${n}`);
    const samples = tally.samples();
    expect(samples).toHaveLength(201);
    expect(samples.at(-1)).toEqual({ labels: { code: 'other' }, value: 99_800 });
  });

  it.each(['a sentence with "quotes"', 'line\nbreak', 'x'.repeat(65), 'nul\u0000', '', 'xoxb-test-1-abc'])(
    'shows no text of others as a label: %j',
    (text) => {
      const tally = new Tally('code');
      tally.add(text);
      expect(tally.samples()).toEqual([{ labels: { code: 'other' }, value: 1 }]);
    },
  );
});

describe('durations', () => {
  it('are counted in each bucket that they fit in, a bound included', () => {
    const durations = new Durations([0.01, 0.1]);
    for (const ms of [10, 11, 100, 101, -5]) durations.observe(ms);
    const [spread] = durations.spreads();
    expect(spread?.cumulative).toEqual([2, 4, 5]);
    expect(spread?.sum).toBeCloseTo(0.222);
  });

  it('are apart by their label', () => {
    const durations = new Durations([1], 'kind');
    durations.observe(1, 'read');
    durations.observe(2_000, 'write');
    expect(durations.spreads().map(({ label, cumulative }) => [label, cumulative])).toEqual([
      ['read', [1, 1]],
      ['write', [0, 1]],
    ]);
  });
});
