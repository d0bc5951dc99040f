/** What `why` says beside no server, from rows alone, on both stores. With servers that remember: test/why*.test.ts. */
import { describe, expect, it } from 'vitest';
import { anEnvelope } from '../../inbox/inbox.test-kit.ts';
import { engines } from '../../store/store-fixture.test-kit.ts';
import { install, NOW_MS, openOperations } from '../operations.test-kit.ts';
import { explain } from './explain.ts';

const CHANNEL = 'C0ACME0001';
const TS = '1795000000.000100';
const LINK = `https://team-t1.slack.com/archives/${CHANNEL}/p1795000000000100`;

describe.each(engines)('on %s', (engine) => {
  /** Ev1 is the message behind the link; it waits. */
  async function withMessage() {
    const operations = await openOperations(engine);
    await install(operations, 'T1');
    const event = { type: 'message', channel: CHANNEL, ts: TS, text: 'something private' };
    const message = anEnvelope('Ev1', { orderKey: CHANNEL, body: { event_id: 'Ev1', team_id: 'T1', event } });
    await operations.context.inbox.insert([message], { waits: () => true });
    const why = async (about: string) => await operations.run(explain, { about, askSlack: false });
    return { ...operations, why, write: operations.storage.store.run.bind(operations.storage.store) };
  }

  it('an event of a suspended team waits for that, by its link and by its id; of a held one for the incident', async () => {
    const { why, write } = await withMessage();
    await write("update installation set status = 'suspended', reason = 'org_login_required', since_ms = $1", [NOW_MS]);
    const suspended = { outcome: 'waiting', certainty: 'proved', teamId: 'T1', text: null };
    for (const about of [LINK, 'Ev1']) expect(await why(about)).toMatchObject(suspended);
    expect((await why('Ev1')).answer).toContain('team T1 is suspended since 11:06:40 UTC (org_login_required)');
    await write(
      "update installation set status = 'active', reason = null, since_ms = null, doubt = 'held', doubt_code = 'account_inactive', doubt_since_ms = $1",
      [NOW_MS],
    );
    expect((await why(LINK)).answer).toContain('team T1 is held with many others, see slack-bot-server incident');
    expect((await why('T1')).answer).toMatch(/^Held since 11:06:40 UTC: Slack answered account_inactive, as for many/);
  });

  it('of a team it says what failed, what waits and what Slack limits', async () => {
    const { why, write, context } = await withMessage();
    const told = async () => (await why('T1')).sentences.map(({ text }) => text);
    expect((await told()).slice(1)).toEqual([
      expect.stringMatching(/^1 event waits, since .* UTC: slack-bot-server why Ev1 says for what\.$/),
    ]);
    await write("update inbox set state = 'failed', error_code = 'listener_failed', error_at = 'bot.ts:12:5'");
    const more = ['Ev2', 'Ev3'].map((id) => anEnvelope(id, { body: { event_id: id, team_id: 'T1', event: {} } }));
    await context.inbox.insert(more, { waits: () => true });
    await write("update inbox set state = 'failed', error_code = 'handler_timed_out' where event_id <> 'Ev1'");
    await write(
      `insert into rate_limit (installation_key, method, hits, last_at_ms, retry_after_ms, until_ms)
       values ('T1', 'chat.postMessage', 3, $1, 30000, $2), ('T1', 'users.info', 1, $1, 1000, $3)`,
      [NOW_MS - 1_000, NOW_MS + 29_000, NOW_MS - 1],
    );
    expect((await told()).slice(1)).toEqual([
      expect.stringMatching(
        /^3 events failed \(the newest came at .* UTC\): 2 × handler_timed_out and 1 × listener_failed in bot\.ts:12:5\. slack-bot-server events groups team:T1 shows/,
      ),
      'Slack limits its calls: chat.postMessage until 11:07:09 UTC. They wait, and are sent then.',
    ]);
  });

  it('an event that kills its process runs alone, and is set aside in the end; each is said', async () => {
    const { why, write } = await withMessage();
    await write("update inbox set state = 'retry', takeovers = 2 where event_id = 'Ev1'");
    expect(await why('Ev1')).toMatchObject({
      outcome: 'retrying',
      answer: expect.stringMatching(
        /^The process died 2 times while it was handling this event, so the event runs alone/,
      ),
    });
    await write("update inbox set state = 'failed', error_code = 'poison', error = 'died' where event_id = 'Ev1'");
    for (const about of [LINK, 'Ev1'])
      expect(await why(about)).toMatchObject({
        outcome: 'failed',
        answer: expect.stringMatching(/^It failed: the process died twice while it ran alone/),
      });
  });

  it('of a workspace that never installed the app it says that no team has that domain', async () => {
    const { why } = await withMessage();
    const strange = await why(LINK.replace('team-t1', 'initech').replace('0100', '0999'));
    expect(strange.sentences).toContainEqual({
      text: expect.stringMatching(/^No team with the domain initech is known here: that workspace never installed/),
      certainty: 'likely',
      at: null,
    });
  });

  it('without a server it is not said that nothing came, and what nobody knows is unknown', async () => {
    const { why } = await withMessage();
    const other = await why(LINK.replace('0100', '0999'));
    expect(other).toMatchObject({ outcome: 'unknown', certainty: 'unknown', seesBack: { processes: [] } });
    expect(other.answer).toMatch(/^No server runs whose memory could be asked/);
    expect(JSON.stringify([other, await why(LINK)])).not.toContain('something private');
  });

  it('of an active team it says that no server runs', async () => {
    const { why } = await withMessage();
    expect(await why('T1')).toMatchObject({
      outcome: 'team',
      answer: expect.stringMatching(
        /^Active since .*, but no server runs, so nothing of it is connected or handled\.$/,
      ),
      advice: 'slack-bot-server start',
    });
  });

  it('a team that is not known is unknown, and a word that is the id of nothing is refused with what is allowed', async () => {
    const { why } = await withMessage();
    for (const about of ['T0NOBODY01', 'E0NOBODY01'])
      expect(await why(about)).toMatchObject({ outcome: 'unknown', answer: expect.stringContaining('not known here') });
    for (const about of ['C0ACME0001', 'nothing', 'Tuesday', 't1'])
      await expect(why(about)).rejects.toMatchObject({
        code: 'invalid_input',
        message: expect.stringMatching(
          /^about must be a link to a message .*, the id of an event \(Ev…\) or .* \(T… or E…\)/,
        ),
      });
  });

  it('a team of a Slack-compatible server is found by whatever id it has', async () => {
    const operations = await openOperations(engine);
    await install(operations, 'acme');
    expect(await operations.run(explain, { about: 'acme' })).toMatchObject({ outcome: 'team', teamId: 'acme' });
  });
});
