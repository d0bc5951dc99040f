/** The least of a Web API that servers need while events are measured: every token is good. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A running stub. */
export interface SlackStub extends AsyncDisposable {
  apiUrl: string;
}

const ANSWER = JSON.stringify({ ok: true, user_id: 'U0BOT00001', bot_id: 'B0BOT00001', team: 'Bench', user: 'bench' });

/** Listens on a free port. */
export async function startSlackStub(): Promise<SlackStub> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' }).end(ANSWER);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    apiUrl: `http://127.0.0.1:${port}/api/`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
