/** What a server loads only when somebody wants it: OpenTelemetry with an SDK, prom-client with a scrape. In a process of its own. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { makeFolder } from '../src/store/store-fixture.test-kit.ts';

const SERVER = new URL('../src/index.ts', import.meta.url).href;

/** Names of packages that a process loaded which ran these lines with a server. */
async function loadedBy(folder: string, lines: string): Promise<string[]> {
  const program = `
    import { registerHooks } from 'node:module';
    const loaded = new Set();
    registerHooks({ load: (url, context, next) => {
      const name = /node_modules\\/((?:@[^/]+\\/)?[^/]+)\\/(?!.*node_modules)/.exec(url)?.[1];
      if (name) loaded.add(name);
      return next(url, context);
    } });
    const { createServer } = await import(${JSON.stringify(SERVER)});
    const { server } = createServer({ host: '127.0.0.1', port: 0, databaseUrl: ${JSON.stringify(`${folder}/test.db`)}, slackApiUrl: 'http://127.0.0.1:1/api/', logLevel: 'silent' });
    ${lines}
    console.log(JSON.stringify([...loaded]));`;
  const words = ['--conditions=source', '--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: new URL('..', import.meta.url) });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '[]') as string[];
}

it('no OpenTelemetry and no prom-client are loaded by a server that nobody traces or scrapes', async () => {
  const loaded = await loadedBy(await makeFolder(), 'await server.start(); await server.stop({ graceMs: 100 });');
  expect(loaded).toContain('hono');
  expect(loaded.filter((name) => name === 'prom-client' || name.startsWith('@opentelemetry/'))).toEqual([]);
});

it('prom-client is loaded by the first scrape', async () => {
  const loaded = await loadedBy(
    await makeFolder(),
    'await server.start(); await server.metrics(); await server.stop({ graceMs: 100 });',
  );
  expect(loaded).toContain('prom-client');
});
