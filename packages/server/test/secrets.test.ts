/**
 * P9: a story with failures of all kinds, at log level trace, after which every token, code, state, cookie and the client
 * secret is looked for wherever the server has written: log, errors, answers, pages, command line, database and its WAL.
 * Every other scene is looked through as well when it closes: see secrets-watch.test.ts.
 */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startProcess } from '../src/store/store-fixture.test-kit.ts';
import { systemClock } from '../src/time/clock.ts';
import { CliProcess, environmentOf, runCli } from './cli.test-kit.ts';
import { ScriptedSlack } from './connection/scripted-slack.ts';
import { answerHi, isRefused, isSocketOpen, Scene } from './scene.test-kit.ts';
import { decide, openBrowser, visit } from './slack-button.test-kit.ts';

/** What was written, by where. */
type Written = Record<string, string>;

/** The places in which one of the secrets stands. */
function placesWith(secrets: Iterable<string>, written: Written): string[] {
  const found: string[] = [];
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(8);
    for (const [place, text] of Object.entries(written)) if (text.includes(secret)) found.push(`${place}: ${secret}`);
  }
  return found;
}

/** The secrets that stand in the database, its WAL or its shared memory; read by another process, as POSIX locks demand. */
async function inDatabase(path: string, secrets: Iterable<string>): Promise<string[]> {
  const [told] = (await once(startProcess('scan', path, ...secrets), 'message')) as [
    { found: string[]; sizeBytes: number[] },
  ];
  expect(told.sizeBytes[0]).toBeGreaterThan(0);
  expect(told.sizeBytes[1]).toBeGreaterThan(0);
  return told.found;
}

/** Plays the story; collects what was secret in it and what was written. */
async function playStory(scene: Scene) {
  const secrets = new Set<string>();
  const written: Written = {};
  const errors: unknown[] = [];
  let isVetoing = false;

  const noteTokens = async () => {
    for (const { botToken, userToken } of await scene.slack.installs()) secrets.add(botToken).add(userToken);
  };
  const noteAddress = (address: string) => {
    for (const name of ['code', 'state']) {
      const value = new URL(address).searchParams.get(name);
      if (value) secrets.add(value);
    }
  };
  const open = async (place: string, browser: ReturnType<typeof openBrowser>, address: string) => {
    noteAddress(address);
    const page = await scene.during(visit(browser, address));
    await noteTokens();
    written[`page ${place}`] = page.html;
  };
  const allow = async (place: string, team: string, change = (address: string) => address) => {
    const browser = openBrowser();
    const back = await decide(browser, scene.url, { team });
    noteAddress(back);
    await open(place, browser, change(back));
    return { browser, back };
  };

  const [app] = await scene.slack.apps();
  secrets.add(app?.clientSecret ?? '').add(app?.signingSecret ?? '');
  await scene.start({
    setUp(context) {
      const { bot, server } = context;
      server.on('error', ({ error, where }) => {
        // What the author's code threw is its own; ours are the words around it.
        const isAuthors = where === 'listener' || where === 'floating rejection';
        errors.push(isAuthors ? [error.message, error.stack, error.facts] : error);
      });
      server.on('installing', () => (isVetoing ? { veto: 'Closed today.' } : undefined));
      server.on('deactivated', async ({ teamId }) => await server.client(teamId));
      bot.message('crash', ({ client, context: { botToken }, logger }) => {
        logger.error('about to crash with', botToken);
        throw Object.assign(new Error(`crashed with ${client.token}`), {
          headers: { authorization: `Bearer ${botToken}` },
        });
      });
      bot.message('float', ({ client }) => {
        server.reportFloating(new Error(`floating with ${client.token}`));
        return Promise.resolve();
      });
      answerHi(context);
    },
  });
  const team = async (name: string) => (await scene.slack.team(name)).id;
  const [acme, globex] = [await team('Acme'), await team('Globex')];

  // Every way through the Slack button.
  const first = await allow('installed', acme);
  await open('reload', first.browser, first.back);
  await allow('forged state', acme, (back) => back.replace('state=', 'state=A'));
  await allow('used code', acme, (back) => {
    const url = new URL(back);
    url.searchParams.set('code', new URL(first.back).searchParams.get('code') ?? '');
    return url.href;
  });
  const other = await allow('installed again', globex);
  await open('foreign browser', openBrowser(), other.back);
  isVetoing = true;
  await allow('refused', await team('Initech'));
  isVetoing = false;
  for (const trouble of [
    { kind: 'malformed', body: `{"ok":true,"access_token":"${[...secrets][0]}","bot":{"bot_acc` },
    { kind: 'server_error' },
    { kind: 'refuse', error: 'bad_client_secret' },
    { kind: 'rate_limit' },
    { kind: 'hang' },
  ] as const) {
    const { id } = await scene.slack.fault({ ...trouble, method: 'oauth.access' });
    await allow(`exchange ${trouble.kind}`, acme);
    await scene.slack.removeFaults(id);
  }
  const raw = await fetch(`${scene.url}/slack/install`, { redirect: 'manual' });
  const cookie = /=([^;]+)/.exec(raw.headers.get('set-cookie') ?? '')?.[1] ?? '';
  secrets.add(cookie);
  noteAddress(raw.headers.get('location') ?? '');
  const query = new URLSearchParams({ code: 'sim.made-up-code', token: [...secrets].at(-1) ?? '' }).toString();
  for (const path of [
    '/',
    '/slack/install?team=x',
    '/slack/oauth_redirect',
    '/healthz',
    '/readyz',
    '/nowhere',
    '/api/teams',
  ]) {
    const response = await fetch(`${scene.url}${path}${path.includes('?') ? '&' : '?'}${query}`, {
      redirect: 'manual',
      headers: { cookie: `slack-install=${cookie}`, authorization: `Bearer ${[...secrets][2]}` },
    });
    written[`answer ${path}`] = await response.text();
  }

  // Listeners that fail with the token, calls that fail in every way, and a death.
  await scene.until(isSocketOpen(globex));
  for (const text of ['crash', 'float']) await scene.slack.say({ team: acme, to: 'bot', text });
  const echo = `{"ok":false,"echo":"${(await scene.installed('Acme')).botToken}`;
  for (const trouble of [
    { kind: 'malformed', body: echo },
    { kind: 'server_error', body: echo },
    { kind: 'refuse', error: 'fatal_error' },
    { kind: 'rate_limit', retryAfterSeconds: 600 },
    { kind: 'hang' },
  ] as const) {
    const { id } = await scene.slack.fault({ ...trouble, team: acme });
    await scene.slack.say({ team: acme, to: 'bot', text: 'hi' });
    await scene.slack.fault({ kind: 'reset', team: acme });
    await scene.strideThrough(30_000, 5_000);
    await scene.slack.removeFaults(id);
  }
  await scene.slack.fault({ kind: 'outage', how: 'reset' });
  await scene.strideThrough(30_000, 5_000);
  await scene.slack.removeFaults();
  const after = await scene.slack.lastSeq();
  await scene.until(isSocketOpen(globex), { after, withinMs: 400_000, stepMs: 1_000 });
  await scene.slack.fault({ kind: 'remove_app', team: globex });
  await scene.until(isRefused('rtm.connect', 'invalid_auth'), { after, withinMs: 400_000, stepMs: 1_000 });
  await scene.until(isRefused('auth.test', 'invalid_auth'), { after, withinMs: 60_000, stepMs: 1_000 });

  written.log = scene.logLines.join('\n');
  written.errors = inspect(errors, { depth: 20, maxStringLength: null, maxArrayLength: null });
  return { secrets, written, errors };
}

