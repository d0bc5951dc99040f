import { expect, it } from 'vitest';
import { accept, fail, hang } from '../../test/support/app-server.ts';
import { acmeWithApp, annIn, answerWith, controls, postJson } from '../../test/support/people.ts';

const slash = { kind: 'slash', team: 'Acme', channel: 'general', command: '/stan', text: 'help me' } as const;
const inGeneral = { team: 'Acme', channel: 'general' };

it('sends the fields of a slash command as a signed form', async () => {
  await using acme = await acmeWithApp();
  const { slack, app } = acme;
  const info = await slack.control.act(slash);
  const team = await slack.control.team('Acme');
  const [arrived] = app.arrived;
  expect(arrived?.headers).toMatchObject({
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-signature': expect.stringMatching(/^v0=/),
  });
  expect(arrived?.body).toEqual({
    token: 'sim-verification-token',
    team_id: team.id,
    team_domain: 'acme',
    channel_id: team.channels.find(({ name }) => name === 'general')?.id,
    channel_name: 'general',
    user_id: await annIn(slack),
    user_name: 'ann',
    command: '/stan',
    text: 'help me',
    api_app_id: 'A0SIMULATE',
    is_enterprise_install: 'false',
    response_url: info.responseUrl,
    trigger_id: info.triggerId,
  });
  expect(info).toMatchObject({ acked: true, delivery: expect.any(String) });
  expect(info).not.toHaveProperty('message');
});

it('shows a text to the person alone, and says so to nobody else', async () => {
  await using acme = await acmeWithApp();
  acme.app.answer = (_arrived, response) => void response.end('Here you are');
  const info = await acme.slack.control.act(slash);
  expect(info).toMatchObject({ isEphemeral: true, message: { text: 'Here you are', isBot: true } });
  expect(await acme.slack.control.ephemerals(inGeneral)).toMatchObject([{ text: 'Here you are' }]);
  expect(await acme.slack.control.ephemerals({ ...inGeneral, user: 'bob' })).toEqual([]);
  expect(await acme.slack.control.messages(inGeneral)).toEqual([]);
});

it('shows an in_channel message with blocks to everybody', async () => {
  await using acme = await acmeWithApp();
  answerWith(acme.app, { response_type: 'in_channel', text: 'for all', blocks: controls });
  expect(await acme.slack.control.act(slash)).toMatchObject({ isEphemeral: false, message: { text: 'for all' } });
  expect(await acme.slack.control.messages(inGeneral)).toMatchObject([{ text: 'for all', isBot: true }]);
  const channel = (await acme.slack.control.team('Acme')).channels[0]?.id ?? '';
  const history = await acme.ask('conversations.history', { channel });
  expect(history.messages).toMatchObject([{ subtype: 'bot_message', blocks: [{ block_id: 'controls' }] }]);
});

it('tells the person alone that the app did not answer in time', async () => {
  await using acme = await acmeWithApp();
  acme.app.answer = hang;
  const running = acme.slack.control.act(slash);
  await acme.app.request(() => true);
  await acme.slack.control.advance(3000);
  const text = '/stan failed with the error "operation_timeout"';
  expect(await running).toMatchObject({ acked: false, failure: 'operation_timeout', message: { text } });
  expect(await acme.slack.control.ephemerals(inGeneral)).toMatchObject([{ text, isBot: false }]);
  expect(acme.app.arrived).toHaveLength(1);
  expect(await acme.slack.control.log({ kind: 'message' })).toMatchObject([
    { text: 'ann: /stan help me' },
    { text: expect.stringContaining(text) },
  ]);
});

it('tells the person that the app could not be reached', async () => {
  await using acme = await acmeWithApp();
  acme.app.answer = fail;
  expect(await acme.slack.control.act(slash)).toMatchObject({ acked: false, failure: 'dispatch_failed' });
  await using nowhere = await acmeWithApp({ app: { requestUrl: undefined } });
  expect(await nowhere.slack.control.act(slash)).toMatchObject({
    failure: 'dispatch_failed',
    message: { author: 'USLACKBOT', name: 'slackbot', text: '/stan failed with the error "dispatch_failed"' },
  });
});

it('says what is wrong with an answer that cannot be shown', async () => {
  await using acme = await acmeWithApp();
  answerWith(acme.app, { blocks: [{ type: 'nonsense' }] });
  expect(await acme.slack.control.act(slash)).toMatchObject({
    acked: true,
    failure: 'dispatch_failed',
    problems: ['invalid_blocks'],
  });
});

it('sends each registered command to its own URL, and refuses others', async () => {
  await using acme = await acmeWithApp();
  const url = acme.app.url.replace('/slack/events', '/commands/roll');
  const { id } = await acme.slack.control.addApp({
    kind: 'granular',
    name: 'Dice',
    commands: [{ command: '/roll', url }],
  });
  await acme.slack.control.install({ team: 'Acme', app: id });
  await acme.slack.control.act({ ...slash, command: '/roll' });
  expect(acme.app.arrived).toMatchObject([{ path: '/commands/roll', body: { command: '/roll', api_app_id: id } }]);
  await expect(acme.slack.control.act({ ...slash, app: id, command: '/other' })).rejects.toMatchObject({
    code: 'not_found',
  });
});

it('needs an installed app, and a person who is in the conversation', async () => {
  await using acme = await acmeWithApp({ teams: 2 });
  acme.app.answer = accept;
  await expect(acme.slack.control.act({ ...slash, team: 'Globex' })).rejects.toMatchObject({ code: 'not_found' });
  await acme.slack.control.addChannel('Acme', { name: 'secret', members: ['bob'] });
  await expect(acme.slack.control.act({ ...slash, channel: 'secret' })).rejects.toMatchObject({
    code: 'invalid_input',
  });
  expect(acme.app.arrived).toEqual([]);
});

it('takes five answers at the response URL within half an hour', async () => {
  await using acme = await acmeWithApp();
  const { responseUrl = '' } = await acme.slack.control.act(slash);
  for (const text of ['1', '2', '3', '4', '5']) {
    expect(await postJson(responseUrl, { text })).toEqual({ status: 200, text: '{"ok":true}' });
  }
  expect(await postJson(responseUrl, { text: '6' })).toEqual({ status: 404, text: '{"ok":false,"error":"used_url"}' });
  expect(await acme.slack.control.ephemerals(inGeneral)).toHaveLength(5);
  const late = await acme.slack.control.act(slash);
  await acme.slack.control.advance(30 * 60_000 + 1);
  expect(await postJson(late.responseUrl ?? '', { text: 'late' })).toMatchObject({
    status: 404,
    text: '{"ok":false,"error":"expired_url"}',
  });
  expect(await postJson(`${acme.slack.url}/commands/T0/never`, { text: 'x' })).toMatchObject({ status: 404 });
});
