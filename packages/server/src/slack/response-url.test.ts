import { expect, it } from 'vitest';
import { isSlacksAddress } from './response-url.ts';

const SLACK = 'https://slack.com/api/';

it.each([
  ['https://hooks.slack.com/actions/T1/1/x', SLACK],
  ['https://slack.com/x', SLACK],
  ['https://hooks.slack-gov.com/commands/T1/1/x', 'https://slack-gov.com/api/'],
  ['https://HOOKS.SLACK.COM/x', SLACK],
  ['https://hooks.slack.com/x', 'https://proxy.example.com/slack/'],
  ['https://proxy.example.com/hooks/x', 'https://proxy.example.com/slack/'],
  ['http://127.0.0.1:4000/response/x', 'http://localhost:4000/api/'],
])('takes %s beside the Web API at %s', (url, apiUrl) => {
  expect(isSlacksAddress(url, apiUrl)).toBe(true);
});

it.each([
  ['http://hooks.slack.com/x', SLACK],
  ['https://slack.com.evil.example/x', SLACK],
  ['https://evilslack.com/x', SLACK],
  ['https://hooks.slack.com@evil.example/x', SLACK],
  ['https://evil@hooks.slack.com/x', SLACK],
  ['https://169.254.169.254/latest', SLACK],
  ['file:///etc/passwd', SLACK],
  ['hooks.slack.com', SLACK],
  ['', SLACK],
  ['http://127.0.0.1:4001/x', 'http://127.0.0.1:4000/api/'],
  ['https://127.0.0.1:4000/x', 'http://127.0.0.1:4000/api/'],
  ['http://proxy.example.com/x', 'https://proxy.example.com/slack/'],
])('does not take %s beside the Web API at %s', (url, apiUrl) => {
  expect(isSlacksAddress(url, apiUrl)).toBe(false);
});
