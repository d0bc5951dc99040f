/** One of each block and element, for what is looked at in the browser tests. */

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const options = ['one', 'two', 'three'].map((value) => ({ text: plain(`Option ${value}`), value }));
const rich = (text: string) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
});
const image = { type: 'image', image_url: 'https://elsewhere.example/x.png', alt_text: 'A picture' };
const button = (text: string, more: object = {}) => ({
  type: 'button',
  text: plain(text),
  action_id: text.replaceAll(' ', '_'),
  ...more,
});

/** What stands in actions, on a Home and in a message. */
const elements = [
  [button('Primary', { style: 'primary' }), button('Dangerous', { style: 'danger' }), button('Plain')],
  [
    { type: 'static_select', action_id: 'static', placeholder: plain('Choose one'), options },
    { type: 'multi_static_select', action_id: 'multi', placeholder: plain('Choose some'), options },
    { type: 'users_select', action_id: 'user', placeholder: plain('Somebody') },
    { type: 'conversations_select', action_id: 'conversation', placeholder: plain('Somewhere') },
  ],
  [
    { type: 'datepicker', action_id: 'date', initial_date: '2026-11-29' },
    { type: 'timepicker', action_id: 'time', initial_time: '11:30' },
    { type: 'overflow', action_id: 'overflow', options },
  ],
  [
    { type: 'checkboxes', action_id: 'checks', options },
    { type: 'radio_buttons', action_id: 'radio', options, initial_option: options[1] },
  ],
];

const shared = [
  { type: 'header', text: plain('A header') },
  {
    type: 'section',
    text: mrkdwn('*Bold*, _italic_, `code`, <https://elsewhere.example|a link> and :tada:'),
    accessory: image,
  },
  { type: 'section', fields: ['*Status*\nopen', '*Since*\nTuesday'].map(mrkdwn) },
  { type: 'divider' },
  { type: 'context', elements: [image, mrkdwn('by somebody')] },
  { ...image, title: plain('A title') },
  ...elements.map((all, index) => ({ type: 'actions', block_id: `actions${index}`, elements: all })),
  {
    type: 'rich_text',
    elements: [
      { type: 'rich_text_list', style: 'bullet', elements: [rich('a point').elements[0]] },
      { type: 'rich_text_quote', elements: [{ type: 'text', text: 'a quote' }] },
      { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'const a = 1;' }] },
    ],
  },
  {
    type: 'container',
    title: plain('A container'),
    is_collapsible: true,
    child_blocks: [{ type: 'section', text: mrkdwn('inside') }],
  },
  {
    type: 'carousel',
    elements: ['First', 'Second', 'Third'].map((title) => ({
      type: 'card',
      title: plain(title),
      body: mrkdwn('What it is about'),
      actions: [button(`Take ${title}`)],
    })),
  },
  {
    type: 'data_table',
    caption: 'Latency',
    rows: [
      ['Region', 'ms'].map((text) => ({ type: 'raw_text', text })),
      [
        { type: 'raw_text', text: 'Frankfurt' },
        { type: 'raw_number', value: 12, text: '12' },
      ],
    ],
  },
  {
    type: 'data_visualization',
    title: 'Requests',
    chart: {
      type: 'bar',
      series: ['GET', 'POST'].map((name, index) => ({
        name,
        data: ['Mon', 'Tue'].map((label, day) => ({ label, value: 3 + day * 2 + index })),
      })),
      axis_config: { categories: ['Mon', 'Tue'] },
    },
  },
];

/** A Home tab with everything that may stand there. */
export const HOME = { type: 'home', blocks: shared };

const task = (title: string, status: string) => ({
  type: 'task_card',
  task_id: title,
  title,
  status,
  details: rich('how it went'),
  sources: [{ type: 'url', url: 'https://elsewhere.example/source', text: 'A source' }],
});

/** In messages alone. */
export const MESSAGE = [
  ...shared,
  { type: 'markdown', text: '# Head\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n1. one\n2. two\n\n```js\nlet b;\n```' },
  {
    type: 'table',
    rows: [
      ['Name', 'Role'],
      ['Ann', 'on call'],
    ].map((row) => row.map((text) => ({ type: 'raw_text', text }))),
  },
  { ...task('Look around', 'complete') },
  { type: 'plan', title: 'A plan', tasks: [task('Read', 'complete'), task('Write', 'in_progress')] },
  {
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        action_id: 'feedback',
        positive_button: { text: plain('Good'), value: 'good' },
        negative_button: { text: plain('Bad'), value: 'bad' },
      },
      { type: 'icon_button', icon: 'trash', text: plain('Delete'), action_id: 'delete' },
    ],
  },
];
