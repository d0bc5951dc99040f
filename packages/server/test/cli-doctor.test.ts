/** `slack-bot-server doctor` and `manifest` as processes: each finding is provoked on a running server and a simulated Slack. */
import { createHmac } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WebClient } from '@slack/web-api';
import { describe, expect, it, vi } from 'vitest';
import type { Finding } from '../src/doctor/finding.ts';
import { administer } from '../src/store/store-fixture.test-kit.ts';
import { CliProcess, type Environment, environmentOf, runCli } from './cli.test-kit.ts';
import { Scene } from './scene.test-kit.ts';

const SIGNING_SECRET = 'doctor-signing-secret';

const HTTP = {
  SLACK_TRANSPORT: 'http',
  SLACK_SCOPES: 'chat:write,channels:history',
  SLACK_SIGNING_SECRET: SIGNING_SECRET,
};

async function doctor(env: Environment, ...words: string[]) {
  const { code, stdout, stderr } = await runCli(['doctor', ...words, '--json'], env);
  expect(stderr).toBe('');
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  return { code, findings, level: Object.fromEntries(findings.map((one) => [one.check, one.level])) };
}

async function httpScene() {
  const scene = await Scene.open({
    app: { kind: 'granular', signingSecret: SIGNING_SECRET },
    teams: [{ name: 'Acme' }],
  });
  const env = await environmentOf(scene, HTTP);
  const server = new CliProcess(['start'], env);
  const [, url = ''] = await server.printed(/"url":"(http:[^"]+)","msg":"listening"/);
  // The server took a free port.
  return { scene, env: { ...env, PUBLIC_URL: url }, server };
}

