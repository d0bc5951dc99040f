/** Elements with a few options that stand there: checkboxes, radio buttons, overflow menus, feedback. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../icon.tsx';
import type { ElementUse } from './element-use.ts';
import { isJson, listOf, textOf, wordOf } from './json.ts';
import { Text } from './text.tsx';

export function ChoiceList({ use, isMulti }: { use: ElementUse; isMulti: boolean }) {
  const { element, name, held, isDisabled, change } = use;
  const given = isMulti
    ? (held?.selected_options ?? element.initial_options)
    : [held?.selected_option ?? element.initial_option];
  const chosen = new Set(listOf(given).map(({ value }) => wordOf(value)));
  const toggle = (value: string) => {
    if (!isMulti) return change(value);
    const next = new Set(chosen);
    if (!next.delete(value)) next.add(value);
    change([...next]);
  };
  return (
    <fieldset class="choices" disabled={isDisabled}>
      <legend class="sr-only">{name}</legend>
      {listOf(element.options).map((option) => (
        <label key={wordOf(option.value)}>
          <input
            type={isMulti ? 'checkbox' : 'radio'}
            name={`${use.blockId}/${use.actionId}`}
            checked={chosen.has(wordOf(option.value))}
            onChange={() => toggle(wordOf(option.value))}
          />
          <span>
            <Text text={option.text} />
            {option.description !== undefined && (
              <span class="small soft choice-more">
                <Text text={option.description} />
              </span>
            )}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

export function Overflow({ use: { element, name, isDisabled, change } }: { use: ElementUse }) {
  const [isOpen, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isOpen) menu.current?.querySelector('button')?.focus();
  }, [isOpen]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isOpen) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      setOpen(false);
      opener.current?.focus();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const items = [...(menu.current?.querySelectorAll('button') ?? [])];
    if (step === undefined || items.length === 0) return;
    event.preventDefault();
    const at = items.findIndex((one) => one === document.activeElement);
    items[(at + step + items.length) % items.length]?.focus();
  };
  return (
    <div class="menu-place" onKeyDown={onKeyDown}>
      <button
        ref={opener}
        type="button"
        class="kit-button"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-label={`More: ${name}`}
        disabled={isDisabled}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="more" />
      </button>
      {isOpen && (
        <div ref={menu} class="menu" role="menu">
          {listOf(element.options).map((option) => (
            <button
              key={wordOf(option.value)}
              type="button"
              role="menuitem"
              onClick={() => {
                setOpen(false);
                change(wordOf(option.value));
              }}
            >
              {textOf(option.text)}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

export function Feedback({ use: { element, isDisabled, change } }: { use: ElementUse }) {
  const [pressed, setPressed] = useState<string>();
  const buttons = [
    [element.positive_button, 'thumbUp'],
    [element.negative_button, 'thumbDown'],
  ] as const;
  return (
    <>
      {buttons.map(([button, sign]) =>
        isJson(button) ? (
          <button
            key={sign}
            type="button"
            class="kit-icon"
            aria-label={textOf(button.text)}
            title={textOf(button.text)}
            aria-pressed={pressed === button.value}
            disabled={isDisabled}
            onClick={() => {
              setPressed(wordOf(button.value));
              change(wordOf(button.value));
            }}
          >
            <Icon name={sign} />
          </button>
        ) : null,
      )}
    </>
  );
}
