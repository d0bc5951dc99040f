import { describe, expect, it } from 'vitest';
import { classify } from '../slack/verdict.ts';
import type { SlackAnswer } from '../slack/web-api.ts';
import { createRtmTransport, type RtmCall } from './rtm-transport.ts';
import type { ConnectAnswer, FrameMeaning } from './transport.ts';

const neverCalled: RtmCall = async () => ({ kind: 'refused', reason: 'not called in this test' });

function aTransport(call: RtmCall = neverCalled) {
  return createRtmTransport({ call, classify: (code) => classify(code, 'connect') });
}

describe('the RTM transport', () => {
  it('asks rtm.connect without arguments, for the key and within the signal', async () => {
    const calls: unknown[] = [];
    const { signal } = new AbortController();
    const transport = aTransport(async (...call) => {
      calls.push(call);
      return { kind: 'ok', body: { ok: true, url: 'wss://peer.test/?ticket=1' } };
    });
    expect(await transport.requestUrl('T1', signal)).toEqual({ kind: 'url', url: 'wss://peer.test/?ticket=1' });
    expect(calls).toEqual([['rtm.connect', {}, { key: 'T1', signal }]]);
  });

  const answers: [SlackAnswer, ConnectAnswer][] = [
    [
      { kind: 'ok', body: { ok: true } },
      { kind: 'failed', reason: 'malformed_answer', isOverload: false },
    ],
    [
      { kind: 'ok', body: { ok: true, url: 7 } },
      { kind: 'failed', reason: 'malformed_answer', isOverload: false },
    ],
    [
      { kind: 'error', code: 'account_inactive', body: {} },
      { kind: 'refused', code: 'account_inactive', class: 'terminal' },
    ],
    [
      { kind: 'error', code: 'missing_scope', body: {} },
      { kind: 'refused', code: 'missing_scope', class: 'operator' },
    ],
    [
      { kind: 'error', code: 'never_heard_of', body: {} },
      { kind: 'refused', code: 'never_heard_of', class: 'transient' },
    ],
    [
      { kind: 'limited', retryAfterMs: 5_000 },
      { kind: 'limited', retryAfterMs: 5_000 },
    ],
    [
      { kind: 'failed', reason: 'http_503', isOverload: true },
      { kind: 'failed', reason: 'http_503', isOverload: true },
    ],
    [
      { kind: 'failed', reason: 'ECONNREFUSED', isOverload: false },
      { kind: 'failed', reason: 'ECONNREFUSED', isOverload: false },
    ],
    [
      { kind: 'refused', reason: 'installation_not_active' },
      { kind: 'failed', reason: 'installation_not_active', isOverload: false },
    ],
  ];
  it.each(answers)('takes %j as %j', async (answer, expected) => {
    const transport = aTransport(async () => answer);
    expect(await transport.requestUrl('T1', new AbortController().signal)).toEqual(expected);
  });

  const frames: [Record<string, unknown>, FrameMeaning][] = [
    [{ type: 'hello' }, 'hello'],
    [{ type: 'goodbye' }, 'goodbye'],
    [{ type: 'team_migration_started' }, 'goodbye'],
    [{ type: 'pong', reply_to: 3 }, 'pong'],
    [{ type: 'pong' }, 'pong'],
    [{ ok: true, reply_to: 1, ts: '1355517523.000005', text: 'Hello' }, 'none'],
    [{ ok: false, reply_to: 1, error: { code: 2, msg: 'message text is missing' } }, 'none'],
    [{ type: 'reconnect_url', url: 'wss://old.test' }, 'none'],
    [{ type: 'error', error: { code: 1, msg: 'Socket URL has expired' } }, 'error'],
    [{ type: 'message', text: 'hi' }, 'event'],
    [{ type: 'something_new' }, 'event'],
    [{ type: 'toString' }, 'event'],
    [{ type: 7 }, 'none'],
    [{}, 'none'],
  ];
  it.each(frames)('reads %j as %s', (frame, meaning) => {
    expect(aTransport().meaningOf(frame)).toBe(meaning);
  });

  it('pings as Slack documents it', () => {
    expect(JSON.parse(aTransport().pingFrame(3, 1_700) ?? '')).toEqual({ id: 3, type: 'ping', time: 1_700 });
  });

  it('names the frame as the reason of a close to come, and neither waits for answers nor lingers', () => {
    const transport = aTransport();
    expect(transport.reasonOf({ type: 'team_migration_started' })).toBe('team_migration_started');
    expect(transport).toMatchObject({ hasAcks: false, lingerMs: 0 });
  });
});