describe('after a story of failures', () => {
  it('no secret stands in logs, errors, answers, pages, the database or its WAL', async () => {
    const scene = await Scene.open({
      teams: [{ name: 'Acme' }, { name: 'Globex' }, { name: 'Initech' }],
      ioPatienceMs: 50,
    });
    const { secrets, written, errors } = await playStory(scene);
    expect(secrets.size).toBeGreaterThan(20);
    expect(errors.length).toBeGreaterThan(3);
    expect(written.log).toContain('crashed with [token]');
    expect(written.log).toContain('floating with [token]');
    expect(written.log).toContain('about to crash with [token]');
    expect(placesWith(secrets, written)).toEqual([]);
    expect(await inDatabase(scene.databasePath, secrets)).toEqual([]);
  });

  it('no secret stands in what the command line prints, whatever lines it imports', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    const good = await scene.lineOf('Acme');
    const file = join(scene.folder, 'teams.ndjson');
    const bad = [`{"team_id":"lower","name":"x","bot_token":"${good.bot_token}"}`, `{"bot_token":"${good.bot_token}"`];
    await writeFile(file, [JSON.stringify(good), ...bad].join('\n'));
    const env = await environmentOf(scene);
    const imported = await runCli(['teams', 'import', file], env);
    const others = await Promise.all([
      runCli(['teams', 'show', good.team_id], env),
      runCli(['teams', 'list', '--json'], env),
      runCli(['start'], { ...env, SLACK_CLIENT_ID: '' }),
    ]);
    expect(imported.stdout).toContain('1 new, 0 updated, 0 unchanged, 2 bad');
    const printed = inspect([imported, ...others], { maxStringLength: null });
    expect(placesWith([good.bot_token, env.SLACK_CLIENT_SECRET ?? ''], { printed })).toEqual([]);
  });
});

describe('a token in no shape of Slack’s', () => {
  it('does not get into the log by a listener that throws it', async () => {
    const token = 'gEh3imes.Token/of+another_Server';
    const peer = await ScriptedSlack.start(systemClock);
    onTestFinished(() => peer.stop());
    const scene = await Scene.open();
    const line = { team_id: 'T0OTHER001', name: 'Other', bot_token: token, bot_user_id: 'U0BOT', bot_id: 'B0BOT' };
    await scene.importTeams([line]);
    const bot = join(scene.folder, 'bot.mjs');
    await writeFile(
      bot,
      `export default ({ bot }) => {
         bot.message('crash', ({ client }) => { throw new Error('crashed with ' + client.token); });
       };`,
    );
    const server = new CliProcess(['start', bot], { ...(await environmentOf(scene)), SLACK_API_URL: peer.apiUrl });
    await server.printed(/"reason":"hello"|reason=hello/);
    peer.send(token, { type: 'message', channel: 'D0D', channel_type: 'im', user: 'U0ANN', text: 'crash', ts: '1.1' });
    const [printed] = await server.printed(/crashed with .*/);
    expect(printed).not.toContain(token);
    await server.end('SIGKILL');
    expect(server.stdout + server.stderr).not.toContain(token);
  });
});
