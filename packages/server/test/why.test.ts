/** `why` is right for each of the ways in which a message stays unanswered: provoked one by one, and asked over the admin API. */
import { describe, expect, it } from 'vitest';
import { engines } from '../src/store/store-fixture.test-kit.ts';
import { openHttpScene } from './http-scene.test-kit.ts';
import { isRefused, type Scene } from './scene.test-kit.ts';
import { ADMIN_TOKEN, aMessage, linkTo, moody, post, why } from './why-scene.test-kit.ts';

const general = { team: 'Acme', channel: 'general' };

/** Somebody writes in #general, and time goes on until the bot had its turn. */
async function write(scene: Scene, text: string, where: { team: string; channel: string } = general) {
  const message = await scene.slack.say({ ...where, text });
  await scene.pass(1_500);
  return message;
}

/** A server over HTTP whose listeners fail, block or answer; a failed event is tried twice. */
async function open(database: 'sqlite' | 'postgres') {
  const release = Promise.withResolvers<void>();
  const { scene, acme, globex } = await openHttpScene({
    scene: { database },
    adminToken: ADMIN_TOKEN,
    dispatcher: { maxAttempts: 2, retryMs: 60_000 },
    setUp: moody(release.promise),
  });
  return { scene, acme, globex, release };
}

describe.each(engines)('over HTTP on %s', (database) => {
  it('says of each message what became of it', async () => {
    const { scene, acme, globex, release } = await open(database);

    // Handled, with what was called.
    const hi = await write(scene, 'hi there');
    const handled = await why(scene, linkTo(hi));
    expect(handled).toMatchObject({ outcome: 'handled', certainty: 'proved', teamId: acme.id, text: null });
    expect(handled.answer).toMatch(
      /^Its listener handled it at \d\d:\d\d:\d\d UTC in \d+ ms on \S+: message\(\/\^hi\/\) at packages\/server\/test\/why-scene\.test-kit\.ts:\d+:\d+\. Called at Slack: chat\.postMessage \(ok, \d+ ms\)\.$/,
    );
    expect(handled.seesBack.processes).toMatchObject([{ answered: true }]);
    // Handled, and Slack said no to what the listener called.
    const lost = await write(scene, 'lost words');
    const unposted = await why(scene, linkTo(lost));
    expect(unposted.answer).toContain('chat.postMessage (error channel_not_found');
    expect(unposted.advice).toMatch(/^Slack refused chat\.postMessage because the bot is not in that conversation/);
    expect(handled.advice).toBeNull();
    // No listener matched.
    const unheard = await write(scene, 'weather?');
    expect(await why(scene, linkTo(unheard))).toMatchObject({
      outcome: 'unmatched',
      answer: expect.stringContaining('no listener matched it'),
    });
    // The bot's own.
    const own = (await scene.slack.messages(general)).find(({ isBot }) => isBot);
    expect(await why(scene, linkTo({ channel: hi.channel, ts: own?.ts ?? '' }))).toMatchObject({
      outcome: 'own_message',
      answer: expect.stringContaining('the bot wrote it itself'),
    });
    // Another bot's, which no listener matched.
    const bots = aMessage(scene, acme.id);
    await post(scene, { ...bots.body, event: { ...bots.body.event, bot_id: 'B0OTHER001', text: 'beep' } });
    await scene.pass(1_000);
    expect((await why(scene, linkTo(bots))).answer).toContain('another bot wrote it');

    // Failed once, and to be tried again; then for good, and given up.
    const broken = await write(scene, 'break please');
    const retrying = await why(scene, linkTo(broken));
    expect(retrying).toMatchObject({ outcome: 'retrying', answer: expect.stringMatching(/^It is tried again at /) });
    expect(retrying.sentences.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/listener_failed at packages\/server\/test\/why-scene\.test-kit\.ts:\d+:\d+/),
    );
    await scene.strideThrough(62_000, 2_000);
    const failed = await why(scene, linkTo(broken));
    expect(failed).toMatchObject({ outcome: 'failed', certainty: 'proved' });
    expect(failed.answer).toMatch(/in attempt 2 after .*the listener broke with \[token\].*events replay Ev/);
    expect(JSON.stringify(failed)).not.toContain('xoxb-test-secret');
    const eventId = failed.events[0]?.eventId ?? '';
    expect(await why(scene, eventId)).toMatchObject({ subject: 'event', outcome: 'failed' });
    await operate(scene, 'events/discard', { eventId });
    expect(await why(scene, linkTo(broken))).toMatchObject({
      outcome: 'discarded',
      answer: expect.stringContaining('gave it up'),
    });

    // One that runs, and one behind it.
    const blocking = await write(scene, 'block the rest');
    const behind = await write(scene, 'hi again');
    const running = await why(scene, linkTo(blocking));
    expect(running).toMatchObject({ outcome: 'running', answer: expect.stringMatching(/^Its listeners run now on /) });
    const waiting = await why(scene, linkTo(behind));
    expect(waiting.outcome).toBe('waiting');
    expect(waiting.answer).toMatch(
      new RegExp(
        `^It waits since .* behind event ${running.events[0]?.eventId} \\(message\\) of the same conversation, which runs since`,
      ),
    );
    release.resolve();
    await scene.pass(1_500);
    expect(await why(scene, linkTo(behind))).toMatchObject({ outcome: 'handled' });

    // A repeat.
    const twice = aMessage(scene, acme.id);
    expect(await post(scene, twice.body)).toBe(200);
    await scene.pass(1_000);
    const again = { 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' };
    expect(await post(scene, twice.body, { headers: again })).toBe(200);
    expect((await why(scene, linkTo(twice))).sentences.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^It came again at .* \(Slack's retry 1, because of http_timeout\): it was known/),
    );

    // Of a team that nobody knows, and of one that is gone.
    const stray = aMessage(scene, 'T0NOBODY01');
    expect(await post(scene, stray.body)).toBe(200);
    expect(await why(scene, linkTo(stray))).toMatchObject({
      outcome: 'dropped',
      answer: expect.stringContaining('team T0NOBODY01 has no installation here'),
    });
    await operate(scene, `teams/${globex.id}/deactivate`, {});
    await scene.pass(2_000);
    const gone = aMessage(scene, globex.id);
    expect(await post(scene, gone.body)).toBe(200);
    expect((await why(scene, linkTo(gone))).answer).toMatch(
      /^It was dropped at .*: team T\w+ was not active, inactive since .* \(operator\)\.$/,
    );
    const inactive = await why(scene, globex.id);
    expect(inactive.answer).toMatch(/^Inactive since .*: an operator deactivated it\.$/);
    expect(inactive.advice).toMatch(/^slack-bot-server teams reactivate/);
    expect((await why(scene, linkTo(gone))).advice).toBe(inactive.advice);
    expect((await why(scene, acme.id)).answer).toMatch(/^Active since /);
    expect((await why(scene, 'T0NOBODY01')).answer).toContain('is not known here');
  });

  it('says of each message for what it waits: a place of its team or of the process, a suspended team; and who stopped it', async () => {
    const release = Promise.withResolvers<void>();
    const { scene, acme, globex } = await openHttpScene({
      scene: { database },
      app: { eventSubscriptions: ['message.im', 'agent_session_stopped'] },
      adminToken: ADMIN_TOKEN,
      dispatcher: { perTeam: 2, perProcess: 3, reserve: 2 },
      setUp: moody(release.promise),
    });
    /** A message in a conversation of its own, which waits for no other one. */
    const send = async (teamId: string, text: string) => {
      const { body } = aMessage(scene, teamId);
      const channel = `C0${text.toUpperCase().replaceAll(' ', '')}`;
      await post(scene, { ...body, event: { ...body.event, channel, text } });
      return { channel, ts: body.event.ts };
    };
    await send(acme.id, 'block one');
    await send(acme.id, 'block two');
    const third = await send(acme.id, 'quiet three');
    await send(globex.id, 'block four');
    const fifth = await send(globex.id, 'quiet five');
    await scene.pass(500);
    const [ofTeam, ofProcess] = [await why(scene, linkTo(third)), await why(scene, linkTo(fifth))];
    expect(ofTeam.outcome).toBe('waiting');
    expect(ofTeam.answer).toMatch(/for a free place: 2 events of its team run, and no more may\.$/);
    expect(ofProcess.outcome).toBe('waiting');
    expect(ofProcess.answer).toMatch(/free place: 3 events of all teams run there, 1 of them of its team/);
    release.resolve();
    await scene.pass(1_500);
    expect(await why(scene, linkTo(fifth))).toMatchObject({ outcome: 'unmatched' });

    const talk = await scene.slack.say({ team: 'Acme', to: 'bot', text: 'talk to me' });
    await scene.until(({ kind, method, ok }) => kind === 'request' && method === 'chat.startStream' && ok === true);
    await scene.pass(1_500);
    await scene.during(scene.slack.act({ kind: 'stop_session', team: 'Acme', to: 'bot', threadTs: talk.ts }));
    await scene.pass(1_500);
    const stopped = await why(scene, linkTo(talk));
    expect(stopped.outcome).toBe('handled');
    expect(stopped.answer).toMatch(/A person pressed Stop on the answer, and nothing more was posted from then on\./);

    // A token that Slack refuses once is in doubt until it was asked again.
    await scene.slack.fault({ kind: 'refuse', team: globex.id, error: 'invalid_auth' });
    await scene.slack.say({ team: 'Globex', to: 'bot', text: 'hi' });
    await scene.until(isRefused('chat.postMessage', 'invalid_auth'));
    await scene.pass(2_000);
    const later = await scene.slack.say({ team: 'Globex', to: 'bot', text: 'hi again' });
    await scene.pass(1_000);
    const doubted = await why(scene, linkTo(later));
    expect(doubted.outcome).toBe('waiting');
    expect(doubted.answer).toMatch(/^It waits: team T\w+ is being checked at Slack, since .* \(invalid_auth\)/);
    expect(doubted.advice).toMatch(/^It decides itself within a minute; slack-bot-server teams probe T\w+ asks now\.$/);
    await scene.slack.removeFaults();

    await scene.slack.fault({ kind: 'refuse', team: acme.id, error: 'org_login_required' });
    await scene.slack.say({ team: 'Acme', to: 'bot', text: 'hi' });
    await scene.until(isRefused('auth.test', 'org_login_required'));
    await scene.pass(2_000);
    const kept = await scene.slack.say({ team: 'Acme', to: 'bot', text: 'hi again' });
    await scene.pass(1_000);
    const waits = await why(scene, linkTo(kept));
    expect(waits).toMatchObject({ outcome: 'waiting', certainty: 'proved' });
    expect(waits.answer).toMatch(/^It waits: team T\w+ is suspended since .* \(org_login_required\)/);
    expect(waits.advice).toMatch(/teams probe T\w+ does it now\.$/);
    await scene.strideThrough(25 * 3_600_000, 1_800_000);
    const expired = await why(scene, linkTo(kept));
    expect(expired.outcome).toBe('dropped');
    expect(expired.answer).toMatch(/was suspended or in doubt, and an event waits for that a day at most\.$/);
  });

  it('says of a message that never arrived what speaks for which cause', async () => {
    const { scene, acme } = await open(database);
    const of = { teamId: acme.id };
    const quietly = { ...of, askSlack: 'false' };
    // The bot is not in the channel.
    await scene.slack.addChannel('Acme', { name: 'elsewhere' });
    const elsewhere = await write(scene, 'hi', { team: 'Acme', channel: 'elsewhere' });
    const absent = await why(scene, linkTo(elsewhere), of);
    expect(absent).toMatchObject({ outcome: 'never_arrived', certainty: 'proved' });
    expect(absent.answer).toContain('The bot is not in the conversation');
    expect(absent.checks).toContainEqual({
      check: `conversations.info of ${elsewhere.channel}`,
      result: 'is_member: false',
    });

    // It is in there, and Slack does not send what the app has not subscribed to.
    await scene.slack.fault({ kind: 'subscriptions_off' });
    await scene.slack.invite('Acme', 'elsewhere', { user: 'bot' });
    const unsubscribed = await write(scene, 'hi', { team: 'Acme', channel: 'elsewhere' });
    const likely = await why(scene, linkTo(unsubscribed), of);
    expect(likely).toMatchObject({ outcome: 'never_arrived', certainty: 'likely' });
    expect(likely.answer).toMatch(/^It never arrived\. Likely: The app is not subscribed to message\.channels/);
    expect(likely.checks.map(({ check }) => check)).toContain('scopes of the token (x-oauth-scopes)');
    // Nothing is asked of Slack where nobody wants it.
    const calls = (await scene.callsOf('conversations.info')).length;
    expect((await why(scene, linkTo(unsubscribed), quietly)).checks).not.toContainEqual(
      expect.objectContaining({ check: expect.stringContaining('conversations.info') }),
    );
    expect(await scene.callsOf('conversations.info')).toHaveLength(calls);

    // Refused for its signature, and for its time.
    const forged = aMessage(scene, acme.id);
    expect(await post(scene, forged.body, { secret: 'not-the-signing-secret' })).toBe(401);
    expect(await why(scene, linkTo(forged), quietly)).toMatchObject({
      outcome: 'never_arrived',
      certainty: 'likely',
      answer: expect.stringMatching(
        /A request that claims to be this very message was turned away at .* 401: its signature was wrong/,
      ),
    });
    await scene.pass(70_000, 10_000);
    const stale = aMessage(scene, acme.id);
    expect(await post(scene, stale.body, { oldS: 400 })).toBe(401);
    expect((await why(scene, linkTo(stale), quietly)).answer).toMatch(
      /A request of an unknown team was turned away at .*: its timestamp was too old, or too far ahead \(7 min old/,
    );

    // Slack dropped events of the team in that minute.
    await scene.strideThrough(3_960_000, 600_000);
    const minute = Math.floor(scene.clock.now() / 1_000);
    const limited = aMessage(scene, acme.id);
    expect(await post(scene, { type: 'app_rate_limited', team_id: acme.id, minute_rate_limited: minute })).toBe(200);
    await scene.pass(1_500);
    expect(await why(scene, linkTo(limited), quietly)).toMatchObject({
      certainty: 'likely',
      answer: expect.stringContaining('Slack dropped events of that team in the minute of'),
    });

    // A team of which the link says nothing that is known, and one that came later.
    const nobodys = { channel: 'C0NOBODY01', ts: aMessage(scene, acme.id).ts };
    expect((await why(scene, linkTo(nobodys, 'umbrella'))).sentences.map(({ text }) => text)).toContainEqual(
      expect.stringContaining('Which team the link is of is not known'),
    );
    const early = { channel: 'C0NOBODY01', ts: '1700000000.000100' };
    expect((await why(scene, linkTo(early), quietly)).answer).toMatch(/installed the app at .*, after the message/);
  });
});

async function operate(scene: Scene, path: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  const answer = await scene.during(fetch(`${scene.url}/api/${path}`, init));
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}
