/** Where `open` leads. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parseConfig } from '../config/config.ts';
import { aCertificate } from '../doctor/certificate.test-kit.ts';
import { startHttps } from '../doctor/https.test-kit.ts';
import type { BotServerError } from '../errors.ts';
import { standardOutput } from '../observability/standard-output.ts';
import { dashboardOf, openDashboard } from './open-command.ts';

const ADMIN = { databaseUrl: 'bot.db', adminToken: 'test-admin-token-0123456789' };

it('is not opened where no server answers: the address is printed, and what is wrong', async () => {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  await new Promise((resolve) => listener.close(resolve));
  const url = `http://127.0.0.1:${port}`;
  const printed: string[] = [];
  const print = vi.spyOn(standardOutput, 'print').mockImplementation((text) => void printed.push(text));
  onTestFinished(() => print.mockRestore());
  await expect(openDashboard(url)).rejects.toMatchObject({
    code: 'admin_api_unreachable',
    message: expect.stringMatching(/^The server at http:.*\/admin does not answer: connect ECONNREFUSED/),
    fix: expect.stringContaining('slack-bot-server start'),
  });
  expect(printed).toEqual([`${url}/admin\n`]);
});

it('is not opened at the port of somebody else, or by a scheme that is not spoken there', async () => {
  const print = vi.spyOn(standardOutput, 'print').mockImplementation(() => {});
  onTestFinished(() => print.mockRestore());
  const plain = createServer((_request, response) => response.end()).listen(0, '127.0.0.1');
  const stranger = createTcp((socket) => socket.on('error', () => {}).once('data', () => socket.end())).listen(
    0,
    '127.0.0.1',
  );
  onTestFinished(() => [plain, stranger].forEach((listener) => void listener.close()));
  await Promise.all([once(plain, 'listening'), once(stranger, 'listening')]);
  const at = (listener: Server) => `127.0.0.1:${(listener.address() as AddressInfo).port}`;
  await expect(openDashboard(`https://${at(plain)}`)).rejects.toMatchObject({
    message: expect.stringContaining('serves plain HTTP'),
    fix: expect.stringContaining(`http://${at(plain)} as ADDRESS of`),
  });
  await expect(openDashboard(`http://${at(stranger)}`)).rejects.toThrow('is not a slack-bot-server');
});

describe('is not opened by settings whose address', () => {
  /** What `open` says, with `PORT` for the port of the listener in settings and answer. */
  async function saidOf(listener: string, settings: Record<string, string>) {
    const { port } = new URL(listener);
    const print = vi.spyOn(standardOutput, 'print').mockImplementation(() => {});
    onTestFinished(() => {
      print.mockRestore();
      vi.unstubAllEnvs();
    });
    for (const [name, value] of Object.entries({ ADMIN_TOKEN: ADMIN.adminToken, ...settings }))
      vi.stubEnv(name, value.replace('PORT', port));
    const error = await openDashboard(undefined).then(
      () => expect.unreachable('it was opened'),
      (thrown: unknown) => thrown as BotServerError,
    );
    return [error.message, error.fix].map((text) => text.replaceAll(port, 'PORT'));
  }

  it('is of a wrong scheme: PUBLIC_URL is told with its path, and alone', async () => {
    const plain = createServer((_request, response) => response.end()).listen(0, '127.0.0.1');
    onTestFinished(() => void plain.close());
    await once(plain, 'listening');
    const listener = `http://127.0.0.1:${(plain.address() as AddressInfo).port}`;
    expect(await saidOf(listener, { PUBLIC_URL: 'https://127.0.0.1:PORT/bot' })).toEqual([
      'The server at https://127.0.0.1:PORT/bot/admin serves plain HTTP, but the address is https://',
      'Use http://127.0.0.1:PORT/bot in PUBLIC_URL, or the https:// address of the proxy in front of it.',
    ]);
  });

  it('is of another program: ADMIN_PORT is told, which takes no https://', async () => {
    const listener = await startHttps(aCertificate('alone'));
    expect(await saidOf(listener, { ADMIN_PORT: 'PORT', PUBLIC_URL: 'https://bot.test' })).toEqual([
      'The server at http://127.0.0.1:PORT/admin expects TLS, but the address is http://',
      expect.stringMatching(/^Check ADMIN_HOST and ADMIN_PORT: another program listens there\. Start one with /),
    ]);
  });
});

describe('the dashboard', () => {
  it.each([
    [{}, 'http://127.0.0.1:3000/admin'],
    [{ host: '::', port: 4000 }, 'http://127.0.0.1:4000/admin'],
    [{ host: '::1' }, 'http://[::1]:3000/admin'],
    [{ publicUrl: 'https://bot.example.com/' }, 'https://bot.example.com/admin'],
    [{ publicUrl: 'https://bot.example.com', adminPort: 4100 }, 'http://127.0.0.1:4100/admin'],
    [{ adminPort: 4100, adminHost: '10.0.0.7' }, 'http://10.0.0.7:4100/admin'],
  ])('of a server with %o is at %s', (settings, url) => {
    expect(dashboardOf(parseConfig({ ...ADMIN, ...settings })).url).toBe(url);
  });

  it('of another server is at its address, and needs no settings', () => {
    expect(dashboardOf(parseConfig({ databaseUrl: 'bot.db' }), 'https://bot.example.com/x').url).toBe(
      'https://bot.example.com/admin',
    );
  });

  it.each(['bot.example.com', 'javascript:alert(1)', 'file:///etc/passwd'])('is not opened at %s', (address) => {
    expect(() => dashboardOf(parseConfig(ADMIN), address)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it('is not there without a token', () => {
    expect(() => dashboardOf(parseConfig({ databaseUrl: 'bot.db' }))).toThrow('ADMIN_TOKEN is missing');
  });
});
