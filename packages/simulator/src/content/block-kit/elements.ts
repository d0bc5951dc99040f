/** What the elements inside blocks need. (https://docs.slack.dev/reference/block-kit/block-elements) */
import { anyOf, anything, boolean, byType, list, object, type Rule, string, word } from './rules.ts';

/** Plain text of up to `max` characters. */
export function plainText(max: number): Rule {
  return object({ type: word('plain_text'), text: string(max) }, { emoji: boolean });
}

/** Plain text or mrkdwn of up to `max` characters. */
export function anyText(max: number): Rule {
  return object({ type: word('plain_text', 'mrkdwn'), text: string(max) });
}

export const actionId = string(255);

const confirm = object({ title: plainText(100), text: anyText(300), confirm: plainText(30), deny: plainText(30) });
/** Slack documents 75 characters and takes 103 (seen in production); where it ends is a guess. */
const MAX_DESCRIPTION_LENGTH = 200;
const option = object(
  { text: anyText(75), value: string(150, 0) },
  { description: anyText(MAX_DESCRIPTION_LENGTH), url: string(3000) },
);
const optionGroup = object({ label: plainText(75), options: list(option, { max: 100 }) });
const common = { action_id: actionId, confirm, placeholder: plainText(150), focus_on_load: boolean };
const choices = { options: list(option, { max: 100 }), option_groups: list(optionGroup, { max: 100 }) };
const fewChoices = list(option, { max: 10 });

const select = object({}, common);
const staticSelect = anyOf(['options', 'option_groups'], object({}, { ...common, ...choices }));
const textInput = object({}, common);

/** An image, as an element and as the core of the image block. */
export const image = anyOf(
  ['image_url', 'slack_file'],
  object({ alt_text: string(2000, 0) }, { image_url: string(3000), slack_file: object({}) }),
);

export const button = object(
  { text: plainText(75) },
  { ...common, url: string(3000), value: string(2000, 0), style: word('primary', 'danger') },
);

/** (https://docs.slack.dev/reference/block-kit/block-elements/feedback-buttons-element) */
const feedbackButton = object({ text: plainText(75), value: string(2000) }, { accessibility_label: string(75) });

const feedbackButtons = object({ positive_button: feedbackButton, negative_button: feedbackButton }, common);
const iconButton = object({ icon: string(100), text: plainText(75) }, common);

/** Elements by their type. */
export const elementRules: Readonly<Record<string, Rule>> = {
  button,
  workflow_button: object({ text: plainText(75), workflow: object({ trigger: anything }) }, common),
  icon_button: iconButton,
  feedback_buttons: feedbackButtons,
  static_select: staticSelect,
  multi_static_select: staticSelect,
  external_select: select,
  multi_external_select: select,
  users_select: select,
  multi_users_select: select,
  conversations_select: select,
  multi_conversations_select: select,
  channels_select: select,
  multi_channels_select: select,
  overflow: object({ options: list(option, { max: 5 }) }, common),
  checkboxes: object({ options: fewChoices }, common),
  radio_buttons: object({ options: fewChoices }, common),
  datepicker: select,
  timepicker: select,
  datetimepicker: select,
  plain_text_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  number_input: object({ is_decimal_allowed: boolean }, common),
  rich_text_input: textInput,
  file_input: object({}, common),
  image,
};

/** Any element that an `actions` block or an accessory may hold. */
export const element: Rule = byType(elementRules);

/** What a `context_actions` block may hold. (https://docs.slack.dev/reference/block-kit/blocks/context-actions-block) */
export const feedbackElement: Rule = byType({
  feedback_buttons: feedbackButtons,
  icon_button: iconButton,
});

/** What a `context` block may hold: images and text. */
export const contextElement: Rule = byType({ image, plain_text: anyText(3000), mrkdwn: anyText(3000) });
