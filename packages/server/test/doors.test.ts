/** Each operation is behind every door: a route of the API, its document, and a command, which asks that very route with --server. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Command } from 'commander';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDocument } from '../src/admin/openapi/document.ts';
import { routeOf } from '../src/admin/route.ts';
import { createRoutes } from '../src/admin/routes.ts';
import { completeProgram, shortcuts } from '../src/cli/program.ts';
import { operations } from '../src/operations/operations.ts';
import { runCli } from './cli.test-kit.ts';

const program = await completeProgram();
const routes = createRoutes(operations);
const document = createDocument(operations.map(routeOf), '0.0.0-test');

describe.each(operations.map((operation) => [operation.name, operation] as const))('%s', (name, operation) => {
  const { method, path } = routeOf(operation);

  it('has a route that leads to it', () => {
    const found = routes.find(path.replace(/\{\w+\}/, 'X1'));
    expect(found?.routes.get(method)?.operation).toBe(operation);
  });

  it('is in the document', () => {
    expect(document.paths[path]?.[method.toLowerCase()]).toMatchObject({ operationId: name });
  });

  it('is a command, which asks for this operation and no other', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${new URL(request.url ?? '', 'http://api').pathname}`);
      response.writeHead(401).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const words = [...commandOf(name), ...wordsOf(name), '--server', url];
    await runCli(words, { ADMIN_TOKEN: 'test-admin-token-0123456789' }, '{}\n');
    const id = wordsOf(name)[0] === '1' ? '1' : 'X1';
    expect(asked).toEqual([`${method} ${path.replace(/\{\w+\}/, id)}`]);
  });
});

/** What a command must be told beside its name, where that is more than an id for each argument. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  'teams.exchange': ['--all'],
  'teams.import': ['-'],
  'teams.remove': ['X1', '--yes'],
  'events.replay': ['--all'],
  'events.discard': ['--all'],
  'teams.say': ['X1', 'X1', 'hi'],
  'api.call': ['auth.test', '--team', 'X1'],
  'broadcast.start': ['hi'],
  'broadcast.show': ['1'],
  'broadcast.cancel': ['1'],
  'replays.cancel': ['1'],
};

function commandOf(name: string): readonly string[] {
  return shortcuts[name] === undefined ? name.split('.') : [shortcuts[name]];
}

function wordsOf(name: string): readonly string[] {
  const command = commandOf(name).reduce<Command | undefined>(
    (group, word) => group?.commands.find((one) => one.name() === word),
    program,
  );
  return WORDS[name] ?? command?.registeredArguments.filter(({ required }) => required).map(() => 'X1') ?? [];
}
