/** What is said of servers of TLS whose certificate is not accepted, and of those that do not accept us. They are real ones. */
import type { RequestListener } from 'node:http';
import type { TlsOptions } from 'node:tls';
import { expect, it } from 'vitest';
import { aCertificate } from './certificate.test-kit.ts';
import { startHttps } from './https.test-kit.ts';
import { addressFault } from './what-listens.ts';

const USE = { where: 'in --server', expected: 'a slack-bot-server', right: 'another' };

/** Lets a server have a weak certificate, which only its clients refuse then. */
const WEAK_TOO = 'DEFAULT@SECLEVEL=0';

const authority = aCertificate('Test CA', { isAuthority: true, names: [] });
const own = aCertificate('Own CA', { isAuthority: true, names: [] });
const between = aCertificate('Between', { issuer: authority, isAuthority: true, names: [] });
const good = aCertificate('good', { issuer: authority });
const behind = aCertificate('behind', { issuer: between });
const ofOwn = aCertificate('of own', { issuer: own });

/** What becomes of a request to a server with these options: what it answers, or what is said of it. */
async function askWith(options: TlsOptions, host = '127.0.0.1', answer?: RequestListener) {
  const started = await startHttps(options, { trusted: authority, ...(answer && { answer }) });
  const url = started.replace('127.0.0.1', host);
  try {
    return await (await fetch(url)).text();
  } catch (error) {
    return await addressFault(url, error, USE);
  }
}

it.each([
  ['a certificate of a trusted authority', good],
  ['the chain to a trusted authority', { ...behind, cert: behind.cert + between.cert }],
])('nothing is wrong with %s', async (_which, { cert, key }) => {
  expect(await askWith({ cert, key })).toBe('hello');
});

const untrusted = {
  what: expect.stringMatching(/^has a certificate that is not trusted here: [a-z -]+$/),
  fix: expect.stringMatching(/NODE_EXTRA_CA_CERTS .* intermediate certificates/),
};
it.each([
  ['signed by itself', aCertificate('alone'), untrusted],
  ['of an unknown authority', ofOwn, untrusted],
  ['of an unknown authority that is in the chain', { ...ofOwn, cert: ofOwn.cert + own.cert }, untrusted],
  ['whose chain is incomplete', behind, untrusted],
  [
    'that has expired',
    aCertificate('old', { issuer: authority, validTo: '2021-01-01T00:00:00Z' }),
    {
      what: 'has a certificate that has expired',
      fix: 'Renew the certificate. If it is still valid, correct the clock of this machine.',
    },
  ],
  [
    'that is not valid yet',
    aCertificate('young', { issuer: authority, validFrom: '2090-01-01T00:00:00Z' }),
    {
      what: 'has a certificate that is not valid yet',
      fix: 'Correct the clock of this machine. If it is right, install a certificate that is valid already.',
    },
  ],
  [
    'for other names',
    aCertificate('other', { issuer: authority, names: ['bot.example.com', '192.0.2.1'] }),
    {
      what: 'has a certificate for bot.example.com, 192.0.2.1, but not for 127.0.0.1',
      fix: 'Use a name of the certificate in --server, or install a certificate for 127.0.0.1.',
    },
  ],
  [
    'for no names but its subject',
    aCertificate('bot.example.com', { issuer: authority, names: [] }),
    {
      what: 'has a certificate for bot.example.com, but not for 127.0.0.1',
      fix: 'Use a name of the certificate in --server, or install a certificate for 127.0.0.1.',
    },
  ],
  [
    'of a weak key',
    aCertificate('weak', { issuer: authority, isWeak: true }),
    {
      what: 'has a certificate that is not accepted here: EE certificate key too weak',
      fix: 'Install another certificate on that server, or on the proxy in front of it.',
    },
  ],
])('a certificate %s says so, and what helps', async (_which, { cert, key }, said) => {
  expect(await askWith({ cert, key, ciphers: WEAK_TOO })).toEqual({ kind: 'certificate', ...said });
});

it('tells a hundred names of a certificate up to a length', async () => {
  const names = Array.from({ length: 100 }, (_, index) => `bot-${index}.example.com`);
  const { cert, key } = aCertificate('many', { issuer: authority, names });
  expect(await askWith({ cert, key })).toMatchObject({
    what: expect.stringMatching(/^has a certificate for bot-0\.example\.com, .{160,200}, but not for 127\.0\.0\.1$/),
  });
});

it('TLS 1.3 that demands a client certificate says so', async () => {
  const { cert, key } = good;
  expect(await askWith({ cert, key, requestCert: true, ca: authority.cert, minVersion: 'TLSv1.3' })).toEqual({
    kind: 'client-certificate',
    what: 'demands a client certificate, and this command has none',
    fix: 'Let that server, or the proxy in front of it, accept this machine without one, or use an address in --server that demands none.',
  });
});

// It refuses everything that it does not like in the same words.
it.each([
  ['demands a client certificate', { ...good, requestCert: true, ca: authority.cert, maxVersion: 'TLSv1.2' as const }],
  ['has no certificate at all', {}],
  ['has no certificate for a name', { SNICallback: (_name, tell) => tell(null) } satisfies TlsOptions],
])('TLS that %s and does not say it leaves both to the log of the server', async (_which, options) => {
  expect(await askWith(options, 'localhost')).toEqual({
    kind: 'handshake',
    what: expect.stringMatching(/^refuses the TLS handshake: [\w/ ]+$/),
    fix: 'Look in the log of that server, or of the proxy in front of it: it may have no certificate for localhost, or demand a client certificate.',
  });
});

it('a server that demands nothing and closes says no more than that', async () => {
  const closing: RequestListener = (request) => request.socket.destroy();
  expect(await askWith(good, '127.0.0.1', closing)).toMatchObject({ kind: 'closed' });
});
