/** What is answered below /admin, from a folder as the build leaves one. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { createDashboardFiles } from './dashboard-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'dashboard-'));
mkdirSync(join(folder, 'assets'));
writeFileSync(join(folder, 'index.html'), '<p>the page</p>');
writeFileSync(join(folder, 'assets/main-1a2b.js'), 'run();');
writeFileSync(join(folder, 'assets/main-1a2b.js.gz'), gzipSync('run();'));
writeFileSync(join(folder, 'assets/notes.txt'), 'not built');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = createDashboardFiles(folder);
const ask = (path: string, init?: RequestInit) => files.answer(new Request(`http://127.0.0.1${path}`, init));

describe('the dashboard', () => {
  it.each(['/admin', '/admin/', '/admin/teams/T0ACME0001', '/admin/teams?query=status:inactive'])(
    'is the page at %s',
    async (path) => {
      const response = ask(path);
      expect([response.status, await response.text()]).toEqual([200, '<p>the page</p>']);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(response.headers.get('cache-control')).toBe('no-cache');
    },
  );

  it('lets nothing run that is not one of its files, and nothing be loaded from elsewhere', () => {
    const policy = ask('/admin').headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(policy).toContain("frame-ancestors 'none'");
  });

  it('sends a file packed to who takes it, and lets it be kept for ever', async () => {
    const plain = ask('/admin/assets/main-1a2b.js');
    expect([await plain.text(), plain.headers.get('content-encoding')]).toEqual(['run();', null]);
    const packed = ask('/admin/assets/main-1a2b.js', { headers: { 'accept-encoding': 'br, gzip' } });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(gunzipSync(Buffer.from(await packed.arrayBuffer())).toString()).toBe('run();');
    expect(packed.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(packed.headers.get('vary')).toBe('accept-encoding');
  });

  it.each([
    '/admin/assets/main-0000.js',
    '/admin/assets/notes.txt',
    '/admin/assets/..%2f..%2fpackage.json',
    '/admin/assets/main-1a2b.js.gz',
  ])('has nothing at %s', (path) => {
    expect(() => ask(path)).toThrow('There is nothing at /admin/assets/');
  });

  it('is only read', () => {
    expect(() => ask('/admin', { method: 'POST' })).toThrow('POST is not allowed here');
    expect(ask('/admin', { method: 'HEAD' }).status).toBe(200);
  });

  it('says how it is built where it was not', () => {
    const unbuilt = createDashboardFiles(join(folder, 'nowhere'));
    const asked = () => unbuilt.answer(new Request('http://127.0.0.1/admin'));
    expect(asked).toThrow(
      expect.objectContaining({ code: 'route_not_found', fix: expect.stringContaining('npm run build:pages') }),
    );
  });
});
