import { describe, expect, it } from 'vitest';
import { type EventTrace, linesOf } from './waterfall-steps.ts';

const AT_MS = Date.UTC(2026, 10, 24, 9, 12, 3);
const at = (afterMs: number) => new Date(AT_MS + afterMs).toISOString();
const run = (of: Partial<EventTrace['runs'][number]> = {}): EventTrace['runs'][number] => ({
  attempt: 1,
  node: 'n1',
  result: 'handled',
  startedAt: at(10),
  ms: 90,
  listeners: ['message("hi")'],
  calls: [],
  moreCalls: 0,
  error: null,
  at: null,
  ...of,
});

describe('the lines of an event', () => {
  it('go from its arrival over the store and its turn to the listeners and their calls', () => {
    const calls = [
      { method: 'chat.update', result: 'error', code: 'not_in_channel', afterMs: 60, ms: 20 },
      { method: 'chat.postMessage', result: 'ok', code: null, afterMs: 5, ms: 40 },
    ];
    const [line] = linesOf({ receivedAt: at(0), storedAt: at(4), repeats: 0, runs: [run({ calls })] }, AT_MS);
    expect(line?.spanMs).toBe(100);
    expect(line?.steps.map(({ name, fromMs, ms, detail }) => [name, fromMs, ms, detail])).toEqual([
      ['Stored', 0, 4, 'before Slack is answered'],
      ['Waited', 4, 6, 'for its turn'],
      ['Handled', 10, 90, 'message("hi")'],
      ['chat.postMessage', 15, 40, undefined],
      ['chat.update', 70, 20, 'not_in_channel'],
    ]);
  });

  it('are one for each attempt: a replay days later does not squeeze the first one', () => {
    const later = run({ attempt: 2, startedAt: at(86_400_000), ms: 30 });
    const lines = linesOf(
      { receivedAt: at(0), storedAt: null, repeats: 0, runs: [run({ result: 'failed' }), later] },
      AT_MS,
    );
    expect(lines.map(({ title, spanMs }) => [title, spanMs])).toEqual([
      ['Attempt 1', 100],
      ['Attempt 2', 30],
    ]);
    expect(lines[0]?.steps[0]).toMatchObject({ name: 'Stored and waited', ms: 10 });
  });

  it('go on while it runs or waits', () => {
    const running = run({ result: 'running', ms: null });
    const [runs] = linesOf({ receivedAt: at(0), storedAt: at(0), repeats: 0, runs: [running] }, AT_MS + 1_010);
    expect(runs?.spanMs).toBe(1_010);
    const [waits] = linesOf({ receivedAt: at(0), storedAt: at(5), repeats: 0, runs: [] }, AT_MS + 500);
    expect(waits?.steps.map(({ name, ms }) => [name, ms])).toEqual([
      ['Stored', 5],
      ['Waited', 495],
    ]);
  });

  it('are none where nothing is remembered', () => {
    expect(linesOf({ receivedAt: null, storedAt: null, repeats: 0, runs: [] }, AT_MS)).toEqual([]);
  });
});
