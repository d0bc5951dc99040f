/** The simulator behind a certificate: every URL that it gives out is https or wss, and Slack's own clients follow them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { SocketModeClient } from '@slack/socket-mode';
import { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SimulatorControl, startSimulator } from '../src/index.ts';
import { call, connect, installedSimulator } from './support/slack.ts';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures/tls', name), 'utf8');
const tls = { cert: fixture('cert.pem'), key: fixture('key.pem') };

let slack: Awaited<ReturnType<typeof installedSimulator>>;
beforeAll(async () => {
  slack = await installedSimulator({ tls });
});
afterAll(() => slack.stop());

describe('a simulator with a certificate', () => {
  it('is driven by a client that trusts the certificate, and by no other', async () => {
    expect(await slack.control.status()).toMatchObject({ url: slack.url, apiUrl: slack.apiUrl });
    expect([slack.url, slack.apiUrl, slack.authorizeUrl].every((url) => url.startsWith('https://'))).toBe(true);
    await expect(new SimulatorControl(slack.url).status()).rejects.toMatchObject({ code: 'simulator_unreachable' });
  });

  it('refuses what is no certificate, and a key of another', async () => {
    const refused = expect.objectContaining({ code: 'invalid_configuration' });
    await expect(startSimulator({ tls: { ...tls, cert: 'nonsense' } })).rejects.toThrow(refused);
    await expect(startSimulator({ tls: { ...tls, key: tls.cert } })).rejects.toThrow(refused);
  });
});

describe('Slack clients that trust the certificate', () => {
  const before = getCACertificates('default');
  beforeAll(() => setDefaultCACertificates([...before, tls.cert]));
  afterAll(() => setDefaultCACertificates(before));

  it('call methods and upload files by @slack/web-api', async () => {
    await slack.control.addApp({
      id: 'A0GRANULAR',
      kind: 'granular',
      botScopes: ['files:write', 'files:read', 'chat:write'],
    });
    const { botToken } = await slack.control.install({ team: 'Acme', app: 'A0GRANULAR' });
    const client = new WebClient(botToken, { slackApiUrl: slack.apiUrl });
    expect(await client.auth.test()).toMatchObject({ ok: true, team: 'Acme' });
    const upload = await client.files.getUploadURLExternal({ filename: 'a.txt', length: 3 });
    expect(upload.upload_url).toMatch(/^https:/);
    await client.filesUploadV2({ filename: 'a.txt', content: 'abc' });
    const { files } = await client.files.list({});
    expect(files?.map(({ name }) => name)).toContain('a.txt');
  });

  it('open RTM sockets on wss, which faults can reset', async () => {
    expect((await call(slack, 'rtm.connect', slack.acme.botToken)).url).toMatch(/^wss:/);
    using socket = await connect(slack, slack.acme.botToken);
    await slack.control.say({ team: 'Acme', channel: 'general', text: 'by wss' });
    await socket.frame(({ text }) => text === 'by wss');
    await slack.control.fault({ kind: 'reset', team: 'Acme' });
    expect(await socket.closed()).toBe(1006);
  });

  it('open Socket Mode connections by @slack/socket-mode', async () => {
    const app = await slack.control.addApp({ kind: 'granular', isSocketModeOn: true });
    const client = new SocketModeClient({
      appToken: app.appLevelToken,
      clientOptions: { slackApiUrl: slack.apiUrl },
    });
    await client.start();
    await client.disconnect();
    expect(await slack.control.log({ method: 'apps.connections.open' })).toMatchObject([{ ok: true }]);
  });

  it('are reset in an outage', async () => {
    await slack.control.fault({ kind: 'outage', how: 'reset' });
    await expect(call(slack, 'api.test', undefined)).rejects.toThrow('fetch failed');
    await slack.control.removeFaults();
    expect(await call(slack, 'api.test', undefined)).toMatchObject({ ok: true });
  });
});
