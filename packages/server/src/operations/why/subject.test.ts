/** What is understood as a subject, and what is said of a link that leads nowhere. */
import { describe, expect, it } from 'vitest';
import { openOperations } from '../operations.test-kit.ts';
import { explain } from './explain.ts';
import { subjectOf } from './subject.ts';

const NOW_MS = Date.UTC(2026, 10, 18, 12, 0, 0);
const options = { nowMs: NOW_MS, slackApiUrl: 'http://127.0.0.1:4000/api/' };
const PATH = 'archives/C0ACME0001/p1795000000000100';

describe('a link', () => {
  it.each([
    `https://acme.slack.com/${PATH}`,
    `https://acme.enterprise.slack.com/${PATH}`,
    `https://acme.slack-gov.com/${PATH}`,
    `http://127.0.0.1:4000/${PATH}`,
  ])('of Slack, or of where SLACK_API_URL is, leads to a message: %s', (about) => {
    expect(subjectOf(about, options)).toMatchObject({ kind: 'message', link: { ts: '1795000000.000100' } });
  });

  it.each([
    [`https://evil.example.com/${PATH}`, /is no link of Slack$/],
    [`https://notslack.com/${PATH}`, /is no link of Slack$/],
    [`https://acme.slack.com.example.com/${PATH}`, /is no link of Slack$/],
    ['https://acme.slack.com/archives/C0ACME0001/p99999999999999999999', /leads to no message$/],
    ['https://acme.slack.com/archives/C0ACME0001', /leads to no message$/],
    [
      'https://acme.slack.com/archives/C0ACME0001/p1999999999000100',
      /leads to a message of 2033-05-18 03:33:19 UTC, which is in the future: check the link, and the clock/,
    ],
  ])('%s is refused with what is wrong with it', (about, message) => {
    expect(() => subjectOf(about, options)).toThrow(
      expect.objectContaining({ code: 'invalid_input', message: expect.stringMatching(message) }),
    );
  });

  it('of a message a moment ahead of this clock is asked about', () => {
    const nowMs = 1_795_000_000_000 - 60_000;
    expect(subjectOf(`https://acme.slack.com/${PATH}`, { ...options, nowMs })).toMatchObject({ kind: 'message' });
  });
});

it('a link with a number that no database takes is refused before anything is read', async () => {
  const { run } = await openOperations('sqlite');
  const about = 'https://acme.slack.com/archives/C0ACME0001/p99999999999999999999';
  await expect(run(explain, { about })).rejects.toMatchObject({ code: 'invalid_input' });
});
