import { describe, expect, it } from 'vitest';
import { isTextPath, readablePayload } from './event-payload.ts';

describe('a payload that is shown', () => {
  it('has no verification token, no response address and nothing with the shape of a token', () => {
    const payload = {
      token: 'Jhj5dZrVaK7ZwHHjRyZWjbDl',
      team_id: 'T0ACME0001',
      event: {
        type: 'function_executed',
        bot_access_token: 'xwfp-1-2-3',
        text: 'my token is xoxb-1-2-abc',
        response_urls: [{ channel_id: 'C1', response_url: 'https://hooks.slack.com/app/T0/1/secret' }],
      },
    };
    expect(readablePayload(JSON.stringify(payload), { showsTexts: true })).toEqual({
      token: '[secret]',
      team_id: 'T0ACME0001',
      event: {
        type: 'function_executed',
        bot_access_token: '[secret]',
        text: 'my token is [token]',
        response_urls: [{ channel_id: 'C1', response_url: '[secret]' }],
      },
    });
  });

  it('keeps whose tokens were revoked: those are ids of users', () => {
    const payload = { event: { type: 'tokens_revoked', tokens: { oauth: ['U1'], bot: ['U2'] }, n: 1.5, none: null } };
    expect(readablePayload(JSON.stringify(payload), { showsTexts: true })).toEqual(payload);
  });

  it('is shown as deep as a person reads, however deep it is', () => {
    const depth = 100_000;
    const payload = `{"event":{"a":${'['.repeat(depth)}${']'.repeat(depth)},"b":1,"__proto__":{"x":2}}}`;
    const shown = JSON.stringify(readablePayload(payload, { showsTexts: true }), null, 2);
    expect(shown).toContain('[nested too deep to be shown]');
    expect(shown).toContain('"b": 1');
    expect(shown).toContain('"__proto__"');
    expect(shown.length).toBeLessThan(50_000);
  });

  it('has no texts that people wrote, unless they are to be shown', () => {
    const payload = {
      event: {
        type: 'message',
        channel: 'C1',
        user: 'U1',
        text: 'lunch?',
        ts: '1.2',
        blocks: [
          { type: 'rich_text', block_id: 'b', elements: [{ type: 'link', url: 'https://x.example', text: 'x' }] },
        ],
        attachments: [{ id: 1, fallback: 'f', author_name: 'Ann', fields: [{ title: 't', value: 'v', short: true }] }],
        files: [{ id: 'F1', name: 'plan.pdf', mimetype: 'application/pdf' }],
        message: { text: ['a', 'bc'], user: 'U2' },
        topic: { value: 'secret plans', creator: 'U3' },
      },
    };
    expect(readablePayload(JSON.stringify(payload), { showsTexts: false })).toEqual({
      event: {
        type: 'message',
        channel: 'C1',
        user: 'U1',
        text: '[6 characters]',
        ts: '1.2',
        blocks: [
          {
            type: 'rich_text',
            block_id: 'b',
            elements: [{ type: 'link', url: '[17 characters]', text: '[1 characters]' }],
          },
        ],
        attachments: [
          {
            id: 1,
            fallback: '[1 characters]',
            author_name: '[3 characters]',
            fields: [{ title: '[1 characters]', value: '[1 characters]', short: true }],
          },
        ],
        files: [{ id: 'F1', name: '[8 characters]', mimetype: 'application/pdf' }],
        message: { text: ['[1 characters]', '[2 characters]'], user: 'U2' },
        topic: { value: '[12 characters]', creator: '[2 characters]' },
      },
    });
  });

  const masked = (payload: object) => readablePayload(JSON.stringify(payload), { showsTexts: false });

  it('has no links that people sent, and nothing of what an app attached but its type', () => {
    const event = {
      type: 'link_shared',
      channel: 'C1',
      message_ts: '1.2',
      links: [{ domain: 'x.example', url: 'https://x.example/plan' }],
      metadata: { event_type: 'task_created', event_payload: { id: 'A-1', user: 'Ann', list: ['plan'], n: 3 } },
    };
    expect(masked({ event })).toEqual({
      event: {
        type: 'link_shared',
        channel: 'C1',
        message_ts: '1.2',
        links: [{ domain: '[9 characters]', url: '[22 characters]' }],
        metadata: {
          event_type: 'task_created',
          event_payload: { id: '[3 characters]', user: '[3 characters]', list: ['[4 characters]'], n: 3 },
        },
      },
    });
  });

  it('has nothing that tells who a person is but ids', () => {
    const profile = {
      email: 'ann@x.example',
      phone: '123',
      display_name: 'Ann',
      fields: { Xf1: { value: 'v', alt: '' } },
    };
    const user = { id: 'U1', team_id: 'T1', name: 'ann', real_name: 'Ann A', is_bot: false, profile };
    const event = {
      type: 'user_change',
      user,
      username: 'ann',
      event_ts: '1.2',
      channel: { id: 'C1', name: 'general' },
    };
    const shown = JSON.stringify(masked({ event, user_name: 'ann', user_id: 'U1', channel_name: 'general' }));
    expect(shown).not.toMatch(/\b[Aa]nn|"123|"v"/);
    expect(JSON.parse(shown)).toMatchObject({
      event: {
        type: 'user_change',
        user: { id: 'U1', team_id: 'T1', name: '[3 characters]', is_bot: false },
        event_ts: '1.2',
        channel: { id: 'C1', name: 'general' },
      },
      user_id: 'U1',
      channel_name: 'general',
    });
  });

  it('has nothing that was entered or chosen in a view, or attached to it', () => {
    const chosen = {
      b1: { a1: { type: 'datepicker', selected_date: '2026-11-30' } },
      b2: { a2: { type: 'users_select', selected_user: 'U2' } },
      b3: { a3: { type: 'plain_text_input', value: 'secret plans' } },
    };
    const view = { id: 'V1', callback_id: 'c', private_metadata: 'secret plans', state: { values: chosen } };
    const actions = [{ type: 'datepicker', action_id: 'a', action_ts: '1.2', selected_date: '2026-11-30' }];
    expect(masked({ view, actions })).toEqual({
      view: {
        id: 'V1',
        callback_id: 'c',
        private_metadata: '[12 characters]',
        state: {
          values: {
            b1: { a1: { type: 'datepicker', selected_date: '[10 characters]' } },
            b2: { a2: { type: 'users_select', selected_user: 'U2' } },
            b3: { a3: { type: 'plain_text_input', value: '[12 characters]' } },
          },
        },
      },
      actions: [{ type: 'datepicker', action_id: 'a', action_ts: '1.2', selected_date: '[10 characters]' }],
    });
  });

  it.each([
    ['event.links.url', true],
    ['event.user.profile.email', true],
    ['event.user.name', true],
    ['event.metadata.event_payload.id', true],
    ['view.state.values.b.a.selected_date', true],
    ['event.username', true],
    ['event.user', false],
    ['event.user.id', false],
    ['event.metadata.event_type', false],
    ['event.channel.name', false],
    ['actions.action_id', false],
  ])('a search in %s is one in texts: %s', (path, isText) => {
    expect(isTextPath(path.split('.'))).toBe(isText);
  });
});
