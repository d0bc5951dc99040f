import { expect, it } from 'vitest';
import { openInSlack } from './open-in-slack.ts';

it.each([
  [
    'https://slack.com/api/',
    'T0ACME',
    'https://slack.com/app_redirect?app=A0APP&team=T0ACME',
    'slack://app?team=T0ACME&id=A0APP&tab=messages',
  ],
  [
    'https://slack-gov.com/api/',
    'T0ACME',
    'https://slack-gov.com/app_redirect?app=A0APP&team=T0ACME',
    'slack://app?team=T0ACME&id=A0APP&tab=messages',
  ],
  ['https://slack.com/api/', 'E0ACME', 'https://slack.com/app_redirect?app=A0APP', undefined],
  ['http://127.0.0.1:4400/api/', 'T0ACME', 'http://127.0.0.1:4400/app_redirect?app=A0APP&team=T0ACME', undefined],
])('of the Web API at %s, %s is opened at %s and %s', (apiUrl, teamId, url, appUrl) => {
  expect(openInSlack({ apiUrl, appId: 'A0APP', teamId })).toEqual({ url, appUrl });
});
