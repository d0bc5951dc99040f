/** Where `open` leads. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../config/config.ts';
import { dashboardUrl } from './open-command.ts';

const ADMIN = { databaseUrl: 'bot.db', adminToken: 'test-admin-token-0123456789' };

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
