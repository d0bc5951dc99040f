/**
 * What Slack's blocks of 2026 need. The limits stand on the page of each block
 * (https://docs.slack.dev/reference/block-kit/blocks, July 2026) and in @slack/types 3.2.0, block-kit/blocks.d.ts; where each
 * may be, in https://docs.slack.dev/blocks.json (September 2026).
 */
import { describe, expect, it } from 'vitest';
import { blockProblems, type Surface } from './blocks.ts';

type Block = Record<string, unknown>;

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const picture = { type: 'image', image_url: 'https://example.com/a.png', alt_text: 'a' };
const button = { type: 'button', text: plain('Go') };
const section = { type: 'section', text: plain('x') };
const richText = {
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'x' }] }],
};
const cell = (text: string) => ({ type: 'raw_text', text });
const rowsOf = (count: number, columns = 2) =>
  Array.from({ length: count }, () => Array.from({ length: columns }, () => cell('x')));
const times = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item);

const card = { type: 'card', title: mrkdwn('x') };
const carousel = { type: 'carousel', elements: [card] };
const alert = { type: 'alert', text: plain('x') };
const container = { type: 'container', title: plain('x'), child_blocks: [section] };
const dataTable = { type: 'data_table', caption: 'x', rows: rowsOf(2) };
const pie = { type: 'data_visualization', title: 'x', chart: { type: 'pie', segments: [{ label: 'a', value: 1 }] } };
const task = { type: 'task_card', task_id: 't', title: 'x' };
const plan = { type: 'plan', title: 'x', tasks: [task] };

/** Where each block may be: in messages, modals, home tabs. */
const surfaces: readonly [block: Block, ...places: boolean[]][] = [
  [card, true, true, true],
  [carousel, true, false, true],
  [alert, false, true, false],
  [container, true, false, true],
  [dataTable, true, false, true],
  [pie, true, false, true],
  [task, true, false, false],
  [plan, true, false, false],
];

