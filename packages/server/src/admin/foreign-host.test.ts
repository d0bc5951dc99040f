import { request } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { loopbackGuard } from '../http/loopback-guard.ts';
import { createHttpServer } from '../http/server.ts';
import { systemClock } from '../time/clock.ts';
import { foreignHostAnswer } from './foreign-host.ts';
import { problemSchema } from './problem.ts';

it('a refusal of the server of dev is a problem under /api, and plain text elsewhere', async () => {
  const server = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    app: { fetch: () => new Response('welcome') },
    clock: systemClock,
    log: { warn() {} },
  });
  const { url } = await server.start(loopbackGuard(undefined, foreignHostAnswer));
  onTestFinished(() => server.stop({ graceMs: 0 }));
  const send = (path: string) =>
    new Promise<{ status: number | undefined; type: string | undefined; id: unknown; text: string }>(
      (resolve, reject) => {
        request(`${url}${path}`, { headers: { host: 'evil.example' } }, (response) => {
          let text = '';
          const { statusCode: status, headers } = response;
          response.on('data', (part: Buffer) => (text += part.toString()));
          response.on('end', () =>
            resolve({ status, type: headers['content-type'], id: headers['x-request-id'], text }),
          );
        })
          .on('error', reject)
          .end();
      },
    );
  for (const path of ['/api', '/api/teams', '/api?x=1']) {
    const { status, type, id, text } = await send(path);
    expect({ path, status, type }).toEqual({ path, status: 403, type: 'application/problem+json' });
    const problem = problemSchema.parse(JSON.parse(text));
    expect(problem).toMatchObject({
      status: 403,
      code: 'forbidden',
      requestId: id,
      fix: expect.stringContaining('PUBLIC_URL'),
    });
    expect(problem.detail).toContain('Host "evil.example" is not allowed');
  }
  expect(await send('/apis')).toMatchObject({ status: 403, type: 'text/plain; charset=utf-8' });
});
