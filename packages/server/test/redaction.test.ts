/** P9: what a listener, a job or a hook says with a secret in it, on its way into rows, logs and answers of the command line. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CliProcess, environmentOf, runCli } from './cli.test-kit.ts';
import { openHttpScene, SIGNING_SECRET } from './http-scene.test-kit.ts';
import { Scene } from './scene.test-kit.ts';
import { secretsWatch } from './secrets-watch.test-kit.ts';

/** Of a server that is compatible with Slack: no shape tells it from other words. */
const COMPATIBLE = 'Zm9vYmFyYmF6/cXV4+cXV1eA==';

it('secrets in the error of a listener and of a job are stored nowhere, and printed neither by the log nor by a command', async () => {
  let [key, clientSecret]: (string | undefined)[] = [];
  const words = () => `key ${key} client ${clientSecret} signing ${SIGNING_SECRET} token=${COMPATIBLE}`;
  secretsWatch.know([COMPATIBLE]);
  const { scene, acme } = await openHttpScene({
    scene: { database: 'postgres' },
    setUp({ bot, server }) {
      bot.message('leak', () => Promise.reject(new Error(words())));
      const job = () => Promise.reject(new Error(`signed with ${SIGNING_SECRET}`));
      server.onceAndEvery({ cron: '0 0 1 1 *' }, job, { name: 'leaking job' });
    },
  });
  ({ encryptionKeys: key, slackClientSecret: clientSecret } = await scene.settings());
  await scene.importTeams([{ team_id: 'T0COMPAT', name: 'Compatible', bot_token: COMPATIBLE }]);
  await scene.pass(1_100);
  await scene.slack.say({ team: acme.id, to: 'bot', text: 'leak' });
  await scene.pass(1_000);

  const { stdout } = await runCli(['events', 'list', '--json'], await environmentOf(scene));
  expect(JSON.parse(stdout)).toMatchObject({
    events: [{ error: { message: 'key [secret] client [secret] signing [secret] token=[token]' } }],
  });
  for (const failed of ['"msg":"event failed"', '"msg":"job failed"'])
    expect(scene.logLines.join('')).toContain(failed);
  // That nothing of it stands in the rows and in the log is looked at when the scene closes.
});

it('the key that was generated into a file is stored and printed nowhere either, however it is spelled', async () => {
  let spellings: string[] = [];
  const { scene, acme } = await openHttpScene({
    setUp: ({ bot }) => bot.message('leak', () => Promise.reject(new Error(`key ${spellings.join(' and ')}`))),
  });
  const key = await readFile(`${scene.databasePath}.key`, 'utf8');
  const bytes = Buffer.from(key, 'base64');
  spellings = [key.trim(), bytes.toString('base64url'), bytes.toString('hex')];
  secretsWatch.know(spellings);
  await scene.slack.say({ team: acme.id, to: 'bot', text: 'leak' });
  await scene.pass(1_000);

  const env = await environmentOf(scene);
  const { stdout } = await runCli(['events', 'list', '--json'], env);
  expect(JSON.parse(stdout)).toMatchObject({
    events: [{ error: { message: 'key [secret] and [secret] and [secret]' } }],
  });
  const file = join(scene.folder, 'teams.ndjson');
  await writeFile(file, `${JSON.stringify({ team_id: 'T0NAMED', bot_token: 'xoxb-test-named', [key.trim()]: 1 })}\n`);
  const imported = await runCli(['teams', 'import', file], env);
  expect(imported.stdout).toContain('has the unknown field "[secret]"');
  expect(scene.logLines.join('')).toContain('"msg":"event failed"');
});

it('an exception that nobody catches ends the server with 1, and shows no secret', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }], clock: { mode: 'system' } });
  const secret = 'quo"ted\\client-secret';
  const env = await environmentOf(scene, { SLACK_CLIENT_SECRET: secret, SLACK_SIGNING_SECRET: SIGNING_SECRET });
  const file = join(scene.folder, 'bot.mjs');
  await writeFile(
    file,
    `export default ({ server }) => void server.on('booted', () => void setImmediate(() => {
       const cause = new AggregateError([new Error('signed with ' + process.env.SLACK_SIGNING_SECRET)], 'xwfp-test-leaked');
       throw Object.assign(new Error('broke with ' + process.env.SLACK_CLIENT_SECRET, { cause }), { token: 'xoxb-test-leaked' });
     }));`,
  );
  const { code, stdout, stderr } = await new CliProcess(['start', file], env).ended();
  expect(code).toBe(1);
  expect(stdout).toContain('"message":"broke with [secret]"');
  expect(stdout).toContain('signed with [secret]');
  expect(stderr).toBe('error: an uncaught exception ended the server; the log has it\n');
  expect(stdout + stderr).not.toMatch(/quo\\*"ted|client-secret|test-leaked/);
  expect(stdout + stderr).not.toContain(SIGNING_SECRET);
});

it.each(['mysql://u:p@ssX@h/db', 'postgres2://u:ssX@h', 'postgres://u:1/ssX@h/db'])(
  'start with DATABASE_URL %s exits 2, makes no folder, and prints nothing of the password',
  async (databaseUrl) => {
    const scene = await Scene.open({ teams: [] });
    const env = await environmentOf(scene, { DATABASE_URL: databaseUrl, ENCRYPTION_KEYS: 'ab'.repeat(32) });
    const { code, stdout, stderr } = await runCli(['teams', 'list'], env);
    expect(code).toBe(2);
    expect(stderr).toContain(`DATABASE_URL = "${databaseUrl.split('u:')[0]}…" must `);
    expect(stdout + stderr).not.toContain('ssX');
  },
);
