/** The simulator as a whole: starting and stopping, many at once. What nobody should send is in fuzz.test.ts. */
import { describe, expect, it } from 'vitest';
import { startSimulator } from '../src/index.ts';
import { call, connect, installedSimulator } from './support/slack.ts';

describe('a simulator', () => {
  it('is ready for less than 300 ms of processor time', async () => {
    const startMs = async () => {
      const before = process.cpuUsage();
      await using _slack = await startSimulator();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    };
    // The first one compiles what the others only run.
    expect(Math.min(await startMs(), await startMs(), await startMs())).toBeLessThan(300);
  });

  it('may be one of fifty in a process, and leaves no handle behind', async () => {
    const handles = () => process.getActiveResourcesInfo().filter((kind) => /TCP|TLS|Timeout/.test(kind)).length;
    const before = handles();
    const all = await Promise.all(Array.from({ length: 50 }, () => installedSimulator()));
    const sockets = await Promise.all(all.map((one) => connect(one, one.acme.botToken)));
    await Promise.all(all.map((one) => one.stop()));
    await Promise.all(sockets.map((socket) => socket.closed()));
    await expect.poll(handles).toBeLessThanOrEqual(before);
  });

  it('knows every secret that it gave out', async () => {
    await using slack = await startSimulator({
      app: { kind: 'granular', userScopes: ['search:read'], isTokenRotationOn: true, isSocketModeOn: true },
    });
    const { control } = slack;
    const first = await control.install({ team: (await control.teams())[0]?.id ?? '' });
    const second = await control.install({ team: first.team, forceNewToken: true });
    const [app] = await control.apps();
    const opened = await call(slack, 'apps.connections.open', app?.appLevelToken ?? '');
    const ticket = new URL(String(opened.url)).searchParams.get('ticket');
    expect(first.botToken).not.toBe(second.botToken);
    const expected = [
      first.botToken,
      second.botToken,
      app?.clientSecret,
      app?.signingSecret,
      app?.appLevelToken,
      ticket,
    ];
    expect(slack.secrets()).toEqual(expect.arrayContaining(expected));
    // Of the bot and of the person, twice.
    expect(slack.secrets().filter((secret) => secret.startsWith('xoxe-1-'))).toHaveLength(4);
  });

  it('stops twice, with sockets, held answers and long polls open', async () => {
    const slack = await installedSimulator();
    using socket = await connect(slack, slack.acme.botToken);
    await slack.control.fault({ kind: 'hold', method: 'auth.test' });
    const held = call(slack, 'auth.test', slack.acme.botToken).catch(() => 'cut');
    const polled = slack.control.waitForLog(() => false, { timeoutMs: 60_000 }).catch(() => 'cut');
    await slack.control.waitForLog(({ kind }) => kind === 'request_held');
    await slack.stop();
    await slack.stop();
    await socket.closed();
    await expect(polled).resolves.toBe('cut');
    await held;
  });

  it('refuses a host that others can reach, unless it is allowed', async () => {
    await expect(startSimulator({ host: '0.0.0.0' })).rejects.toThrow(
      expect.objectContaining({ code: 'remote_refused' }),
    );
    await using _open = await startSimulator({ host: '0.0.0.0', allowRemote: true });
  });

  it('gives the same ids and tokens for the same seed number', async () => {
    await using one = await installedSimulator({ seedNumber: 42 });
    await using two = await installedSimulator({ seedNumber: 42 });
    await using other = await installedSimulator({ seedNumber: 43 });
    expect(two.acme).toEqual(one.acme);
    expect(other.acme.botToken).not.toBe(one.acme.botToken);
  });
});
