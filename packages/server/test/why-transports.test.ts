/** `why` over RTM and Socket Mode, where a message may never arrive for want of a connection, and from beside a server. */
import { expect, it } from 'vitest';
import { environmentOf, runCli } from './cli.test-kit.ts';
import { isRefused, Scene } from './scene.test-kit.ts';
import { openSocketScene } from './socket-scene.test-kit.ts';
import { ADMIN_TOKEN, linkTo, moody, type Why, why } from './why-scene.test-kit.ts';

it('over RTM says what came, what came while the team had no connection, and why the team is gone', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  await scene.start({ adminToken: ADMIN_TOKEN, setUp: moody(Promise.resolve()) });
  const acme = await scene.join('Acme');
  const where = { team: 'Acme', to: 'bot' } as const;
  const hi = await scene.slack.say({ ...where, text: 'hi there' });
  await scene.pass(1_500);
  expect(await why(scene, linkTo(hi))).toMatchObject({ outcome: 'handled', teamId: acme.id });
  expect((await why(scene, acme.id)).answer).toMatch(/^Active since .*, connected since /);

  // Its socket is gone, and Slack refuses new ones for a while.
  await scene.slack.fault({ kind: 'refuse_sockets', count: 3 });
  await scene.slack.fault({ kind: 'reset', team: acme.id });
  await scene.pass(1_500);
  const missed = await scene.slack.say({ ...where, text: 'hi again' });
  // What a process tells of its connections is as old as a second.
  await scene.pass(1_500);
  const of = { teamId: acme.id, askSlack: 'false' };
  expect(await why(scene, linkTo(missed), of)).toMatchObject({
    outcome: 'never_arrived',
    certainty: expect.stringMatching(/^(proved|likely)$/),
    answer: expect.stringMatching(/The connection of team T\w+ is (waiting|connecting) since/),
  });
  await scene.pass(60_000, 1_000);
  expect((await why(scene, linkTo(missed), of)).answer).toMatch(
    /^It never arrived\. Team T\w+ was without a connection from .* to .*: over RTM Slack sends nothing of that time later\.$/,
  );

  // Beside the server the command asks the same: through rows, what the server remembers.
  const cli = runCli(['why', linkTo(hi), '--json'], await environmentOf(scene));
  const told = JSON.parse((await scene.during(cli)).stdout) as Why;
  expect(told).toMatchObject({ outcome: 'handled', seesBack: { processes: [{ answered: true }] } });

  const after = await scene.slack.lastSeq();
  await scene.slack.fault({ kind: 'disable_integration', team: acme.id });
  await scene.until(isRefused('rtm.connect', 'account_inactive'), { after });
  await scene.pass(5_000);
  const late = await scene.slack
    .say({ ...where, text: 'hi?' })
    .catch(() => ({ channel: hi.channel, ts: tsNow(scene) }));
  expect((await why(scene, linkTo(late), of)).answer).toMatch(
    /^It never arrived\. Team T\w+ was inactive at that time, since .* \(account_inactive\)/,
  );
  expect(await why(scene, acme.id)).toMatchObject({
    answer: expect.stringMatching(/^Inactive since .*: Slack answered account_inactive\.$/),
    advice: expect.stringMatching(/^It comes back when the team installs again\. slack-bot-server teams reactivate T/),
  });

  // Without a server nobody remembers, and that is what it says.
  await scene.stop();
  const alone = await runCli(['why', linkTo({ channel: hi.channel, ts: hi.ts })], await environmentOf(scene));
  expect(alone.stdout).toMatch(/^No server runs whose memory could be asked/);
  expect(alone.stdout).toContain('no server runs: only rows were read');
});

it('over Socket Mode says what was handled, and what was never sent', async () => {
  const { scene, acme } = await openSocketScene({ adminToken: ADMIN_TOKEN, setUp: moody(Promise.resolve()) });
  const where = { team: 'Acme', channel: 'general' };
  const hi = await scene.slack.say({ ...where, text: 'hi there' });
  await scene.pass(1_500);
  expect(await why(scene, linkTo(hi))).toMatchObject({ outcome: 'handled', teamId: acme.id });

  await scene.slack.fault({ kind: 'delivery_duplicate', count: 1 });
  const twice = await scene.slack.say({ ...where, text: 'hi twice' });
  await scene.pass(2_000);
  expect((await why(scene, linkTo(twice))).sentences.map(({ text }) => text)).toContainEqual(
    expect.stringMatching(/^It came again at /),
  );

  await scene.slack.fault({ kind: 'delivery_drop', count: 1 });
  const dropped = await scene.slack.say({ ...where, text: 'hi nobody' });
  await scene.pass(2_000);
  const unheard = await why(scene, linkTo(dropped), { teamId: acme.id });
  expect(unheard).toMatchObject({ outcome: 'never_arrived', certainty: 'unknown' });
  expect(unheard.answer).toContain('Slack did not send it, as far as is known');
  // Other messages of the conversation came: the subscription was there, and may have been removed since.
  expect(unheard.checks.map(({ result }) => result)).toContainEqual(
    expect.stringMatching(/^the last one came at .*: the subscription was there at that time$/),
  );
});

function tsNow(scene: Scene): string {
  return `${Math.floor(scene.clock.now() / 1_000)}.000100`;
}
