/** A message with a block, an element and an attachment of each kind that Slack takes from apps in a message. */
import type { Json } from '../support/slack.ts';

const plain = (text: string): Json => ({ type: 'plain_text', text });
const mrkdwn = (text: string): Json => ({ type: 'mrkdwn', text });
const option = (value: string): Json => ({ text: plain(value), value, description: plain('more') });
const options = [option('a'), option('b')];
const confirm = {
  title: plain('Sure?'),
  text: plain('Really?'),
  confirm: plain('Yes'),
  deny: plain('No'),
  style: 'danger',
};
const placeholder = plain('choose');
const IMAGE = 'https://example.com/cat.png';

const buttons = [
  { type: 'button', action_id: 'ok', text: plain('OK'), value: '1', style: 'primary', confirm },
  { type: 'button', action_id: 'go', text: plain('Go'), url: 'https://example.com', accessibility_label: 'go there' },
  { type: 'overflow', action_id: 'more', options },
  { type: 'static_select', action_id: 'one', placeholder, options, initial_option: options[0], focus_on_load: true },
  { type: 'multi_static_select', action_id: 'many', placeholder, options, initial_options: options },
];
const pickers = [
  { type: 'datepicker', action_id: 'day', initial_date: '2026-01-01', placeholder },
  { type: 'timepicker', action_id: 'time', initial_time: '12:00', timezone: 'Europe/Berlin' },
  { type: 'datetimepicker', action_id: 'when', initial_date_time: 1_767_225_600 },
  { type: 'checkboxes', action_id: 'boxes', options, initial_options: options },
  { type: 'radio_buttons', action_id: 'radio', options, initial_option: options[0] },
];
const selects = [
  { type: 'users_select', action_id: 'user', placeholder },
  {
    type: 'conversations_select',
    action_id: 'talk',
    default_to_current_conversation: true,
    filter: { include: ['im'] },
  },
  { type: 'channels_select', action_id: 'channel', placeholder },
  { type: 'external_select', action_id: 'external', min_query_length: 1, placeholder },
];
const richText = {
  type: 'rich_text',
  elements: [
    {
      type: 'rich_text_section',
      elements: [
        { type: 'text', text: 'bold', style: { bold: true } },
        { type: 'link', url: 'https://example.com', text: 'a link' },
        { type: 'emoji', name: 'wave' },
      ],
    },
    {
      type: 'rich_text_list',
      style: 'bullet',
      elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'x' }] }],
    },
    { type: 'rich_text_quote', elements: [{ type: 'text', text: 'said' }] },
    { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'code' }] },
  ],
};

export const everyBlock: readonly Json[] = [
  { type: 'header', block_id: 'head', text: plain('Head') },
  { type: 'section', text: mrkdwn('*bold*'), fields: [mrkdwn('one'), plain('two')], accessory: buttons[0] },
  { type: 'section', text: mrkdwn('a picture'), accessory: { type: 'image', image_url: IMAGE, alt_text: 'cat' } },
  { type: 'divider' },
  { type: 'image', image_url: IMAGE, alt_text: 'cat', title: plain('Cat') },
  { type: 'context', elements: [mrkdwn('by'), { type: 'image', image_url: IMAGE, alt_text: 'cat' }] },
  { type: 'actions', elements: buttons },
  { type: 'actions', elements: pickers },
  { type: 'actions', elements: selects },
  richText,
  {
    type: 'video',
    title: plain('Film'),
    title_url: 'https://example.com/film',
    description: plain('a film'),
    video_url: 'https://example.com/film',
    thumbnail_url: IMAGE,
    alt_text: 'film',
    author_name: 'Ann',
    provider_name: 'Example',
    provider_icon_url: IMAGE,
  },
];

export const everyAttachment: readonly Json[] = [
  {
    fallback: 'plain',
    color: '#36a64f',
    pretext: 'before',
    author_name: 'Ann',
    author_link: 'https://example.com',
    author_icon: IMAGE,
    title: 'Title',
    title_link: 'https://example.com',
    text: 'text',
    fields: [{ title: 'Priority', value: 'High', short: true }],
    image_url: IMAGE,
    thumb_url: IMAGE,
    footer: 'foot',
    footer_icon: IMAGE,
    ts: 1_767_225_600,
    mrkdwn_in: ['text'],
  },
  {
    fallback: 'old buttons',
    callback_id: 'choice',
    attachment_type: 'default',
    actions: [
      {
        name: 'game',
        type: 'button',
        text: 'Chess',
        value: 'chess',
        style: 'danger',
        confirm: { title: 'Sure?', text: 'x', ok_text: 'Yes', dismiss_text: 'No' },
      },
      {
        name: 'list',
        type: 'select',
        text: 'Pick',
        options: [{ text: 'One', value: '1' }],
        selected_options: [{ text: 'One', value: '1' }],
      },
    ],
  },
  { fallback: 'in blocks', blocks: [{ type: 'section', text: mrkdwn('inside') }] },
];

/** As much of a PNG as says how large it is. */
export function aPicture({ width, height }: { width: number; height: number }): Buffer<ArrayBuffer> {
  const picture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwC', 'base64');
  picture.writeUInt32BE(width, 16);
  picture.writeUInt32BE(height, 20);
  return picture;
}
