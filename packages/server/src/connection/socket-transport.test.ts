import { describe, expect, it } from 'vitest';
import { classify } from '../slack/verdict.ts';
import type { SlackAnswer } from '../slack/web-api.ts';
import { createSocketTransport, type SocketCall } from './socket-transport.ts';
import type { ConnectAnswer, Frame, FrameMeaning } from './transport.ts';

const neverCalled: SocketCall = async () => ({ kind: 'refused', reason: 'not called in this test' });

function aTransport({ call = neverCalled, appId = 'A0APP00001' }: { call?: SocketCall; appId?: string | null } = {}) {
  return createSocketTransport({ call, classify: (code) => classify(code, 'open'), appId: () => appId });
}

describe('the Socket Mode transport', () => {
  it('asks apps.connections.open within the signal', async () => {
    const calls: unknown[] = [];
    const { signal } = new AbortController();
    const transport = aTransport({
      async call(...call) {
        calls.push(call);
        return { kind: 'ok', body: { ok: true, url: 'wss://peer.test/link/?ticket=1&app_id=A0APP00001' } };
      },
    });
    const url = 'wss://peer.test/link/?ticket=1&app_id=A0APP00001';
    expect(await transport.requestUrl('socket-1', signal)).toEqual({ kind: 'url', url });
    expect(calls).toEqual([['apps.connections.open', { signal }]]);
  });

  it.each([
    'invalid_auth',
    'account_inactive',
    'token_revoked',
    'token_expired',
    'team_access_not_granted',
    'not_authed',
    'forbidden_team',
    'missing_scope',
    'not_allowed_token_type',
    'insecure_request',
    'missing_args',
    'link_disabled',
    'access_denied',
  ])('takes %s as the operator’s problem: the token is the app’s, not a team’s', async (code) => {
    const transport = aTransport({ call: async () => ({ kind: 'error', code, body: {} }) });
    const { signal } = new AbortController();
    expect(await transport.requestUrl('socket-1', signal)).toEqual({ kind: 'refused', code, class: 'operator' });
  });

  const answers: [SlackAnswer, ConnectAnswer][] = [
    [
      { kind: 'error', code: 'internal_error', body: {} },
      { kind: 'refused', code: 'internal_error', class: 'transient' },
    ],
    [
      { kind: 'error', code: 'never_heard_of', body: {} },
      { kind: 'refused', code: 'never_heard_of', class: 'transient' },
    ],
    [
      { kind: 'limited', retryAfterMs: 30_000 },
      { kind: 'limited', retryAfterMs: 30_000 },
    ],
    [
      { kind: 'failed', reason: 'http_408', isOverload: false },
      { kind: 'failed', reason: 'http_408', isOverload: false },
    ],
    [
      { kind: 'failed', reason: 'enotfound', isOverload: false },
      { kind: 'failed', reason: 'enotfound', isOverload: false },
    ],
    [
      { kind: 'ok', body: { ok: true } },
      { kind: 'failed', reason: 'malformed_answer', isOverload: false },
    ],
  ];
  it.each(answers)('takes %j as %j', async (answer, expected) => {
    const transport = aTransport({ call: async () => answer });
    expect(await transport.requestUrl('socket-1', new AbortController().signal)).toEqual(expected);
  });

  const frames: [Frame, FrameMeaning][] = [
    [{ type: 'hello', num_connections: 1, connection_info: { app_id: 'A0APP00001' } }, 'hello'],
    [{ type: 'hello' }, 'hello'],
    [{ type: 'hello', connection_info: null }, 'hello'],
    [{ type: 'hello', connection_info: { app_id: 'A0OTHER001' } }, 'foreign'],
    [{ type: 'disconnect', reason: 'warning' }, 'goodbye'],
    [{ type: 'disconnect', reason: 'refresh_requested', debug_info: { host: 'applink-7' } }, 'goodbye'],
    [{ type: 'disconnect', reason: 'something_new' }, 'goodbye'],
    [{ type: 'disconnect', reason: 'toString' }, 'goodbye'],
    [{ type: 'disconnect' }, 'goodbye'],
    [{ type: 'disconnect', reason: 7 }, 'goodbye'],
    [{ type: 'disconnect', reason: { toString: null } }, 'goodbye'],
    [{ type: 'disconnect', reason: 'link_disabled' }, 'disabled'],
    [{ type: 'disconnect', reason: 'too_many_websockets' }, 'crowded'],
    [{ type: 'events_api', envelope_id: 'e1', payload: {} }, 'event'],
    [{ type: 'something_new' }, 'event'],
    [{}, 'event'],
  ];
  it.each(frames)('reads %j as %s', (frame, meaning) => {
    expect(aTransport().meaningOf(frame)).toBe(meaning);
  });

  it('reads a reason that is nested a hundred thousand levels deep', () => {
    const frame = JSON.parse(`{"type":"disconnect","reason":${'['.repeat(100_000)}${']'.repeat(100_000)}}`) as Frame;
    expect(aTransport().meaningOf(frame)).toBe('goodbye');
  });

  it('takes every app while it is not known which is ours', () => {
    const hello = { type: 'hello', connection_info: { app_id: 'A0OTHER001' } };
    expect(aTransport({ appId: null }).meaningOf(hello)).toBe('hello');
  });

  it.each([
    [{ type: 'disconnect', reason: 'warning' }, 'warning'],
    [{ type: 'disconnect', reason: 'x'.repeat(500) }, 'x'.repeat(100)],
    [{ type: 'disconnect' }, 'disconnect'],
    [{ type: 'hello' }, 'app_mismatch'],
  ])('names the reason of %j', (frame, reason) => {
    expect(aTransport().reasonOf(frame)).toBe(reason);
  });

  it('pings by WebSocket alone', () => {
    expect(aTransport().pingFrame(1, 1_700)).toBeUndefined();
  });
});
