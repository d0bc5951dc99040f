/** The least of a Web API that servers need while events are measured: every token is good. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A running stub. */
export interface SlackStub extends AsyncDisposable {
  apiUrl: string;
  /** How many codes it was asked to exchange. */
  readonly exchanges: number;
}

export interface SlackStubOptions {
  /** The one code that is exchanged for a token; all others were made up. */
  goodCode?: string;
  /** Where Socket Mode connections are opened. */
  socketUrl?: string;
}

const ANSWER = JSON.stringify({ ok: true, user_id: 'U0BOT00001', bot_id: 'B0BOT00001', team: 'Bench', user: 'bench' });

const GRANT = JSON.stringify({
  ok: true,
  app_id: 'A0BENCH001',
  authed_user: { id: 'U0ANN00001' },
  scope: 'chat:write,commands',
  token_type: 'bot',
  access_token: 'xoxb-bench-new',
  bot_user_id: 'U0BOT00001',
  team: { id: 'T0BENCHNEW', name: 'Bench new' },
  enterprise: null,
  is_enterprise_install: false,
});
const REFUSAL = JSON.stringify({ ok: false, error: 'invalid_code' });

/** Listens on a free port. */
export async function startSlackStub({ goodCode, socketUrl }: SlackStubOptions = {}): Promise<SlackStub> {
  let exchanges = 0;
  const server = createServer((request, response) => {
    const answer = (text: string) => void response.writeHead(200, { 'content-type': 'application/json' }).end(text);
    if (request.url !== '/api/oauth.v2.access') {
      request.resume();
      return answer(
        request.url === '/api/apps.connections.open' ? JSON.stringify({ ok: true, url: socketUrl }) : ANSWER,
      );
    }
    exchanges++;
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => answer(new URLSearchParams(body).get('code') === goodCode ? GRANT : REFUSAL));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    get exchanges() {
      return exchanges;
    },
    apiUrl: `http://127.0.0.1:${port}/api/`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
