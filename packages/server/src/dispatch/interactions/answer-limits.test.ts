import { describe, expect, it } from 'vitest';
import type { AnswerLimit } from '../../slack/delivery/delivery.ts';
import { answerInstead, answerInWords } from './answer-instead.ts';
import { faultOfAnswer } from './answer-limits.ts';

const frame: AnswerLimit = {
  of: 'a frame',
  maxBytes: 1_000,
  bytesOf: (payload) => (JSON.stringify(payload) ?? '').length,
};
const option = (n: number) => ({ text: { type: 'plain_text', text: `option ${n}` }, value: String(n) });
const options = (count: number) => Array.from({ length: count }, (_, n) => option(n));
const blocks = (count: number) => Array.from({ length: count }, () => ({ type: 'divider' }));
const cycle: Record<string, unknown> = {};
cycle.self = cycle;

describe('an answer', () => {
  it.each<[string, unknown, AnswerLimit | undefined]>([
    ['nothing', undefined, frame],
    ['a text', 'x'.repeat(998), frame],
    ['a hundred options', { options: options(100) }, undefined],
    [
      'two groups of a hundred options',
      { option_groups: [{ options: options(100) }, { options: options(100) }] },
      undefined,
    ],
    ['a view of a hundred blocks', { response_action: 'push', view: { blocks: blocks(100) } }, undefined],
    ['a message of fifty blocks', { blocks: blocks(50) }, undefined],
  ])('can be %s', (_what, payload, limit) => {
    expect(faultOfAnswer(payload, limit)).toBeUndefined();
  });

  it.each<[string, unknown, AnswerLimit | undefined, object]>([
    [
      'more bytes than its way takes',
      'x'.repeat(999),
      frame,
      { message: 'has 1001 bytes in a frame; Slack takes at most 1000', size: 1_001, limit: 1_000 },
    ],
    ['101 options', { options: options(101) }, undefined, { message: 'has 101 options; Slack takes at most 100' }],
    ['a group of 101 options', { option_groups: [{ options: options(101) }] }, undefined, { size: 101 }],
    ['101 groups', { option_groups: blocks(101) }, undefined, { size: 101 }],
    [
      'a view of 101 blocks',
      { view: { blocks: blocks(101) } },
      undefined,
      { message: 'has 101 blocks in a view; Slack takes at most 100' },
    ],
    ['a view of 250 kB', { view: { private_metadata: 'é'.repeat(125_000) } }, undefined, { limit: 250_000 }],
    [
      'a message of 51 blocks',
      { blocks: blocks(51) },
      undefined,
      { message: 'has 51 blocks in a message; Slack takes at most 50' },
    ],
    [
      'a cycle',
      cycle,
      undefined,
      { message: expect.stringMatching(/^cannot be written as JSON: TypeError: .*circular/) },
    ],
    ['a BigInt', { count: 1n }, frame, { message: expect.stringContaining('BigInt') }],
    ['a function', () => {}, frame, { message: 'cannot be written as JSON: it is a function' }],
  ])('cannot be %s', (_what, payload, limit, fault) => {
    expect(faultOfAnswer(payload, limit)).toMatchObject(fault);
  });
});

describe('in its place', () => {
  it('a menu shows the first options that fit', () => {
    const menu = { payloadType: 'block_suggestion', limit: frame };
    const { payload } = answerInstead({}, { options: options(40) }, menu) as { payload: { options: unknown[] } };
    expect(payload.options).toEqual(options(15));
    expect(JSON.stringify(payload).length).toBeLessThanOrEqual(1_000);
    expect(JSON.stringify({ options: options(16) }).length).toBeGreaterThan(1_000);
  });

  it('a menu of too many options shows the first hundred', () => {
    const answer = answerInstead({}, { options: options(200) }, { payloadType: 'block_suggestion', limit: undefined });
    expect(answer).toEqual({ kind: 'payload', payload: { options: options(100) } });
  });

  it('a menu shows the first groups that fit, and none when none does', () => {
    const group = (count: number) => ({ label: { type: 'plain_text', text: 'g' }, options: options(count) });
    const menu = { payloadType: 'block_suggestion', limit: frame };
    const few = answerInstead({}, { option_groups: [group(5), group(5), group(5)] }, menu);
    expect(few).toEqual({ kind: 'payload', payload: { option_groups: [group(5), group(5)] } });
    const none = answerInstead({}, { option_groups: [group(20)] }, menu);
    expect(none).toEqual({ kind: 'payload', payload: { options: [] } });
  });

  it.each<[string, Record<string, unknown>, unknown]>([
    ['slash_command', {}, { kind: 'payload', payload: { response_type: 'ephemeral', text: 'Sorry' } }],
    ['block_suggestion', {}, { kind: 'payload', payload: { options: [] } }],
    ['dialog_suggestion', {}, { kind: 'payload', payload: { options: [] } }],
    ['block_actions', {}, { kind: 'accepted' }],
    ['shortcut', {}, { kind: 'accepted' }],
    ['view_closed', {}, { kind: 'accepted' }],
    [
      'view_submission',
      {
        view: {
          blocks: [
            { type: 'section', block_id: 'a' },
            { type: 'input', block_id: 'b' },
          ],
        },
      },
      { kind: 'payload', payload: { response_action: 'errors', errors: { b: 'Sorry' } } },
    ],
    [
      'view_submission',
      { view: { title: { text: 'Order' }, blocks: [{ type: 'section' }] } },
      {
        kind: 'payload',
        payload: {
          response_action: 'update',
          view: {
            type: 'modal',
            title: { type: 'plain_text', text: 'Order' },
            blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'Sorry' } }],
          },
        },
      },
    ],
    [
      'dialog_submission',
      { submission: { city: 'x' } },
      { kind: 'payload', payload: { errors: [{ name: 'city', error: 'Sorry' }] } },
    ],
    ['dialog_submission', {}, { kind: 'accepted' }],
  ])('%s is told in words where Slack shows some', (payloadType, body, answer) => {
    expect(answerInWords(body, { payloadType, text: 'Sorry' })).toEqual(answer);
  });
});
