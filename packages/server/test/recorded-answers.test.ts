/** Which answers are recorded: those of the server under test, and not of whoever listens on its port afterwards. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { recordAnswers } from './recorded-answers.test-kit.ts';

async function answersOf(
  text: string,
  port: number,
): Promise<{ port: number; ask(): Promise<void>; end(): Promise<void> }> {
  const server = createServer((_request, response) => response.end(text)).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = server.address() as AddressInfo;
  return {
    port: own,
    ask: async () =>
      void (await (await fetch(`http://127.0.0.1:${own}/`, { headers: { connection: 'close' } })).text()),
    end: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

it('another server on the same port is not recorded, although nobody said that the first one has ended', async () => {
  const taken: string[] = [];
  const first = await answersOf('first', 0);
  recordAnswers(first.port, ({ body }) => taken.push(body));
  await first.ask();
  await first.end();
  const second = await answersOf('second', first.port);
  await second.ask();
  await second.end();
  expect(taken).toEqual(['first']);
});

it('nor is one on the port of a server that ended before it had answered anybody', async () => {
  const taken: string[] = [];
  const first = await answersOf('first', 0);
  recordAnswers(first.port, ({ body }) => taken.push(body));
  await first.end();
  const second = await answersOf('second', first.port);
  await second.ask();
  await second.end();
  expect(taken).toEqual([]);
});
