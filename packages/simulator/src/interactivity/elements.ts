/** Finds the elements that people use in blocks, and turns what they choose into Slack's values. */
import { allBlocks } from '../content/block-kit/nesting.ts';
import { isObject } from '../content/block-kit/rules.ts';
import type { Json } from '../workspace/slack-shapes.ts';

/** An element and the block that it is in. */
export interface FoundElement {
  readonly block: Json;
  readonly element: Json;
}

/** What people enter or choose: a text, an option's value, an id, several of them, or Slack's own value. */
export type Choice = string | readonly string[] | Json;

/** Values by block and action, as `state.values` shows them. */
export type StateValues = Record<string, Record<string, Json>>;

type Kind = 'text' | 'option' | 'options' | 'id' | 'ids' | 'object';

/** Under which key a type of element has its value, and what kind of value it is. */
const valueKeys: Readonly<Record<string, readonly [key: string, kind: Kind, initialKey: string]>> = {
  plain_text_input: ['value', 'text', 'initial_value'],
  email_text_input: ['value', 'text', 'initial_value'],
  url_text_input: ['value', 'text', 'initial_value'],
  number_input: ['value', 'text', 'initial_value'],
  rich_text_input: ['rich_text_value', 'object', 'initial_value'],
  file_input: ['files', 'ids', ''],
  static_select: ['selected_option', 'option', 'initial_option'],
  external_select: ['selected_option', 'option', 'initial_option'],
  radio_buttons: ['selected_option', 'option', 'initial_option'],
  overflow: ['selected_option', 'option', ''],
  multi_static_select: ['selected_options', 'options', 'initial_options'],
  multi_external_select: ['selected_options', 'options', 'initial_options'],
  checkboxes: ['selected_options', 'options', 'initial_options'],
  users_select: ['selected_user', 'id', 'initial_user'],
  multi_users_select: ['selected_users', 'ids', 'initial_users'],
  conversations_select: ['selected_conversation', 'id', 'initial_conversation'],
  multi_conversations_select: ['selected_conversations', 'ids', 'initial_conversations'],
  channels_select: ['selected_channel', 'id', 'initial_channel'],
  multi_channels_select: ['selected_channels', 'ids', 'initial_channels'],
  datepicker: ['selected_date', 'id', 'initial_date'],
  timepicker: ['selected_time', 'id', 'initial_time'],
  datetimepicker: ['selected_date_time', 'id', 'initial_date_time'],
};

/** Every element with an action_id, in reading order. */
export function elementsIn(blocks: readonly unknown[] = []): FoundElement[] {
  return allBlocks(blocks).flatMap(({ block }) => {
    const parts = [block.accessory, block.element, ...listIn(block.elements), ...listIn(block.actions)];
    return parts.flatMap((element) =>
      isObject(element) && typeof element.action_id === 'string' ? [{ block, element }] : [],
    );
  });
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The element with that action_id; `block/action` names one of several. */
export function findElement(blocks: readonly unknown[] | undefined, reference: string): FoundElement | undefined {
  return elementsIn(blocks).find(
    ({ block, element }) =>
      element.action_id === reference || `${String(block.block_id)}/${String(element.action_id)}` === reference,
  );
}

/** Whether the element keeps a value, as buttons do not. */
export function keepsValue(element: Json): boolean {
  return valueKeys[String(element.type)] !== undefined && element.type !== 'overflow';
}

/** `{ type, value }` or its like for what was chosen; undefined when there is no such option. */
export function chosenValue(element: Json, choice: Choice | undefined): Json | undefined {
  const type = String(element.type);
  const entry = valueKeys[type];
  if (!entry) return { type };
  const [key, kind] = entry;
  const value = valueOf(element, kind, choice);
  return value === undefined ? undefined : { type, [key]: value };
}

/** What stands in the fields before anybody touched them. `conversationId` is the one that the person looks at. */
export function initialValues(blocks: readonly unknown[], conversationId?: string): StateValues {
  const values: StateValues = {};
  for (const { block, element } of elementsIn(blocks)) {
    const entry = valueKeys[String(element.type)];
    if (!entry || element.type === 'overflow') continue;
    const [key, kind, initialKey] = entry;
    const isMany = kind === 'options' || kind === 'ids';
    const current = element.default_to_current_conversation === true ? conversationId : undefined;
    const untouched = current === undefined ? (isMany ? [] : null) : isMany ? [current] : current;
    setValue(values, { block, element }, { type: element.type, [key]: element[initialKey] ?? untouched });
  }
  return values;
}

/** Writes the value of one element. */
export function setValue(values: StateValues, { block, element }: FoundElement, value: Json): void {
  const inBlock = (values[String(block.block_id)] ??= {});
  inBlock[String(element.action_id)] = value;
}

/** Whether nothing was entered. */
export function isEmpty(value: Json | undefined): boolean {
  const [, content] = Object.entries(value ?? {}).find(([key]) => key !== 'type') ?? [];
  return (
    content === undefined || content === null || content === '' || (Array.isArray(content) && content.length === 0)
  );
}

function valueOf(element: Json, kind: Kind, choice: Choice | undefined): unknown {
  if (choice === undefined) return undefined;
  switch (kind) {
    case 'option':
      return optionOf(element, choice);
    case 'options': {
      const found = [choice].flat().map((one) => optionOf(element, one));
      return found.includes(undefined) ? undefined : found;
    }
    case 'ids':
      return [choice].flat();
    case 'id':
    case 'text':
    case 'object':
      return choice;
  }
}

/** An option as the app wrote it. Those of external selects are known to the person only, so they come whole. */
function optionOf(element: Json, choice: unknown): unknown {
  if (isObject(choice)) return choice;
  const groups = Array.isArray(element.option_groups) ? element.option_groups.filter(isObject) : [];
  const options = [element, ...groups].flatMap(({ options: list }) => (Array.isArray(list) ? list : []));
  const found: unknown = options.find((option) => isObject(option) && option.value === choice);
  const isExternal = String(element.type).endsWith('external_select');
  return found ?? (isExternal ? { text: { type: 'plain_text', text: choice, emoji: true }, value: choice } : undefined);
}