describe('the newest blocks', () => {
  it.each(surfaces)('%j may be in messages: %s, modals: %s, home tabs: %s', (block, ...places) => {
    const mayBeIn = (surface: Surface) => blockProblems([block], surface).length === 0;
    expect([mayBeIn('message'), mayBeIn('modal'), mayBeIn('home')]).toEqual(places);
  });

  it.each<[string, Block]>([
    [
      'card with everything',
      {
        ...card,
        hero_image: picture,
        icon: picture,
        subtitle: mrkdwn('x'.repeat(150)),
        body: mrkdwn('x'.repeat(200)),
        subtext: plain('x'),
        actions: times(3, button),
      },
    ],
    ['card of one picture', { type: 'card', hero_image: picture }],
    ['card with an icon of Slack', { ...card, slack_icon: { type: 'icon', name: 'rocket' } }],
    ['carousel of ten', { ...carousel, elements: times(10, card) }],
    ['container with a rich title', { type: 'container', rich_text_title: richText, child_blocks: [section] }],
    [
      'container with everything',
      {
        ...container,
        subtitle: mrkdwn('x'),
        icon: picture,
        width: 'full',
        is_collapsible: true,
        default_collapsed: true,
        child_blocks: times(10, richText),
      },
    ],
    ['task with everything', { ...task, status: 'complete', details: richText, output: richText, sources: [source()] }],
    ['plan without tasks', { type: 'plan', title: 'x' }],
    [
      'plan of tasks that do not say that they are',
      { ...plan, tasks: [{ task_id: 't', title: 'x', status: 'pending' }] },
    ],
  ])('are taken: a %s', (_, block) => {
    expect(blockProblems([block], 'message')).toEqual([]);
  });

  it.each<[string, Block, string]>([
    [
      'a card of a subtitle',
      { type: 'card', subtitle: mrkdwn('x') },
      'missing required field: hero_image or title or actions or body [json-pointer:/blocks/0]',
    ],
    [
      'a card with a long body',
      { ...card, body: mrkdwn('x'.repeat(201)) },
      'must be less than 201 characters [json-pointer:/blocks/0/body/text]',
    ],
    [
      'a card with a text for a title',
      { ...card, title: 'x' },
      'must provide an object [json-pointer:/blocks/0/title]',
    ],
    [
      'a card with four buttons',
      { ...card, actions: times(4, button) },
      'no more than 3 items allowed [json-pointer:/blocks/0/actions]',
    ],
    [
      'a card with a select',
      { ...card, actions: [{ type: 'users_select' }] },
      'unsupported type: users_select [json-pointer:/blocks/0/actions/0/type]',
    ],
    [
      'a card with a link for a picture',
      { ...card, icon: 'https://a' },
      'must provide an object [json-pointer:/blocks/0/icon]',
    ],
    [
      'a card with two icons',
      { ...card, icon: picture, slack_icon: { type: 'icon', name: 'rocket' } },
      'only one of icon and slack_icon allowed [json-pointer:/blocks/0]',
    ],
    [
      'a carousel of eleven',
      { ...carousel, elements: times(11, card) },
      'no more than 10 items allowed [json-pointer:/blocks/0/elements]',
    ],
    [
      'an empty carousel',
      { ...carousel, elements: [] },
      'no fewer than 1 items allowed [json-pointer:/blocks/0/elements]',
    ],
    [
      'a carousel of sections',
      { ...carousel, elements: [section] },
      'unsupported type: section [json-pointer:/blocks/0/elements/0/type]',
    ],
    [
      'a container without a title',
      { type: 'container', child_blocks: [section] },
      'missing required field: title or rich_text_title [json-pointer:/blocks/0]',
    ],
    [
      'an empty container',
      { ...container, child_blocks: [] },
      'no fewer than 1 items allowed [json-pointer:/blocks/0/child_blocks]',
    ],
    [
      'a container of eleven',
      { ...container, child_blocks: times(11, section) },
      'no more than 10 items allowed [json-pointer:/blocks/0/child_blocks]',
    ],
    [
      'a container of containers',
      { ...container, child_blocks: [container] },
      'unsupported type: container [json-pointer:/blocks/0/child_blocks/0/type]',
    ],
    [
      'a container of cards',
      { ...container, child_blocks: [card] },
      'unsupported type: card [json-pointer:/blocks/0/child_blocks/0/type]',
    ],
    [
      'a container of some width',
      { ...container, width: 'huge' },
      'invalid value: huge [json-pointer:/blocks/0/width]',
    ],
    [
      'a task without a title',
      { ...task, title: undefined },
      'missing required field: title [json-pointer:/blocks/0/title]',
    ],
    [
      'a task in some state',
      { ...task, status: 'completed' },
      'invalid value: completed [json-pointer:/blocks/0/status]',
    ],
    [
      'a task with text for details',
      { ...task, details: 'x' },
      'must provide an object [json-pointer:/blocks/0/details]',
    ],
    [
      'a task with a bare link',
      { ...task, sources: ['https://a'] },
      'must provide an object [json-pointer:/blocks/0/sources/0]',
    ],
    [
      'a plan of sections',
      { ...plan, tasks: [section] },
      'unsupported type: section [json-pointer:/blocks/0/tasks/0/type]',
    ],
  ])('refuse %s', (_, block, message) => {
    expect(blockProblems([block], 'message')).toEqual([`[ERROR] ${message}`]);
  });

  it.each<[string, Block, string]>([
    [
      'a long alert',
      { ...alert, text: plain('x'.repeat(201)) },
      'must be less than 201 characters [json-pointer:/blocks/0/text/text]',
    ],
    ['an alert in words', { ...alert, text: 'x' }, 'must provide an object [json-pointer:/blocks/0/text]'],
    ['an alert without text', { type: 'alert' }, 'missing required field: text [json-pointer:/blocks/0/text]'],
    ['an alert of some level', { ...alert, level: 'loud' }, 'invalid value: loud [json-pointer:/blocks/0/level]'],
  ])('refuse %s in modals', (_, block, message) => {
    expect(blockProblems([block], 'modal')).toEqual([`[ERROR] ${message}`]);
  });

  it.each<[string, Block[], string]>([
    // TightknitAI/slack-block-kit-validator, check-single-plan-block.ts: seen in an answer of chat.update
    ['two plans', [plan, plan], 'Cannot have more than 1 plan block [json-pointer:/blocks/1]'],
    ['three charts', [pie, pie, pie], 'no more than 2 data_visualization blocks allowed [json-pointer:/blocks/2]'],
    [
      'tables that say too much together',
      times(2, { ...dataTable, rows: [...rowsOf(1), [cell('x'.repeat(10_000)), cell('x')]] }),
      'no more than 20000 characters allowed in cells [json-pointer:/blocks]',
    ],
    [
      'the same block_id inside a container and outside',
      [
        { ...section, block_id: 'a' },
        { ...container, child_blocks: [{ ...section, block_id: 'a' }] },
      ],
      'block_id already exists: a [json-pointer:/blocks/1/child_blocks/0/block_id]',
    ],
    [
      'the same action_id twice in a card',
      [{ ...carousel, elements: [{ ...card, actions: times(2, { ...button, action_id: 'go' }) }] }],
      'action_id already exists: go [json-pointer:/blocks/0/elements/0/actions/1/action_id]',
    ],
  ])('refuse %s', (_, blocks, message) => {
    expect(blockProblems(blocks, 'message')).toEqual([`[ERROR] ${message}`]);
  });

  function source() {
    return { type: 'url', url: 'https://example.com', text: 'example.com' };
  }
});
