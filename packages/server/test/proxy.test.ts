/** A server behind an HTTP proxy: everything that it says to Slack goes through it, or does not where NO_PROXY says so. */
import { expect, it, onTestFinished } from 'vitest';
import { startConnectProxy } from '../src/slack/connect-proxy.test-kit.ts';
import { Scene } from './scene.test-kit.ts';

const PASSWORD = 'test-proxy-password';

async function openBehindProxy(noProxy: string[]) {
  const scene = await Scene.open();
  const proxy = await startConnectProxy({ credentials: `ann:${PASSWORD}` });
  onTestFinished(() => proxy.close());
  await scene.start({ httpsProxy: proxy.url, noProxy });
  await scene.register('Acme');
  await scene.greet('Acme');
  return { scene, proxy };
}

it('calls and the socket of a team go through it, and its password is written nowhere', async () => {
  const { scene, proxy } = await openBehindProxy([]);
  const { host } = new URL(scene.simulator.apiUrl);
  expect(new Set(proxy.asked)).toEqual(new Set([host]));
  for (const line of [/^POST \/api\/(oauth|rtm)/, /^GET \/.* HTTP/]) {
    expect(proxy.lines).toContainEqual(expect.stringMatching(line));
  }
  expect(scene.logLines.join('\n')).not.toContain(PASSWORD);
});

it('nothing does that NO_PROXY names', async () => {
  const { proxy } = await openBehindProxy(['127.0.0.1']);
  expect(proxy.asked).toEqual([]);
});
