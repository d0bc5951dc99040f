/** `api`, `say`, `teams probe`, `teams export` and `audit` as processes: what reached Slack is read from the simulator's log. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engines } from '../src/store/store-fixture.test-kit.ts';
import { environmentOf, type Finished, runCli } from './cli.test-kit.ts';
import { isRequest, Scene } from './scene.test-kit.ts';

async function run(scene: Scene, ...words: string[]): Promise<Finished> {
  return await runCli(words, await environmentOf(scene));
}

/** A scene whose database knows Acme; no server runs. */
async function withAcme(options: Parameters<typeof Scene.open>[0] = {}) {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }, { name: 'Globex' }], ...options });
  const line = await scene.lineOf('Acme');
  await scene.importTeams([line]);
  return { scene, acme: line.team_id };
}

async function audited(scene: Scene, ...words: string[]): Promise<Record<string, unknown>[]> {
  const { stdout } = await run(scene, 'audit', 'list', '--json', ...words);
  return (JSON.parse(stdout) as { entries: Record<string, unknown>[] }).entries;
}

describe.each(engines)('without a server, on %s', (database) => {
  it('api calls any method with the token of the team, and what was done is in the audit without secrets', async () => {
    const { scene, acme } = await withAcme({ database });
    const posted = await run(
      scene,
      'api',
      'chat.postMessage',
      '--team',
      acme,
      'channel=#general',
      'text=a=b',
      'unfurl_links:=false',
      'blocks:=[{"type":"section","text":{"type":"mrkdwn","text":"xoxb-test-in-a-text"}}]',
    );
    expect(posted).toMatchObject({ code: 0, stderr: '' });
    const answer = JSON.parse(posted.stdout) as { ok: boolean; channel: string; ts: string };
    const [call, ...others] = await scene.callsOf('chat.postMessage', { team: acme });
    expect([call?.ok, others]).toEqual([true, []]);
    const messages = await scene.slack.messages({ team: acme, channel: answer.channel });
    expect(messages.at(-1)).toMatchObject({ ts: answer.ts, text: 'a=b', isBot: true });

    const refused = await run(scene, 'api', 'chat.postMessage', '--team', acme, 'channel=C0NOWHERE1', 'text=hi');
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stdout)).toMatchObject({ ok: false, error: 'channel_not_found' });
    // That says nothing of the token: nobody is to ask about it.
    expect((await scene.rows()).map(({ installation }) => installation.request)).toEqual([null]);

    const rows = await audited(scene);
    expect(rows).toMatchObject([
      {
        operation: 'api.call',
        outcome: 'failed',
        error: 'slack_refused',
        teamId: acme,
        result: { ok: false, error: 'channel_not_found' },
      },
      {
        operation: 'api.call',
        who: expect.stringMatching(/^cli:\S+$/),
        from: expect.stringMatching(/\S/),
        input: { teamId: acme, method: 'chat.postMessage', args: { channel: '#general', unfurl_links: false } },
      },
    ]);
    expect(JSON.stringify(rows)).not.toContain('xoxb');
  });
});

