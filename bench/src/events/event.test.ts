/** Events that a server must believe. */
import { expect, it } from 'vitest';
import { bodyOf, headersOf, nthEvent, rawRequest } from './event.ts';

const spread = { teams: 200, channelsPerTeam: 5 };
const NOW = 1_795_400_000;

it('signs as Slack does', () => {
  const { 'x-slack-signature': signature } = headersOf('{"type":"event_callback"}', {
    secret: 'test-signing-secret',
    nowSeconds: 1_750_000_000,
  });
  expect(signature).toBe('v0=838f6b723452a3ed5d0f079d507cba1aa5f6d74baa42c71b7ea7511ed624b84e');
});

it('makes all requests of one length, so that a server that only counts bytes counts requests', () => {
  const lengths = [0, 1, 199, 200, 999_999, 1_000_000].map((number) => {
    const body = bodyOf(nthEvent(number, '0123456789AB', spread), NOW);
    return rawRequest(body, headersOf(body, { secret: 's', nowSeconds: NOW })).length;
  });
  expect(new Set(lengths).size).toBe(1);
});

it('gives each event its team in turn, then its channel, in a body of 1.6 kB', () => {
  expect(nthEvent(201, 'AA', spread)).toMatchObject({
    eventId: 'EvAA',
    teamId: 'T0BENCH000001',
    channel: 'C0BENCH000001',
  });
  const body = bodyOf(nthEvent(0, '0123456789AB', spread), NOW);
  expect(body.length).toBeGreaterThan(1_590);
  expect(body.length).toBeLessThanOrEqual(1_600);
  expect(JSON.parse(body)).toMatchObject({ event_id: 'Ev0123456789AB', event: { type: 'message' } });
});

it('says that it is a redelivery', () => {
  const headers = headersOf('{}', { secret: 's', nowSeconds: NOW, redelivery: { num: 1, reason: 'http_timeout' } });
  expect(headers).toMatchObject({ 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' });
});
