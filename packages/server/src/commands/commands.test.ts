import { describe, expect, it, vi } from 'vitest';
import { TestClock } from '../time/test-clock.ts';
import type { CommandTable } from './command-options.ts';
import { stage } from './commands.test-kit.ts';
import { admins, anyOf, people } from './permissions.ts';
import { UserError } from './user-error.ts';

const hi = (table: CommandTable) => table.command('hi', ({ reply }) => reply('hello'));
const refuse = (table: CommandTable) =>
  table.command('refuse', () => {
    throw new UserError({ en: 'No.', de: 'Nein.' });
  });
const direct = { channel: 'D1', channel_type: 'im' };
const mention = (text: string) => ({ type: 'app_mention', channel: 'C1', user: 'U1', text, ts: '9.9' });

describe('listening', () => {
  it('to mentions answers app_mention and direct messages, and on RTM, which has none, the message', async () => {
    const { say, event, texts } = stage({}, hi);
    await say('<@U0BOT> hi');
    expect(texts()).toEqual([]);
    await event(mention('<@U0BOT> hi'));
    await say('hi', direct);
    await say('<@U0BOT> hi', { channel_type: undefined });
    expect(texts()).toEqual(['hello', 'hello', 'hello']);
  });

  it('to messages answers those and no app_mention', async () => {
    const { say, event, texts } = stage({ listen: 'messages' }, hi);
    await event(mention('<@U0BOT> hi'));
    expect(texts()).toEqual([]);
    await say('<@U0BOT> hi');
    expect(texts()).toEqual(['hello']);
  });

  it('lets bots and edits in where a declaration says so, and tells neither of a mistake', async () => {
    const { say, event, texts } = stage({}, (table) => {
      hi(table);
      table.command('count', { bots: true, edits: true }, ({ reply }) => reply('1'));
    });
    const edit = (text: string, before: string) => {
      const message = { type: 'message', user: 'U1', ts: '1.1', text };
      const inner = { message, previous_message: { ...message, text: before } };
      return event({
        type: 'message',
        subtype: 'message_changed',
        channel: 'D1',
        channel_type: 'im',
        ts: '2.2',
        ...inner,
      });
    };
    for (const text of ['hi', 'count', 'what', 'count 1']) {
      await say(text, { ...direct, bot_id: 'B1' });
      await edit(text, 'x');
    }
    await edit('count', 'count');
    expect(texts()).toEqual(['1', '1']);
  });

  it('answers to names that a function gives for the place', async () => {
    const aliases = vi.fn(({ channelId }: { channelId: string }) => (channelId === 'C1' ? ['Pong'] : []));
    const { say, texts } = stage({ aliases }, hi);
    await say('pong hi');
    await say('pong hi', { channel: 'C2' });
    expect(texts()).toEqual(['hello']);
    expect(aliases.mock.calls.map(([place]) => place)).toEqual([
      { teamId: 'T1', channelId: 'C1' },
      { teamId: 'T1', channelId: 'C2' },
    ]);
  });

  it('by name asks who it is once, also when Slack refuses to say, and anew when somebody renames it', async () => {
    let user: object = { ok: false, error: 'missing_scope' };
    const { say, event, calls, texts } = stage({ byName: true }, hi, () => ({ 'users.info': user }));
    for (let n = 0; n < 3; n++) await say('keeper hi');
    expect(calls.map(([method]) => method)).toEqual(['users.info']);
    user = { user: { name: 'bot', real_name: 'Score Keeper', profile: { display_name: 'Keeper' } } };
    await event({ type: 'user_change', user: { id: 'U2' } });
    await say('keeper hi');
    expect(texts()).toEqual([]);
    await event({ type: 'user_change', user: { id: 'U0BOT' } });
    for (const name of ['keeper', 'score keeper:', 'BOT,']) await say(`${name} hi`);
    expect(texts()).toEqual(['hello', 'hello', 'hello']);
  });

  it('looks into attachments and blocks where a declaration says so', async () => {
    const { say, texts } = stage({}, (table) => {
      table.match(/down/, { within: 'attachments', bots: true }, ({ reply }) => reply('in attachments'));
      table.scan(/\d+/, { within: 'everything', bots: true }, ({ captures, reply }) => reply(captures.matches.join()));
    });
    await say('down 1', { bot_id: 'B1', attachments: [{ text: '2' }] });
    await say('', { bot_id: 'B1', blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'it is down' } }] });
    expect(texts()).toEqual(['1,2', 'in attachments']);
  });
});