describe('without a server', () => {
  it('say posts as the bot to a channel, to a person and in a thread', async () => {
    const { scene, acme } = await withAcme();
    const first = await run(scene, 'say', acme, '#general', 'We are back', '--json');
    const { channel, ts } = JSON.parse(first.stdout) as { channel: string; ts: string };
    const blocks = '[{"type":"section","text":{"type":"mrkdwn","text":"in *blocks*"}}]';
    expect(await run(scene, 'say', acme, channel, '--blocks', blocks, '--thread', ts)).toMatchObject({ code: 0 });
    const { author: user } = await scene.slack.say({ team: acme, to: 'bot', text: 'hi' });
    expect(await run(scene, 'say', acme, user, 'Hello')).toMatchObject({ code: 0 });
    const calls = await scene.callsOf('chat.postMessage', { team: acme });
    expect(calls.map(({ ok }) => ok)).toEqual([true, true, true]);
    const posts = (await scene.slack.messages({ team: acme, channel })).filter(({ isBot }) => isBot);
    expect(posts.map(({ text }) => text)).toContain('We are back');
  });

  it('nothing is sent for a team that is inactive, and Slack’s no makes the next server ask', async () => {
    const { scene, acme } = await withAcme();
    await scene.slack.fault({ kind: 'disable_integration', team: acme });
    const refused = await run(scene, 'api', 'auth.test', '--team', acme);
    expect([refused.code, JSON.parse(refused.stdout)]).toMatchObject([1, { error: 'account_inactive' }]);
    expect((await scene.rows())[0]?.installation).toMatchObject({ state: { kind: 'active' }, request: 'probe' });
    await run(scene, 'teams', 'deactivate', acme);
    const after = await scene.slack.lastSeq();
    const closed = await run(scene, 'say', acme, '#general', 'hi');
    expect(closed).toMatchObject({ code: 1, stderr: expect.stringContaining(`Team ${acme} is inactive`) });
    expect(await scene.slack.log({ after, kind: 'request' })).toEqual([]);
  });

  it('a team is exported with its documents, and with its token only into a file that nobody else can read', async () => {
    const { scene, acme } = await withAcme();
    const { server } = await scene.start();
    await scene.during(server.data(acme).set('notes', { text: 'kept' }));
    await scene.stop();
    const printed = await run(scene, 'teams', 'export', acme);
    const team = JSON.parse(printed.stdout) as object;
    expect(team).toMatchObject({
      teams: [{ teamId: acme, name: 'Acme', status: 'active' }],
      documents: [{ teamId: acme, key: 'notes', value: { text: 'kept' } }],
      timeline: [{ kind: 'installed' }],
    });
    expect(team).not.toHaveProperty('import');

    const file = join(scene.folder, 'acme.json');
    const written = await run(scene, 'teams', 'export', acme, '--tokens', '--to', file);
    expect(written).toMatchObject({ code: 0, stdout: expect.stringContaining('as safe as the key') });
    const again = await run(scene, 'teams', 'export', acme, '--tokens', '--to', file);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be written') });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const { import: [line] = [] } = JSON.parse(await readFile(file, 'utf8')) as { import?: Record<string, unknown>[] };
    expect(line).toMatchObject({ team_id: acme, bot_token: (await scene.installed('Acme')).botToken });
  });

  it('a team whose token rotates is named as left out of the file, with exit code 1', async () => {
    const { scene, acme } = await withAcme();
    const rotates = { bot_token: 'xoxe.xoxb-test', refresh_token: 'xoxe-1-test', expires_in: 3_600 };
    const imported = await runCli(
      ['teams', 'import', '-', '--force'],
      await environmentOf(scene),
      JSON.stringify({ team_id: acme, ...rotates }),
    );
    expect(imported.code).toBe(0);
    const file = join(scene.folder, 'acme.json');
    const written = await run(scene, 'teams', 'export', acme, '--tokens', '--to', file);
    expect(written).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`${acme}: the bot token is not in the file: it rotates`),
    });
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ import: [], leftOut: [{ why: 'rotates' }] });
  });

  it('the audit is a table, and a CSV file whose lines end as RFC 4180 says', async () => {
    const { scene, acme } = await withAcme();
    await run(scene, 'teams', 'deactivate', acme);
    const { stdout } = await run(scene, 'audit', 'list', '--operation', 'teams');
    expect(stdout).toMatch(/^WHEN +WHO +FROM +WHAT +TEAM +SUBJECT +OUTCOME +CHANGE\n/);
    expect(stdout).toMatch(/cli:\S+ +\S+ +teams.deactivate +\S+ +done +status active → inactive, reason – → operator/);
    const csv = (await run(scene, 'audit', 'export')).stdout;
    expect(csv.split('\r\n')).toEqual([
      'seq,at,ended,who,from,operation,teamId,outcome,error,input,before,after,result',
      expect.stringContaining(`teams.deactivate,${acme},done,,"{""teamId"":""${acme}""}"`),
      '',
    ]);
    const asJson = JSON.parse((await run(scene, 'audit', 'export', '--json')).stdout) as { entries: unknown[] };
    expect(asJson.entries).toEqual([expect.objectContaining({ operation: 'teams.deactivate', teamId: acme })]);
    expect((await run(scene, 'audit', 'export', '--json', '--who', 'nobody')).stdout).toBe('{"entries":[]}\n');
    const wrong = await run(scene, 'audit', 'list', '--since', 'yesterday');
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('since must be a time like') });
  });
});

