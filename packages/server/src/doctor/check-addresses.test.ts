/** What doctor says of Slack's address and of its own, where TLS is in the way. */
import type { TlsOptions } from 'node:tls';
import { expect, it } from 'vitest';
import { aCertificate } from './certificate.test-kit.ts';
import { checkRequestUrl } from './check-request-url.ts';
import { checkReach } from './check-slack.ts';
import { startHttps } from './https.test-kit.ts';

const alone = aCertificate('alone');
const deps = { fetch, now: () => 0 };

it('SLACK_API_URL with http:// of a port of TLS is told by what listens there', async () => {
  const { host } = new URL(await startHttps(alone));
  expect(await checkReach(`http://${host}/api/`, deps)).toEqual([
    {
      check: 'slack',
      level: 'problem',
      message: `http://${host}/api/ expects TLS, but the address is http://`,
      fix: `Use https://${host}/api/ in SLACK_API_URL.`,
    },
  ]);
});

it('SLACK_API_URL by a proxy is not told by what listens there without it', async () => {
  const { host } = new URL(await startHttps(alone));
  const [found, ...others] = await checkReach(`http://${host}/`, { ...deps, isProxied: true });
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    level: 'problem',
    message: expect.stringContaining(`http://${host}/ cannot be reached: `),
    fix: expect.stringContaining('HTTPS_PROXY'),
  });
});

it.each([
  [false, ''],
  [true, ' by HTTPS_PROXY'],
])('a certificate of Slack that is not trusted says so, by a proxy (%s) as well', async (isProxied, by) => {
  const url = await startHttps(alone);
  expect(await checkReach(`${url}/`, { ...deps, isProxied })).toEqual([
    {
      check: 'slack',
      level: 'problem',
      message: `${url}/${by} has a certificate that is not trusted here: self-signed certificate`,
      fix: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    },
  ]);
});

it('a PUBLIC_URL that demands the client certificate of Slack is no problem, but cannot be checked', async () => {
  const options: TlsOptions = { ...alone, requestCert: true, ca: alone.cert, minVersion: 'TLSv1.3' };
  const publicUrl = await startHttps(options, { trusted: alone });
  const found = await checkRequestUrl({ publicUrl, signingSecret: 'signing-secret-1', ...deps });
  expect(found).toEqual({
    check: 'request URL',
    level: 'skipped',
    message: `${publicUrl}/slack/events demands a client certificate: Slack has one (mutual TLS), and this command none`,
  });
});

it('a PUBLIC_URL with http:// of a port of TLS is told as it is written', async () => {
  const publicUrl = (await startHttps(alone)).replace('https:', 'http:');
  expect(await checkRequestUrl({ publicUrl, signingSecret: 'signing-secret-1', ...deps })).toMatchObject({
    message: `${publicUrl}/slack/events expects TLS, but the address is http://`,
    fix: `Use ${publicUrl.replace('http:', 'https:')} in PUBLIC_URL.`,
  });
});
