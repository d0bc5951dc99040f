import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ackOf, appIdOf, envelopeIdOf, readEnvelope, readHello } from './socket-envelope.ts';
import type { Frame } from './transport.ts';

const payload = { type: 'event_callback', event_id: 'Ev0000000001' };

describe('an envelope', () => {
  it('is read with everything that Slack says of it', () => {
    const frame = {
      envelope_id: 'e1',
      type: 'events_api',
      accepts_response_payload: false,
      payload,
      retry_attempt: 2,
      retry_reason: 'timeout',
    };
    const facts = { id: 'e1', type: 'events_api', payload, acceptsPayload: false };
    expect(readEnvelope(frame)).toEqual({ ...facts, retryNum: 2, retryReason: 'timeout' });
  });

  it.each([
    ['an event', { type: 'events_api' }, false],
    ['a command', { type: 'slash_commands' }, true],
    ['an interaction', { type: 'interactive' }, true],
    ['an interaction that wants no payload', { type: 'interactive', accepts_response_payload: false }, false],
    ['an event that wants one', { type: 'events_api', accepts_response_payload: true }, true],
    ['no type at all', {}, true],
  ] as const)('needs no more than an id and a payload: %s', (_what, frame, acceptsPayload) => {
    const type = 'type' in frame ? frame.type : '';
    expect(readEnvelope({ envelope_id: 'e1', payload, ...frame })).toEqual({ id: 'e1', type, payload, acceptsPayload });
  });

  it('leaves an app_rate_limited without an inner event as it is', () => {
    const limited = { type: 'app_rate_limited', team_id: 'T0ACME0001', minute_rate_limited: 1_795_400_040 };
    expect(readEnvelope({ envelope_id: 'e1', type: 'events_api', payload: limited })?.payload).toBe(limited);
  });

  it.each([
    { type: 'events_api', payload },
    { type: 'events_api', envelope_id: '', payload },
    { type: 'events_api', envelope_id: 7, payload },
    { type: 'events_api', envelope_id: 'e1' },
    { type: 'events_api', envelope_id: 'e1', payload: null },
    { type: 'events_api', envelope_id: 'e1', payload: [] },
    { type: 'events_api', envelope_id: 'e1', payload: 'text' },
  ])('is none: %j', (frame) => {
    expect(readEnvelope(frame)).toBeUndefined();
  });

  it('never throws, whatever the frame', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('type', 'envelope_id', 'payload', 'x'), fc.jsonValue()), (frame) => {
        for (const read of [readEnvelope, envelopeIdOf, readHello, appIdOf]) read(frame as Frame);
      }),
    );
  });
});

describe('an ack', () => {
  it.each([
    [undefined, { envelope_id: 'e1' }],
    [{ options: [] }, { envelope_id: 'e1', payload: { options: [] } }],
    ['done', { envelope_id: 'e1', payload: { text: 'done' } }],
    ['', { envelope_id: 'e1', payload: { text: '' } }],
    [null, { envelope_id: 'e1' }],
    [[], { envelope_id: 'e1' }],
  ])('with the payload %j is %j', (answer, expected) => {
    expect(JSON.parse(ackOf({ id: 'e1' }, answer))).toEqual(expected);
  });
});

describe('hello', () => {
  it('says how many sockets the app has, how long this one lives, and whose it is', () => {
    const hello = {
      type: 'hello',
      num_connections: 3,
      connection_info: { app_id: 'A0APP00001' },
      debug_info: { approximate_connection_time: 3600 },
    };
    expect(readHello(hello)).toEqual({ connections: 3, lifeMs: 3_600_000 });
    expect(appIdOf(hello)).toBe('A0APP00001');
  });

  it.each([{}, { num_connections: '3', connection_info: 'x', debug_info: [] }, { debug_info: null }])(
    'may say nothing: %j',
    (hello) => {
      expect(readHello(hello)).toEqual({ connections: undefined, lifeMs: undefined });
      expect(appIdOf(hello)).toBeUndefined();
    },
  );
});
