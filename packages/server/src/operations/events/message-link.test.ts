import { expect, it } from 'vitest';
import { parseMessageLink } from './message-link.ts';

it.each([
  ['https://acme.slack.com/archives/C0ACME0001/p1700000000123456', 'C0ACME0001', '1700000000.123456'],
  [
    'https://acme.slack.com/archives/C1/p1700000001000200?thread_ts=1700000000.123456&cid=C1',
    'C1',
    '1700000001.000200',
  ],
  ['http://localhost:4400/archives/D1/p1700000000123456/', 'D1', '1700000000.123456'],
])('%s leads to a message', (link, channel, ts) => {
  expect(parseMessageLink(link)).toEqual({ channel, ts });
});

it.each([
  '',
  'C1',
  'https://',
  'https://acme.slack.com/archives/C1',
  'https://acme.slack.com/archives/C1/p12345',
  'https://acme.slack.com/team/U1',
  'ftp://acme.slack.com/archives/C1/p1700000000123456',
])('%j leads to none', (text) => {
  expect(parseMessageLink(text)).toBeUndefined();
});
