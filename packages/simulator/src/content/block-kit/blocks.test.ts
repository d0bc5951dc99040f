import { describe, expect, it } from 'vitest';
import { blockProblems, type Surface } from './blocks.ts';

const text = { type: 'plain_text', text: 'x' };
const button = { type: 'button', text, action_id: 'go' };
const option = { text, value: '1' };

describe('blockProblems', () => {
  it.each<[string, object]>([
    ['section', { text: { type: 'mrkdwn', text: 'x' }, accessory: button }],
    ['section', { fields: [text, text] }],
    ['divider', {}],
    ['header', { text }],
    ['image', { image_url: 'https://example.com/a.png', alt_text: 'a', title: text }],
    ['image', { slack_file: { id: 'F1' }, alt_text: 'a' }],
    ['context', { elements: [text, { type: 'image', image_url: 'https://example.com/a.png', alt_text: 'a' }] }],
    ['actions', { elements: [button, { type: 'static_select', placeholder: text, options: [option] }] }],
    ['input', { label: text, element: { type: 'plain_text_input' } }],
    ['rich_text', { elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'x' }] }] }],
    ['markdown', { text: '**x**' }],
    ['table', { rows: [[{ type: 'raw_text', text: 'x' }]] }],
    ['task_card', { task_id: 't', title: 'x' }],
  ])('takes a %s', (type, fields) => {
    expect(blockProblems([{ type, ...fields }], 'message')).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['no object', 7, 'must provide an object [json-pointer:/blocks/0]'],
    ['no type', {}, 'missing required field: type [json-pointer:/blocks/0/type]'],
    ['an unknown type', { type: 'toString' }, 'unsupported type: toString [json-pointer:/blocks/0/type]'],
    ['a section of nothing', { type: 'section' }, 'missing required field: text or fields [json-pointer:/blocks/0]'],
    [
      'a header in mrkdwn',
      { type: 'header', text: { type: 'mrkdwn', text: 'x' } },
      'invalid value: mrkdwn [json-pointer:/blocks/0/text/type]',
    ],
    [
      'a long header',
      { type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } },
      'must be less than 151 characters [json-pointer:/blocks/0/text/text]',
    ],
    [
      'an image without a picture',
      { type: 'image', alt_text: 'a' },
      'missing required field: image_url or slack_file [json-pointer:/blocks/0]',
    ],
    [
      'no actions',
      { type: 'actions', elements: [] },
      'no fewer than 1 items allowed [json-pointer:/blocks/0/elements]',
    ],
    [
      'too many options',
      { type: 'actions', elements: [{ type: 'overflow', options: Array.from({ length: 6 }, () => option) }] },
      'no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]',
    ],
    [
      'a long block_id',
      { type: 'divider', block_id: 'x'.repeat(256) },
      'must be less than 256 characters [json-pointer:/blocks/0/block_id]',
    ],
  ])('refuses %s', (_, block, message) => {
    expect(blockProblems([block], 'message')).toEqual([`[ERROR] ${message}`]);
  });

  it('wants every block_id once', () => {
    const blocks = [
      { type: 'divider', block_id: 'a' },
      { type: 'divider', block_id: 'a' },
    ];
    expect(blockProblems(blocks, 'home')).toEqual([
      '[ERROR] block_id already exists: a [json-pointer:/blocks/1/block_id]',
    ]);
  });

  it.each<[Surface, number]>([
    ['message', 50],
    ['modal', 100],
    ['home', 100],
  ])('takes as many blocks as a %s may have', (surface, most) => {
    const blocks = Array.from({ length: most }, () => ({ type: 'divider' }));
    expect(blockProblems(blocks, surface)).toEqual([]);
    expect(blockProblems([...blocks, { type: 'divider' }], surface)).toHaveLength(1);
  });

  it('keeps blocks where they belong', () => {
    expect(blockProblems([{ type: 'markdown', text: 'x' }], 'modal')).toHaveLength(1);
    expect(blockProblems([{ type: 'markdown', text: 'x' }], 'message')).toEqual([]);
  });
});