describe('doctor', () => {
  it('finds nothing beside a server that works, and exits 0', async () => {
    const { env } = await httpScene();
    const { code, findings, level } = await doctor(env);
    expect(findings.filter(({ level: of }) => of === 'problem' || of === 'warning')).toEqual([]);
    expect(level).toMatchObject({
      node: 'ok',
      database: 'ok',
      key: 'ok',
      disk: 'ok',
      slack: 'ok',
      clock: 'ok',
      credentials: 'ok',
      'request URL': 'ok',
      server: 'ok',
    });
    expect(code).toBe(0);
  });

  it('says of each fault what it is and how to mend it, and exits 1', async () => {
    const { env } = await httpScene();
    const otherKeys = Buffer.alloc(32, 9).toString('base64');
    const cases: [string[], Environment][] = [
      [
        ['credentials', 'request URL'],
        { ...env, SLACK_SIGNING_SECRET: 'another-signing-secret', SLACK_CLIENT_SECRET: 'another-client-secret' },
      ],
      [['request URL'], { ...env, PUBLIC_URL: 'http://127.0.0.1:9' }],
      [['database', 'slack'], { ...env, SLACK_API_URL: 'http://127.0.0.1:9/api/', ENCRYPTION_KEYS: otherKeys }],
      // A database that this process cannot read is used by a server that can: what is asked of that one is asked all the same.
      [['database', 'request URL'], { ...env, PUBLIC_URL: 'http://127.0.0.1:9', ENCRYPTION_KEYS: otherKeys }],
      // A database that does not answer says nothing of a server, which may have the port and be heard from all the same.
      [
        ['database'],
        {
          ...env,
          DATABASE_URL: 'postgres://127.0.0.1:9/none',
          ENCRYPTION_KEYS: otherKeys,
          PORT: new URL(env.PUBLIC_URL).port,
        },
      ],
      [['settings'], { ...env, PORT: 'many' }],
    ];
    // Each is a process that loads the modules: side by side they take a fraction.
    const found = await Promise.all(
      cases.map(async ([, broken]) => {
        const { code, findings } = await doctor(broken);
        const problems = findings.filter(({ level, fix }) => level === 'problem' && fix !== undefined);
        return [code, problems.map(({ check }) => check).toSorted()];
      }),
    );
    expect(found).toEqual(cases.map(([checks]) => [1, checks]));
  });

  it('warns where the server and the command share a secret that is not Slack’s, as long as nothing was taken', async () => {
    const scene = await Scene.open({
      app: { kind: 'granular', signingSecret: SIGNING_SECRET },
      teams: [{ name: 'Acme' }],
    });
    const env = await environmentOf(scene, { ...HTTP, SLACK_SIGNING_SECRET: 'mistyped-signing-secret' });
    const server = new CliProcess(['start'], env);
    const [, url = ''] = await server.printed(/"url":"(http:[^"]+)","msg":"listening"/);
    expect((await doctor({ ...env, PUBLIC_URL: url })).level).toMatchObject({
      'request URL': 'ok',
      signatures: 'skipped',
    });
    const body = JSON.stringify({ type: 'event_callback' });
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const digest = createHmac('sha256', SIGNING_SECRET).update(`v0:${timestamp}:${body}`).digest('hex');
    const headers = { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${digest}` };
    expect((await fetch(`${url}/slack/events`, { method: 'POST', headers, body })).status).toBe(401);
    // It writes once a second what it turned away.
    await vi.waitFor(async () => {
      const { code, findings, level } = await doctor({ ...env, PUBLIC_URL: url });
      expect([code, level.signatures, level['request URL']]).toEqual([1, 'warning', 'ok']);
      expect(findings.find(({ check }) => check === 'signatures')).toMatchObject({
        message: 'the running server refused 1 request for its signature, and is known to have taken none',
        fix: expect.stringContaining('copy the Signing Secret of the app'),
      });
    }, 10_000);
  });

  it('compares the scopes with what the bot file listens to and calls', async () => {
    const { scene, env } = await httpScene();
    const bot = join(scene.folder, 'bot.ts');
    const text = `export default ({ bot }) => { bot.event('reaction_added', async ({ client }) => { await client.users.info({}); }); };`;
    await writeFile(bot, text);
    const { code, findings } = await doctor(env, bot);
    const scopes = findings
      .filter(({ check }) => check === 'scopes')
      .map(({ level, message }) => `${level} ${message}`);
    expect(scopes).toEqual([
      'warning event reaction_added needs a scope that is not asked for',
      `warning method users.info needs a scope that is not asked for (called in ${bot})`,
    ]);
    expect(code).toBe(1);
    const broken = join(scene.folder, 'broken.ts');
    await writeFile(broken, 'export default () => { throw new Error("not today"); };');
    expect((await doctor(env, broken)).level).toMatchObject({ 'bot file': 'problem' });
  });

  it.each([
    {
      change: (name: string) => `alter database ${name} set default_transaction_read_only = on`,
      message: /^events cannot be stored: the database is read-only \(PostgreSQL 1\d.*1 active/,
      fix: 'the primary and not a standby',
    },
    {
      change: () => 'alter table inbox add constraint stranger check (false) not valid',
      message: /^events cannot be stored: The database test_.*constraint stranger\) \(PostgreSQL 1\d/,
      fix: 'what was added to its tables',
    },
  ])('says of a database that can be read that it takes no events: $fix', async ({ change, message, fix }) => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }], database: 'postgres' });
    await scene.importTeams(await scene.linesOf(['Acme']));
    const { databaseUrl } = await scene.settings();
    const name = new URL(databaseUrl).pathname.slice(1);
    await administer(databaseUrl, change(name));
    const { code, findings } = await doctor(await environmentOf(scene, HTTP));
    expect(findings.find(({ check }) => check === 'database')).toMatchObject({
      level: 'problem',
      message: expect.stringMatching(message),
      fix: expect.stringContaining(fix),
    });
    expect(code).toBe(1);
  });

  it('counts the sockets of others where no server runs, and takes no event from them', async () => {
    const scene = await Scene.open({ app: { kind: 'granular', isSocketModeOn: true }, teams: [{ name: 'Acme' }] });
    const [app] = await scene.slack.apps();
    const env = await environmentOf(scene, {
      SLACK_TRANSPORT: 'socket',
      SLACK_APP_TOKEN: app?.appLevelToken ?? '',
      SLACK_SCOPES: 'chat:write',
    });
    expect((await doctor(env)).level).toMatchObject({ 'app token': 'ok', sockets: 'ok', database: 'skipped' });
    await scene.slack.fault({ kind: 'ghost_sockets', count: 2 });
    const { findings } = await doctor(env);
    expect(findings.find(({ check }) => check === 'sockets')?.message).toContain('2 other sockets');
    expect((await doctor({ ...env, SLACK_APP_TOKEN: 'xapp-test-unknown-token' })).level).toMatchObject({
      'app token': 'problem',
    });
  });
});

describe('manifest', () => {
  it('is one that Slack takes; what Slack exports of it passes the check, and what lacks a scope does not', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    const bot = join(scene.folder, 'bot.ts');
    await writeFile(
      bot,
      `export default ({ bot }) => { bot.command('/ticket', async () => {}); bot.message(async ({ say }) => { await say('x'); }); bot.shortcut('make_ticket', async () => {}); };`,
    );
    const env = { ...(await environmentOf(scene, HTTP)), PUBLIC_URL: 'https://bot.example.com' };
    const printed = await runCli(['manifest', '--name', 'Tickets', 'print', bot], env);
    expect([printed.code, printed.stderr]).toEqual([0, '']);
    const { token } = await scene.slack.addConfigToken({ team: 'Acme' });
    const slack = new WebClient(token, { slackApiUrl: scene.simulator.apiUrl, retryConfig: { retries: 0 } });
    const created = await slack.apps.manifest.create({ manifest: JSON.parse(printed.stdout) });
    expect(created.ok).toBe(true);
    const exported = await slack.apps.manifest.export({ app_id: created.app_id ?? '' });
    const check = async (manifest: unknown) => {
      const file = join(scene.folder, 'exported.json');
      await writeFile(file, JSON.stringify(manifest));
      return await runCli(['manifest', 'check', file, bot], env);
    };
    // The answer of apps.manifest.export, which has the manifest in it, will do.
    expect((await check(exported)).code).toBe(0);
    const lacking = structuredClone(exported.manifest) as { oauth_config: { scopes: { bot: string[] } } };
    lacking.oauth_config.scopes.bot = ['chat:write', 'admin'];
    const found = await check(lacking);
    expect(found.code).toBe(1);
    expect(found.stdout).toContain('/oauth_config/scopes/bot: admin is not needed by this bot');
    expect(found.stdout).toContain('/oauth_config/scopes/bot: commands is missing');
  });

  it('is not printed where Slack would not take it', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    const bot = join(scene.folder, 'bot.ts');
    await writeFile(bot, `export default ({ bot }) => { bot.command('kenny', async () => {}); };`);
    const env = { ...(await environmentOf(scene, HTTP)), PUBLIC_URL: 'https://bot.example.com' };
    for (const [option, length, limit] of [
      ['--name', 36, 35],
      ['--description', 141, 140],
    ] as const) {
      const long = await runCli(['manifest', option, 'x'.repeat(length), 'print'], env);
      expect([long.code, long.stdout]).toEqual([2, '']);
      expect(long.stderr).toContain(`${option} must have 1 to ${limit} characters`);
    }
    const printed = await runCli(['manifest', 'print', bot], env);
    expect([printed.code, printed.stdout]).toEqual([1, '']);
    expect(printed.stderr).toContain('bot.command("kenny"): a command must begin with a slash');
    const file = join(scene.folder, 'kenny.json');
    await writeFile(file, JSON.stringify({ features: { slash_commands: [{ command: 'kenny' }] } }));
    const checked = await runCli(['manifest', 'check', file, bot], env);
    expect([checked.code, checked.stdout]).toEqual([1, expect.not.stringContaining('have everything')]);
    expect(checked.stdout).toContain('bot.command("kenny"): a command must begin with a slash');
  });

  it('says which names it has cut', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    const bot = join(scene.folder, 'bot.ts');
    await writeFile(
      bot,
      `export default ({ bot }) => { bot.shortcut('make_ticket_of_this_message', async () => {}); };`,
    );
    const env = { ...(await environmentOf(scene, HTTP)), PUBLIC_URL: 'https://bot.example.com' };
    const printed = await runCli(['manifest', 'print', bot], env);
    expect(printed.code).toBe(0);
    expect(printed.stderr).toContain('its name is cut to 24 characters: "Make ticket of this mess"');
    expect(JSON.parse(printed.stdout)).toMatchObject({
      features: { shortcuts: [{ name: 'Make ticket of this mess' }] },
    });
  });

  it('is one with functions that Slack takes', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    const bot = join(scene.folder, 'bot.ts');
    await writeFile(bot, `export default ({ bot }) => { bot.function('fn_step', async () => {}); };`);
    const env = { ...(await environmentOf(scene, HTTP)), PUBLIC_URL: 'https://bot.example.com' };
    const printed = await runCli(['manifest', 'print', bot], env);
    const { token } = await scene.slack.addConfigToken({ team: 'Acme' });
    const slack = new WebClient(token, { slackApiUrl: scene.simulator.apiUrl, retryConfig: { retries: 0 } });
    const created = await slack.apps.manifest.create({ manifest: JSON.parse(printed.stdout) });
    const { manifest } = await slack.apps.manifest.export({ app_id: created.app_id ?? '' });
    expect(manifest?.functions).toMatchObject({ fn_step: { title: 'Fn step' } });
  });

  it('says what is missing for one, with exit code 2', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    const env = await environmentOf(scene);
    const rtm = await runCli(['manifest'], env);
    expect([rtm.code, rtm.stderr]).toEqual([2, expect.stringContaining('SLACK_TRANSPORT = rtm')]);
    const unread = await runCli(['manifest', 'check', join(scene.folder, 'none.json')], { ...env, ...HTTP });
    expect([unread.code, unread.stderr]).toEqual([2, expect.stringContaining('cannot be read as a manifest')]);
    // Said once: the message has the words of its cause.
    expect(unread.stderr).not.toContain('because');
    const file = join(scene.folder, 'odd.yaml');
    for (const [content, words] of [
      ['hello', 'is not a manifest'],
      ['{"name":"some-package"}', 'is not a manifest'],
      [Buffer.from([0x61, 0x3a, 0x20, 0xe9, 0x0a]), 'not valid for encoding utf-8'],
      [`a: &a [${'1,'.repeat(9)}]\nb: &b [${'*a,'.repeat(99)}]\nc: [${'*b,'.repeat(99)}]`, 'Excessive alias count'],
    ] as const) {
      await writeFile(file, content);
      const odd = await runCli(['manifest', 'check', file], { ...env, ...HTTP });
      expect([odd.code, odd.stderr]).toEqual([2, expect.stringContaining(words)]);
    }
    const endless = await runCli(['manifest', 'check', '/dev/zero'], { ...env, ...HTTP });
    expect([endless.code, endless.stderr]).toEqual([2, expect.stringContaining('more than 1048576 bytes')]);
  });
});
