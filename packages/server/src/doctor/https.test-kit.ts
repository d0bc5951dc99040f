/** Real servers of HTTPS for tests, with certificates of certificate.test-kit.ts. */
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { TestCertificate } from './certificate.test-kit.ts';

interface Started {
  /** What this process takes for an authority until the test is over. */
  trusted?: TestCertificate;
  /** @defaultValue answers "hello" */
  answer?: RequestListener;
}

/** Starts a server until the test is over, and answers its address. */
export async function startHttps(
  { cert, key, ...options }: Omit<ServerOptions, 'name'>,
  { trusted, answer = (_request, response) => response.end('hello') }: Started = {},
): Promise<string> {
  if (trusted) {
    const known = getCACertificates('default');
    setDefaultCACertificates([...known, trusted.cert]);
    onTestFinished(() => setDefaultCACertificates(known));
  }
  const server = createServer({ ...options, ...(cert && { cert, key }) }, answer).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
