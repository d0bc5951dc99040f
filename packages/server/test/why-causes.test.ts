/** More of the ways in which a message stays unanswered: those that need a Slack, or a life of the server, of their own. */
import { expect, it } from 'vitest';
import { openHttpScene, startHttp } from './http-scene.test-kit.ts';
import type { Scene } from './scene.test-kit.ts';
import { openSocketScene } from './socket-scene.test-kit.ts';
import { ADMIN_TOKEN, aMessage, linkTo, moody, post, why } from './why-scene.test-kit.ts';

const general = { team: 'Acme', channel: 'general' };
const setUp = moody(Promise.resolve());

/** Somebody writes in #general, and time goes on until the bot had its turn. */
async function write(scene: Scene, text: string) {
  const message = await scene.slack.say({ ...general, text });
  await scene.pass(3_000);
  return message;
}

it('over HTTP says what Slack answered to the bot, what was too large, and that no server ran', async () => {
  const { scene, acme } = await openHttpScene({ adminToken: ADMIN_TOKEN, setUp, dispatcher: { maxAttempts: 1 } });
  const { port } = new URL(scene.url);
  const quietly = { teamId: acme.id, askSlack: 'false' };

  // Slack limits a call, which is made again and succeeds: nothing has to be done.
  await scene.slack.fault({ kind: 'rate_limit', method: 'chat.postMessage', retryAfterSeconds: 1, count: 1 });
  const limited = await why(scene, linkTo(await write(scene, 'hi soon')));
  expect(limited).toMatchObject({ outcome: 'handled', advice: null });
  expect(limited.answer).toMatch(/chat\.postMessage \(rate_limited, \d+ m?s\), chat\.postMessage \(ok, \d+ m?s\)\.$/);
  // Slack does not answer it.
  await scene.slack.fault({ kind: 'server_error', method: 'chat.postMessage', count: 1 });
  const broken = await why(scene, linkTo(await write(scene, 'hi to nobody')));
  expect(broken).toMatchObject({ outcome: 'failed', certainty: 'proved' });
  expect(broken.answer).toContain('Called at Slack: chat.postMessage (server_error, ');
  expect(broken.advice).toMatch(/^Slack did not answer chat\.postMessage, so it is not known whether/);

  const topic = aMessage(scene, acme.id);
  await post(scene, { ...topic.body, event: { ...topic.body.event, subtype: 'channel_topic' } });
  await scene.pass(1_000);
  expect((await why(scene, linkTo(topic))).answer).toContain('no listener matched it: it has a subtype');
  const huge = aMessage(scene, acme.id);
  expect(await post(scene, { ...huge.body, more: 'x'.repeat(3_000_000) })).toBe(413);
  expect((await why(scene, linkTo(huge), quietly)).answer).toMatch(
    /^It never arrived\. Likely: A request of an unknown team was turned away at .* with status 413: it was too large\.$/,
  );

  await scene.stop();
  const missed = await scene.slack.say({ ...general, text: 'hi' });
  await scene.strideThrough(7_200_000, 600_000);
  await startHttp(scene, { adminToken: ADMIN_TOKEN, setUp, port: Number(port) });
  await scene.pass(2_000);
  const unheard = await why(scene, linkTo(missed), quietly);
  expect(unheard).toMatchObject({ outcome: 'never_arrived', certainty: 'likely' });
  expect(unheard.answer).toMatch(
    /^It never arrived\. Likely: No server ran at that time: the last one stopped at .* and the next one started at /,
  );
  expect(unheard.sentences[0]?.text).toMatch(/: \S+ was asked and remembers all since .*, but no event of it;/);
});

it('over HTTP says that the token lacks the scope', async () => {
  const botScopes = ['app_mentions:read', 'channels:read', 'chat:write', 'im:history', 'im:write'];
  const { scene, acme } = await openHttpScene({ adminToken: ADMIN_TOKEN, setUp, app: { botScopes } });
  const unheard = await why(scene, linkTo(await write(scene, 'hi')), { teamId: acme.id });
  expect(unheard).toMatchObject({ outcome: 'never_arrived', certainty: 'likely' });
  expect(unheard.answer).toMatch(/^It never arrived\. Likely: The token has no scope channels:history/);
  expect(unheard.checks).toContainEqual({
    check: 'scopes of the token (x-oauth-scopes)',
    result: botScopes.join(', '),
  });
});

it('over Socket Mode says that the app had no socket', async () => {
  const { scene, acme } = await openSocketScene({ adminToken: ADMIN_TOKEN, setUp });
  await scene.slack.fault({ kind: 'outage', how: 'reset' });
  await scene.strideThrough(60_000, 5_000);
  const missed = await write(scene, 'hi');
  const of = { teamId: acme.id, askSlack: 'false' };
  const now = await why(scene, linkTo(missed), of);
  expect(now).toMatchObject({ outcome: 'never_arrived', certainty: 'likely' });
  expect(now.answer).toMatch(/Likely: No server had an open Socket Mode connection when it told last, at /);
  const after = await scene.slack.lastSeq();
  await scene.strideThrough(400_000, 20_000);
  await scene.slack.removeFaults();
  await scene.until(({ kind, ok }) => kind === 'socket_open' && ok !== false, { after, withinMs: 600_000 });
  // Servers tell each half minute of their connections.
  await scene.strideThrough(32_000, 8_000);
  const unheard = await why(scene, linkTo(missed), of);
  expect(unheard).toMatchObject({ outcome: 'never_arrived', certainty: 'likely' });
  expect(unheard.answer).toMatch(/^It never arrived\. Likely: The app was without a socket from .* to .*\.$/);
});

it('a link leads to a team that was imported with the ids of its bot and without its domain, once Slack has said that', async () => {
  const { scene, acme } = await openHttpScene({ adminToken: ADMIN_TOKEN, setUp });
  await operate(scene, `teams/${acme.id}/probe`, {});
  await scene.pass(2_000);
  const nobodys = { channel: 'C0NOBODY01', ts: aMessage(scene, acme.id).ts };
  expect(await why(scene, linkTo(nobodys), { askSlack: 'false' })).toMatchObject({ teamId: acme.id });
});

it('a question whether the bot is in a conversation makes nobody probe the team, whatever Slack answers', async () => {
  const { scene, acme } = await openHttpScene({ adminToken: ADMIN_TOKEN, setUp });
  await scene.slack.fault({ kind: 'disable_integration', team: acme.id });
  const missed = await why(scene, linkTo(aMessage(scene, acme.id)), { teamId: acme.id });
  expect(JSON.stringify(missed.checks)).toContain('account_inactive');
  expect(missed.advice).toMatch(
    /^slack-bot-server teams probe T\w+ lets the server ask Slack, and act on the answer\.$/,
  );
  await scene.pass(3_000);
  const [row] = await scene.rows();
  expect(row?.installation).toMatchObject({ state: { kind: 'active' }, request: null });
});

async function operate(scene: Scene, path: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  const answer = await scene.during(fetch(`${scene.url}/api/${path}`, init));
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}
