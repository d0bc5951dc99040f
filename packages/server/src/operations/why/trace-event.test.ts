import { describe, expect, it } from 'vitest';
import type { FactDetails, FactKind } from '../../history/fact.ts';
import type { EventEvidence, KnownFact, KnownHeld } from './evidence.ts';
import { traceOf } from './trace-event.ts';

const AT_MS = Date.UTC(2026, 10, 24, 9, 12, 3);
const at = (afterMs: number) => new Date(AT_MS + afterMs).toISOString();

const fact = (kind: FactKind, afterMs: number, details: FactDetails): KnownFact => ({
  kind,
  atMs: AT_MS + afterMs,
  node: 'n1',
  eventId: 'Ev1',
  teamId: 'T1',
  type: 'message',
  channel: 'C1',
  ts: '1.1',
  details,
});

const evidence = (facts: readonly KnownFact[], held?: KnownHeld): EventEvidence => ({
  eventId: 'Ev1',
  facts,
  held,
  entry: undefined,
  plan: undefined,
  team: undefined,
  teamId: 'T1',
});

describe('the trace of an event', () => {
  it('has its times, each run, and the calls of each run where they began', () => {
    const first = {
      receivedAtMs: AT_MS,
      storedAtMs: AT_MS + 4,
      startedAtMs: AT_MS + 10,
      ms: 200,
      attempt: 1,
      listeners: ['message("hi")'],
      calls: [{ method: 'chat.postMessage', result: 'ok', ms: 120, afterMs: 30 }],
      code: 'listener_failed',
      at: 'bot.ts:3:1',
    };
    const second = { startedAtMs: AT_MS + 900, ms: 50, attempt: 2, listeners: ['message("hi")'], moreCalls: 3 };
    const facts = [fact('failed', 210, first), fact('repeated', 300, {}), fact('handled', 950, second)];
    expect(traceOf(evidence(facts))).toEqual({
      receivedAt: at(0),
      storedAt: at(4),
      repeats: 1,
      runs: [
        {
          attempt: 1,
          node: 'n1',
          result: 'failed',
          startedAt: at(10),
          ms: 200,
          listeners: ['message("hi")'],
          calls: [{ method: 'chat.postMessage', result: 'ok', code: null, afterMs: 30, ms: 120 }],
          moreCalls: 0,
          error: 'listener_failed',
          at: 'bot.ts:3:1',
        },
        {
          attempt: 2,
          node: 'n1',
          result: 'handled',
          startedAt: at(900),
          ms: 50,
          listeners: ['message("hi")'],
          calls: [],
          moreCalls: 3,
          error: null,
          at: null,
        },
      ],
    });
  });

  it('has the run that is under way', () => {
    const held: KnownHeld = {
      node: 'n2',
      eventId: 'Ev1',
      teamId: 'T1',
      type: 'message',
      receivedAtMs: AT_MS,
      attempts: 1,
      isRunning: true,
      startedAtMs: AT_MS + 20,
      behind: null,
      teamRuns: 1,
      teamMayRun: 20,
    };
    const { receivedAt, runs } = traceOf(evidence([], held));
    expect(receivedAt).toBe(at(0));
    expect(runs).toMatchObject([{ attempt: 2, node: 'n2', result: 'running', startedAt: at(20), ms: null }]);
  });

  it('of an event of which nothing is remembered is empty', () => {
    expect(traceOf(evidence([]))).toEqual({ receivedAt: null, storedAt: null, repeats: 0, runs: [] });
  });
});
