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
  expect(parseMessageLink(link)).toMatchObject({ channel, ts });
});

it.each([
  ['of a workspace', 'https://acme.slack.com/archives/C1/p1700000000123456', { domain: 'acme' }],
  ['of an organization', 'https://acme-org.enterprise.slack.com/archives/C1/p1700000000123456', { domain: 'acme-org' }],
  ['in a browser', 'https://app.slack.com/client/T0ACME0001/c1/p1700000000123456', { teamId: 'T0ACME0001' }],
  ['of a thread in a browser', 'https://app.slack.com/client/E1/C1/thread/C1-1700000000.123456', { teamId: 'E1' }],
  ['of a simulator', 'http://localhost:4400/archives/C1/p1700000000123456', {}],
])('a link %s says whose message it is, as far as it does', (_what, link, whose) => {
  expect(parseMessageLink(link)).toEqual({ channel: 'C1', ts: '1700000000.123456', ...whose });
});

it.each([
  '',
  'C1',
  'https://',
  `https://acme.slack.com/archives/C1/p${'1'.repeat(40)}`,
  `https://app.slack.com/client/T1/C1/p${'1'.repeat(40)}`,
  `https://app.slack.com/client/T1/C1/thread/C1-${'1'.repeat(40)}.123456`,
  'https://acme.slack.com/archives/C1',
  'https://acme.slack.com/archives/C1/p12345',
  'https://acme.slack.com/team/U1',
  'ftp://acme.slack.com/archives/C1/p1700000000123456',
])('%j leads to none', (text) => {
  expect(parseMessageLink(text)).toBeUndefined();
});
