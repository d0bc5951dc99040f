/** Reads a dialog as an app sent it, and says what is wrong with it. (https://docs.slack.dev/legacy/legacy-dialogs) */
import {
  anything,
  byType,
  isObject,
  list,
  object,
  problem,
  type Rule,
  string,
  word,
} from '../content/block-kit/rules.ts';
import type { Json } from '../workspace/slack-shapes.ts';

/** What an app writes. */
export interface DialogContent {
  readonly title: string;
  readonly callback_id: string;
  readonly submit_label: string;
  readonly notify_on_cancel: boolean;
  readonly state: string | undefined;
  readonly elements: readonly Json[];
}

/** An option of a select; as Slack's own selects it has a label. */
const option = object({ label: string(75), value: string(75) });
const optionGroup = object({ label: string(75), options: list(option, { max: 100 }) });
const common = { label: string(48), name: string(300) };
const more = { hint: string(150, 0), placeholder: string(150, 0) };

function textElement(longest: number): Rule {
  return object(common, { ...more, value: string(longest, 0), subtype: word('email', 'number', 'tel', 'url') });
}

const element = byType({
  text: textElement(150),
  textarea: textElement(3000),
  select: object(common, {
    ...more,
    options: list(option, { max: 100 }),
    option_groups: list(optionGroup, { max: 100 }),
    selected_options: list(anything, { max: 1 }),
    data_source: word('static', 'users', 'channels', 'conversations', 'external'),
  }),
});

const dialog = object(
  { title: string(24), callback_id: string(255), elements: list(element, { max: 10 }) },
  { submit_label: string(24, 0), state: string(3000, 0) },
);

/** What is wrong with it, in the form of Slack's messages; or what it says. */
export function readDialog(raw: Json): { problems: readonly string[] } | { content: DialogContent } {
  const problems = [...dialog(raw, ''), ...labelProblems(raw), ...nameProblems(raw)];
  if (problems.length > 0) return { problems };
  return {
    content: {
      title: String(raw.title),
      callback_id: String(raw.callback_id),
      submit_label: typeof raw.submit_label === 'string' && raw.submit_label !== '' ? raw.submit_label : 'Submit',
      notify_on_cancel: raw.notify_on_cancel === true,
      state: typeof raw.state === 'string' ? raw.state : undefined,
      elements: Array.isArray(raw.elements) ? raw.elements.filter(isObject) : [],
    },
  };
}

/** (slack-samples/python-message-dialogs#2 shows the message) */
function labelProblems({ submit_label: label }: Json): readonly string[] {
  return typeof label === 'string' && /\s/.test(label.trim())
    ? ['[ERROR] The field `submit_label` can only be one word']
    : [];
}

function nameProblems({ elements }: Json): readonly string[] {
  const names = Array.isArray(elements) ? elements.filter(isObject).map(({ name }) => name) : [];
  return new Set(names).size < names.length ? problem('names must be unique', '/elements') : [];
}
