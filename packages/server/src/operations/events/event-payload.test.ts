import { describe, expect, it } from 'vitest';
import { readablePayload } from './event-payload.ts';

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
});