describe('of several declarations', () => {
  it('the first that fits runs, of whatever kind', async () => {
    const { say, texts } = stage({}, (table) => {
      table.command('set all', ({ reply }) => reply('first'));
      table.command(/^set \w+$/, ({ reply }) => reply('second'));
      table.command('set :what', ({ reply }) => reply('third'));
      table.operator('set', ({ reply }) => reply('fourth'));
    });
    for (const text of ['set all', 'set x', 'set é', 'set x y']) await say(text, direct);
    expect(texts()).toEqual(['first', 'second', 'third', 'fourth']);
  });

  it('one that takes too long is passed over, and is an error when nothing else fits', async () => {
    const { say, texts } = stage({}, (table) => {
      table.command(/^(a+)+$/, ({ reply }) => reply('slow'));
      table.operator('aaa', ({ reply }) => reply('fast'));
    });
    await say(`${'a'.repeat(50)}!`, direct);
    expect(texts()).toEqual(['fast']);
    const alone = stage({}, (table) => table.command(/^(a+)+$/, ({ reply }) => reply('slow')));
    await expect(alone.say(`${'a'.repeat(50)}!`, direct)).rejects.toThrow(
      'took too long on a message of 51 characters',
    );
    expect(alone.texts()).toEqual([]);
  });
});

describe('slash commands', () => {
  it('are the table, or one command of it', async () => {
    const { slash, calls } = stage({ slash: '/pong', slashReplies: 'in_channel' }, (table) => {
      table.command('won|beat :n(number)', { slash: '/won' }, ({ captures, reply }) => reply(`won ${captures.n}`));
      table.command('secret', { slash: false }, ({ reply }) => reply('secret'));
      refuse(table);
    });
    await slash('/pong', 'beat 2');
    await slash('/won', ' 3 ');
    await slash('/won', 'three');
    await slash('/pong', 'secret');
    await slash('/pong', 'refuse');
    expect(calls.filter(([method]) => method === 'respond')).toEqual([
      ['respond', { response_type: 'in_channel', text: 'won 2' }],
      ['respond', { response_type: 'in_channel', text: 'won 3' }],
      ['respond', { response_type: 'ephemeral', text: 'I need that like this: `won|beat &lt;n&gt;`' }],
      [
        'respond',
        { response_type: 'ephemeral', text: 'Sorry, I do not know “secret”. Say `help` to see what I can do.' },
      ],
      ['respond', { response_type: 'ephemeral', text: 'No.' }],
    ]);
  });
});

describe('errors', () => {
  it.each([
    ['thread', 'C1', 'chat.postMessage', { thread_ts: '1.0' }],
    ['channel', 'C1', 'chat.postMessage', {}],
    ['ephemeral', 'C1', 'chat.postEphemeral', { user: 'U1' }],
    ['ephemeral', 'D1', 'chat.postMessage', {}],
    ['thread', 'D1', 'chat.postMessage', {}],
  ] as const)('of people are told (%s) in %s by %s', async (userErrors, channel, method, facts) => {
    const { say, calls } = stage({ userErrors, listen: 'messages' }, refuse);
    await say('<@U0BOT> refuse', { channel });
    expect(calls.filter(([name]) => name !== 'users.info')).toEqual([
      [method, { channel, team_id: 'T1', text: 'No.', ...facts }],
    ]);
  });

  it('of the bot come out, and the person is told once', async () => {
    const { say, event, texts } = stage({}, (table) =>
      table.command('fail', () => Promise.reject(new Error('broken'))),
    );
    await expect(say('fail', direct)).rejects.toThrow('broken');
    expect(texts()).toEqual(['Sorry, that did not work. My operators have been told.']);
    const again = { type: 'message', ...direct, user: 'U1', text: 'fail', ts: '1.1' };
    await expect(event(again, { attempt: 2 })).rejects.toThrow('broken');
    expect(texts()).toHaveLength(1);
  });

  it('of Slack come out, and Slack is not asked for more', async () => {
    const refused = { 'chat.postMessage': { ok: false, error: 'channel_not_found' } };
    const { say, calls } = stage({}, hi, refused);
    await expect(say('hi', direct)).rejects.toThrow('channel_not_found');
    expect(calls).toHaveLength(1);
  });
});

