/** Where `open` leads. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parseConfig } from '../config/config.ts';
import { standardOutput } from '../observability/standard-output.ts';
import { dashboardUrl, openDashboard } from './open-command.ts';

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

describe('the dashboard', () => {
  it.each([
    [{}, 'http://127.0.0.1:3000/admin'],
    [{ host: '::', port: 4000 }, 'http://127.0.0.1:4000/admin'],
    [{ host: '::1' }, 'http://[::1]:3000/admin'],
    [{ publicUrl: 'https://bot.example.com/' }, 'https://bot.example.com/admin'],
    [{ publicUrl: 'https://bot.example.com', adminPort: 4100 }, 'http://127.0.0.1:4100/admin'],
    [{ adminPort: 4100, adminHost: '10.0.0.7' }, 'http://10.0.0.7:4100/admin'],
  ])('of a server with %o is at %s', (settings, url) => {
    expect(dashboardUrl(parseConfig({ ...ADMIN, ...settings }))).toBe(url);
  });

  it('of another server is at its address, and needs no settings', () => {
    expect(dashboardUrl(parseConfig({ databaseUrl: 'bot.db' }), 'https://bot.example.com/x')).toBe(
      'https://bot.example.com/admin',
    );
  });

  it.each(['bot.example.com', 'javascript:alert(1)', 'file:///etc/passwd'])('is not opened at %s', (address) => {
    expect(() => dashboardUrl(parseConfig(ADMIN), address)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it('is not there without a token', () => {
    expect(() => dashboardUrl(parseConfig({ databaseUrl: 'bot.db' }))).toThrow('ADMIN_TOKEN is missing');
  });
});
