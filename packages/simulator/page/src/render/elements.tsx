/** The interactive elements of blocks. (https://docs.slack.dev/reference/block-kit/block-elements) */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { confirmed } from 'ui-kit';
import { Icon } from '../icon.tsx';
import { ChoiceList, Feedback, Overflow } from './choices.tsx';
import type { ElementUse } from './element-use.ts';
import { FileField } from './file-field.tsx';
import { isJson, type Json, textOf, wordOf } from './json.ts';
import { PlainText } from './mrkdwn.tsx';
import { InertContext, Picture } from './picture.tsx';
import { Select } from './select.tsx';
import { type ChosenValue, useSurface } from './surface.ts';

export interface ElementProps {
  element: Json;
  blockId: string;
  /** Of the input block around it. */
  label?: string;
  /** It stands in an input block: what is entered is kept until the form is sent. */
  isField?: boolean;
  /** An input block that tells the app at once as well. */
  isDispatching?: boolean;
}

export function Element(props: ElementProps) {
  const { element, blockId, label, isField = false, isDispatching = false } = props;
  const surface = useSurface();
  const actionId = wordOf(element.action_id);
  const place = { blockId, actionId };
  const change = (value: ChosenValue) => {
    if (isField) surface.keep(place, value);
    if (!isField || isDispatching) void withConfirmation(element, () => surface.dispatch(place, value));
  };
  const use: ElementUse = {
    element,
    actionId,
    blockId,
    name: label || textOf(element.placeholder) || textOf(element.text) || actionId,
    held: surface.held(blockId, actionId),
    isDisabled: surface.isDisabled,
    change,
  };
  return <>{shown(wordOf(element.type), use, () => withConfirmation(element, () => surface.dispatch(place)))}</>;
}

function shown(type: string, use: ElementUse, press: () => Promise<unknown>): ComponentChildren {
  if (type.endsWith('_select')) return <Select use={use} isMulti={type.startsWith('multi_')} />;
  switch (type) {
    case 'button':
    case 'workflow_button':
      return <Button use={use} press={press} />;
    case 'icon_button':
      return <IconButton use={use} press={press} />;
    case 'image':
      return <Picture url={wordOf(use.element.image_url)} alt={wordOf(use.element.alt_text)} />;
    case 'overflow':
      return <Overflow use={use} />;
    case 'checkboxes':
      return <ChoiceList use={use} isMulti />;
    case 'radio_buttons':
      return <ChoiceList use={use} isMulti={false} />;
    case 'feedback_buttons':
      return <Feedback use={use} />;
    case 'plain_text_input':
    case 'rich_text_input':
    case 'email_text_input':
    case 'url_text_input':
    case 'number_input':
      return <TextField use={use} type={type} />;
    case 'datepicker':
      return <PickerField use={use} inputType="date" part="selected_date" />;
    case 'timepicker':
      return <PickerField use={use} inputType="time" part="selected_time" />;
    case 'datetimepicker':
      return <PickerField use={use} inputType="datetime-local" part="selected_date_time" />;
    case 'file_input':
      return <FileField use={use} />;
    default:
      return <span class="badge plain">{type}</span>;
  }
}

async function withConfirmation(element: Json, run: () => Promise<unknown>): Promise<unknown> {
  const { confirm } = element;
  if (isJson(confirm)) {
    const question = {
      title: textOf(confirm.title),
      text: textOf(confirm.text),
      verb: textOf(confirm.confirm),
      isDangerous: confirm.style === 'danger',
    };
    if (!(await confirmed(question))) return undefined;
  }
  return await run();
}

function Button({ use: { element, isDisabled }, press }: { use: ElementUse; press: () => Promise<unknown> }) {
  const [isBusy, setBusy] = useState(false);
  const style = element.style === 'primary' || element.style === 'danger' ? element.style : '';
  const url = typeof element.url === 'string' && /^https?:/i.test(element.url) ? element.url : undefined;
  const run = async () => {
    if (url) window.open(url, '_blank', 'noopener,noreferrer');
    setBusy(true);
    await press();
    setBusy(false);
  };
  return (
    <button
      type="button"
      class={`kit-button ${style}`}
      disabled={isDisabled}
      aria-busy={isBusy}
      aria-label={wordOf(element.accessibility_label) || undefined}
      onClick={run}
    >
      <InertContext.Provider value>
        <PlainText text={textOf(element.text)} />
      </InertContext.Provider>
    </button>
  );
}

function IconButton({ use: { element, isDisabled }, press }: { use: ElementUse; press: () => Promise<unknown> }) {
  const label = textOf(element.text);
  return (
    <button type="button" class="kit-icon" disabled={isDisabled} aria-label={label} title={label} onClick={press}>
      <Icon name={element.icon === 'trash' ? 'trash' : 'more'} />
    </button>
  );
}

function TextField({ use: { element, name, held, isDisabled, change }, type }: { use: ElementUse; type: string }) {
  const value = wordOf(held?.value, element.initial_value);
  const common = {
    class: 'input',
    'aria-label': name,
    value,
    placeholder: textOf(element.placeholder),
    disabled: isDisabled,
    maxLength: typeof element.max_length === 'number' ? element.max_length : undefined,
    onInput: (event: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) => change(event.currentTarget.value),
  };
  if (element.multiline === true || type === 'rich_text_input') return <textarea {...common} />;
  const inputType = { number_input: 'number', email_text_input: 'email', url_text_input: 'url' }[type] ?? 'text';
  return (
    <input
      {...common}
      type={inputType as 'text'}
      list={undefined}
      step={element.is_decimal_allowed ? 'any' : undefined}
    />
  );
}

interface PickerProps {
  use: ElementUse;
  inputType: 'date' | 'time' | 'datetime-local';
  part: string;
}

function PickerField({ use: { element, name, held, isDisabled, change }, inputType, part }: PickerProps) {
  const given = held?.[part] ?? element[part.replace('selected', 'initial')];
  const isMoment = inputType === 'datetime-local';
  const value = isMoment && given ? localMoment(Number(given)) : wordOf(given);
  const take = (text: string) => change(isMoment ? wordOf(Math.floor(new Date(text).getTime() / 1_000)) : text);
  return (
    <input
      class="input picker"
      type={inputType as 'date'}
      list={undefined}
      aria-label={name}
      value={value}
      disabled={isDisabled}
      onChange={(event) => take(event.currentTarget.value)}
    />
  );
}

function localMoment(seconds: number): string {
  const date = new Date(seconds * 1_000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