describe('a command that cannot work', () => {
  let scene: Scene;
  let acme = '';

  beforeAll(async () => {
    scene = await Scene.openForFile({ teams: [{ name: 'Acme' }] });
    const line = await scene.lineOf('Acme');
    await scene.importTeams([line]);
    acme = line.team_id;
  });

  afterAll(() => scene.close());

  it.each([
    [['say', 'ACME', '#general'], 2, 'text or blocks is required'],
    [['say', 'ACME', '#nowhere', 'hi'], 1, 'channel_not_found'],
    [['say', 'T0NOBODY01', '#general', 'hi'], 1, 'No installation for team T0NOBODY01'],
    [['say', 'ACME', '#general', '--blocks', '{'], 2, '--blocks must be JSON'],
    [['api', 'chat postMessage', '--team', 'ACME'], 2, 'must be a method, for example chat.postMessage'],
    [['api', 'auth.test', '--team', 'ACME', 'token=xoxb-test-other'], 2, 'must not have a token'],
    [['api', 'auth.test', '--team', 'ACME', 'word'], 2, '"word" must be key=value, or key:=json'],
    [['api', 'auth.test'], 2, '--team <team>'],
    [['teams', 'export', 'ACME', '--tokens'], 2, '--tokens needs --to FILE'],
    // Where the message does not say how it goes, the help of this very command does.
    [['teams', 'exchange'], 2, 'fix: See `slack-bot-server teams exchange --help`.'],
    [['events', 'replay'], 2, 'fix: See `slack-bot-server events replay --help`.'],
    [['open', 'nope'], 2, 'fix: See `slack-bot-server open --help`.'],
    [['teams', 'import', 'nowhere.csv'], 2, 'fix: Name a file or a folder that is there'],
  ])('%j exits with %i and says %s', async (words, code, message) => {
    const finished = await run(scene, ...words.map((word) => (word === 'ACME' ? acme : word)));
    expect(finished).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) });
    expect(finished.stderr).not.toMatch(/xoxb|\n {4}at /);
  });
});

describe('beside a running server', () => {
  it('probe makes it ask Slack, whose answer is believed', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    await scene.start();
    const acme = await scene.join('Acme');
    const probe = async () => await scene.during(run(scene, 'teams', 'probe', acme.id, '--json'), { pace: 1 });
    const after = await scene.slack.lastSeq();
    const good = await probe();
    expect([good.code, JSON.parse(good.stdout)]).toMatchObject([0, { answered: true, status: 'active' }]);
    expect((await scene.slack.log({ after })).filter(isRequest('auth.test'))).toHaveLength(1);
    await run(scene, 'teams', 'deactivate', acme.id);
    const back = await scene.during(run(scene, 'teams', 'probe', acme.id), { pace: 1 });
    expect(back.stdout).toBe(
      `${acme.id} was inactive and is now active\nSlack accepts the token: the team is served again\n`,
    );
    await scene.slack.fault({ kind: 'disable_integration', team: acme.id });
    const bad = await probe();
    expect([bad.code, JSON.parse(bad.stdout)]).toMatchObject([
      1,
      { answered: true, status: 'inactive', reason: 'account_inactive' },
    ]);
  });
});