describe('what is no command', () => {
  it('is left alone, or handed to a function', async () => {
    const ignoring = stage({ unknown: 'ignore' }, hi);
    await ignoring.say('what', direct);
    expect(ignoring.calls).toEqual([]);
    const handed = stage({ unknown: ({ text, reply }) => reply(`you said ${text}`) }, hi);
    await handed.say('what &lt;x', direct);
    expect(handed.texts()).toEqual(['you said what <x']);
  });

  it('is answered by the help when nothing is said, unless there is none', async () => {
    const { event, texts } = stage({ help: false }, hi);
    await event(mention('<@U0BOT>'));
    expect(texts()).toEqual([]);
    const own = stage({}, (table) => table.command('help', ({ reply }) => reply('my own')));
    await own.say('help', direct);
    expect(own.texts()).toEqual(['my own']);
  });
});

describe('who people are', () => {
  const admin = { 'users.info': { user: { name: 'ann', is_admin: true, locale: 'de-DE' } } };

  it('is asked once a minute', async () => {
    const clock = new TestClock(0);
    const { say, calls } = stage({ clock }, (table) => table.command('drop', { allow: admins() }, () => {}), admin);
    const asked = () => calls.filter(([method]) => method === 'users.info').length;
    await say('drop', direct);
    await say('drop', direct);
    expect(asked()).toBe(1);
    await clock.advance(60_000);
    await say('drop', direct);
    expect(asked()).toBe(2);
  });

  it('lets nobody in when Slack does not say, and asks again', async () => {
    const drop = vi.fn();
    const refused = { 'users.info': { ok: false, error: 'user_not_found' } };
    const { say, calls } = stage({}, (table) => table.command('drop', { allow: admins() }, drop), refused);
    for (let n = 0; n < 2; n++) await expect(say('drop', direct)).rejects.toThrow('user_not_found');
    expect(drop).not.toHaveBeenCalled();
    expect(calls.map(([method]) => method)).toEqual(['users.info', 'users.info']);
  });

  it('decides who may: any of several, or all', async () => {
    const { say, texts } = stage({}, (table) => {
      table.command('any', { allow: anyOf(() => 'first', people('U1')) }, ({ reply }) => reply('any'));
      table.command('all', { allow: [people('U1'), () => 'second'] }, ({ reply }) => reply('all'));
      table.command(
        'none',
        {
          allow: anyOf(
            () => false,
            () => 'why',
          ),
        },
        ({ reply }) => reply('none'),
      );
    });
    for (const text of ['any', 'all', 'none']) await say(text, direct);
    expect(texts()).toEqual(['any', 'second', 'why']);
  });

  it('decides their language, of the bot’s own words and of an author’s', async () => {
    const texts = { en: {}, de: { unknown: 'Was ist „{text}“?' } };
    const german = stage({ texts }, refuse, admin);
    await german.say('what', direct);
    await german.say('refuse', direct);
    expect(german.texts()).toEqual(['Was ist „what“?', 'Nein.']);
    const unknown = stage({ texts }, refuse, { 'users.info': { ok: false, error: 'missing_scope' } });
    await unknown.say('refuse', direct);
    expect(unknown.texts()).toEqual(['No.']);
    const alone = stage({}, hi, admin);
    await alone.say('what', direct);
    expect(alone.calls.map(([method]) => method)).toEqual(['chat.postMessage']);
  });
});

describe('a declaration that could never run is refused', () => {
  const none = () => {};
  it.each<[string, (table: CommandTable) => unknown, object?]>([
    ['is declared twice', (table) => [hi(table), hi(table)]],
    ['is declared twice', (table) => [hi(table), table.command('x', { aliases: ['HI'] }, none)]],
    ['is declared twice', (table) => [table.operator('=', none), table.operator('=', none)]],
    ['is declared twice', (table) => [table.match(/a/g, none), table.match(/a/, none)]],
    ['a sign without spaces', (table) => table.operator('', none)],
    ['takes a handler', (table) => table.command('x', {}, undefined as never)],
    ['a slash and 1 to 31 characters', (table) => table.command('x', { slash: '/Two words' }, none)],
    ['a slash and 1 to 31 characters', none, { slash: 'pong' }],
    ['/pong is declared twice', (table) => table.command('x', { slash: '/pong' }, none), { slash: '/pong' }],
    ['begins with a capture', (table) => table.command(':x', { slash: '/x' }, none)],
    ['not async', (async () => {}) as never],
  ])('%s', (why, declare, options = {}) => {
    const refused = expect.objectContaining({ code: 'usage', message: expect.stringContaining(why) });
    expect(() => stage(options, (table) => declare(table) as void)).toThrow(refused);
  });

  it('also one that comes too late', () => {
    let kept: CommandTable | undefined;
    stage({}, (table) => {
      kept = table;
    });
    expect(() => kept?.command('late', none)).toThrow('is declared too late');
  });
});
