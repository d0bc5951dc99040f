import { describe, expect, it, vi } from 'vitest';
import { BotServerError } from '../errors.ts';
import type { Envelope } from '../inbox/envelope.ts';
import { ownerIdOf } from '../slack/delivery/route.ts';
import { createReceiver, type ReceiverDeps } from './receiver.ts';

const body = {
  type: 'event_callback',
  team_id: 'T1',
  api_app_id: 'A1',
  event_id: 'Ev1',
  event: { type: 'message', channel: 'C1', thread_ts: '1.1' },
};

function aReceiver(deps: Partial<ReceiverDeps> = {}) {
  const taken: Envelope[] = [];
  const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const onStoreFailure = vi.fn();
  const onRefused = vi.fn();
  const receiver = createReceiver({
    dispatcher: { accept: async (envelope) => taken.push(envelope) > 0 },
    interactions: { answer: async () => ({ kind: 'payload', payload: 'hi' }) },
    appId: () => 'A1',
    ownerOf: (route) => ({ teamId: ownerIdOf(route, () => undefined), isKnown: true }),
    owedAcks: { isOwedFor: () => false, expect: () => expect.fail('nothing is owed') },
    isAnswering: () => true,
    locate: () => expect.fail('nothing is unknown'),
    onStoreFailure,
    onRefused,
    log,
    ...deps,
  });
  return { receiver, taken, log, onStoreFailure, onRefused };
}

describe('an event', () => {
  it('is accepted when it is stored, with the bytes that came', async () => {
    const { receiver, taken } = aReceiver();
    const bytes = Buffer.from(JSON.stringify(body));
    expect(await receiver.receive({ body, bytes })).toEqual({ kind: 'accepted' });
    expect(taken).toEqual([{ id: 'Ev1', teamId: 'T1', orderKey: 'C1:1.1', type: 'message', body, bytes }]);
    expect(receiver.counts.accepted).toBe(1);
  });

  it('of another app is refused, unless our app is not known yet', async () => {
    const theirs = { ...body, api_app_id: 'A2' };
    const { receiver, taken } = aReceiver();
    expect(await receiver.receive({ body: theirs })).toMatchObject({ kind: 'refused' });
    expect(taken).toEqual([]);
    expect(await aReceiver({ appId: () => null }).receiver.receive({ body: theirs })).toEqual({ kind: 'accepted' });
  });

  it('for which there is no room is unavailable, and that is no outage', async () => {
    const full = new BotServerError('intake_full', 'no room');
    const { receiver, log, onStoreFailure } = aReceiver({ dispatcher: { accept: vi.fn().mockRejectedValue(full) } });
    expect(await receiver.receive({ body })).toEqual({ kind: 'unavailable' });
    expect(receiver.counts.unavailable).toBe(1);
    expect(onStoreFailure).not.toHaveBeenCalled();
    expect(log.error).not.toHaveBeenCalled();
  });

  it('that cannot be stored is unavailable, and the outage is told once until it is over', async () => {
    const failure = new BotServerError('store_unavailable', 'the disk is full');
    const accept = vi.fn().mockRejectedValueOnce(failure).mockRejectedValueOnce(failure).mockResolvedValueOnce(true);
    const { receiver, log, onStoreFailure } = aReceiver({ dispatcher: { accept } });
    expect(await receiver.receive({ body })).toEqual({ kind: 'unavailable' });
    expect(await receiver.receive({ body })).toEqual({ kind: 'unavailable' });
    expect(await receiver.receive({ body })).toEqual({ kind: 'accepted' });
    expect(onStoreFailure.mock.calls).toEqual([[failure]]);
    expect(log.error).toHaveBeenCalledOnce();
    expect(log.info).toHaveBeenCalledWith({ failed: 2 }, 'events are stored again');
  });

  it('ends an outage in the log only when one was stored, with the number of all that were not taken meanwhile', async () => {
    const failure = new BotServerError('store_unavailable', 'the disk is full');
    const accept = vi
      .fn()
      .mockRejectedValueOnce(failure)
      // Known already, or of a team that is gone: nothing is written.
      .mockResolvedValueOnce(false)
      .mockRejectedValueOnce(new BotServerError('intake_full', 'no room'))
      .mockRejectedValueOnce(failure)
      .mockResolvedValue(true);
    const { receiver, log, onStoreFailure } = aReceiver({ dispatcher: { accept } });
    for (let n = 0; n < 4; n++) await receiver.receive({ body });
    expect(log.info).not.toHaveBeenCalled();
    for (let n = 0; n < 2; n++) await receiver.receive({ body });
    expect(log.info.mock.calls).toEqual([[{ failed: 3 }, 'events are stored again']]);
    expect(log.error).toHaveBeenCalledOnce();
    expect(onStoreFailure).toHaveBeenCalledOnce();
  });

  it('that the store refuses for good is lost with its team’s name, and no outage', async () => {
    const refusal = new BotServerError('value_refused', 'no');
    const accept = vi.fn().mockRejectedValueOnce(refusal).mockResolvedValueOnce(true);
    const { receiver, log, onStoreFailure, onRefused } = aReceiver({ dispatcher: { accept } });
    expect(await receiver.receive({ body })).toMatchObject({ kind: 'refused' });
    expect(await receiver.receive({ body })).toEqual({ kind: 'accepted' });
    expect(onRefused.mock.calls).toEqual([['T1', refusal]]);
    expect(onStoreFailure).not.toHaveBeenCalled();
    expect(log.error.mock.calls).toMatchObject([[{ teamId: 'T1', eventId: 'Ev1' }, expect.any(String)]]);
    expect(receiver.counts).toMatchObject({ refused: 1, unavailable: 0, accepted: 1 });
  });

  it('that comes while the server stops is unavailable without an alarm', async () => {
    const accept = () => Promise.reject(new BotServerError('server_stopped', 'stopping'));
    const { receiver, onStoreFailure } = aReceiver({ dispatcher: { accept } });
    expect(await receiver.receive({ body })).toEqual({ kind: 'unavailable' });
    expect(onStoreFailure).not.toHaveBeenCalled();
  });

  it('that is delivered again says so at debug', async () => {
    const { receiver, log } = aReceiver();
    await receiver.receive({ body, retryNum: 1, retryReason: 'http_timeout' });
    expect(log.debug).toHaveBeenCalledWith(
      { eventId: 'Ev1', retryNum: 1, retryReason: 'http_timeout' },
      'event delivered again',
    );
  });
});

describe('what is no event', () => {
  it('goes to the interactions, whose answer it gets', async () => {
    const { receiver, taken } = aReceiver();
    expect(await receiver.receive({ body: { command: '/stan' } })).toEqual({ kind: 'payload', payload: 'hi' });
    expect(taken).toEqual([]);
  });

  it.each([
    [{ type: 'app_rate_limited', team_id: 'T1', minute_rate_limited: 60 }],
    [{ type: 'event_callback', team_id: 'T1', event: { type: 'app_rate_limited', minute_rate_limited: 60 } }],
  ])('is a warning when Slack dropped events: %j', async (limited) => {
    const { receiver, log } = aReceiver();
    expect(await receiver.receive({ body: limited })).toEqual({ kind: 'accepted' });
    expect(log.warn).toHaveBeenCalledWith({ teamId: 'T1', minute: 60 }, expect.stringContaining('dropped events'));
    expect(receiver.counts.rateLimited).toBe(1);
  });

  it('is refused when nobody knows what it is', async () => {
    expect(await aReceiver().receiver.receive({ body: { type: 'x' } })).toMatchObject({ kind: 'refused' });
  });
});
