/** Menus: options of the app, of its server, or of the workspace. One look for all: a field that finds, and a list. */
import { useEffect, useId, useState } from 'preact/hooks';
import { Completions, completionAria, cursorAfter } from 'ui-kit';
import { screen, shownName } from '../sim.ts';
import type { ElementUse } from './element-use.ts';
import { type Json, listOf, textOf, wordOf } from './json.ts';
import { useSurface } from './surface.ts';

interface Option {
  value: string;
  label: string;
}

export function Select({ use, isMulti }: { use: ElementUse; isMulti: boolean }) {
  const { element, name, isDisabled } = use;
  const id = useId();
  const [typed, setTyped] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [cursor, setCursor] = useState(0);
  const options = useOptions(use, typed, isOpen);
  const chosen = chosenOf(use, isMulti);
  const toggle = ({ value }: Option) => {
    if (!isMulti) {
      use.change(value);
      setOpen(false);
    } else
      use.change(
        chosen.some((one) => one.value === value)
          ? chosen.filter((one) => one.value !== value).map((one) => one.value)
          : [...chosen.map((one) => one.value), value],
      );
    setTyped('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const picked = options[cursor];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      setCursor(cursorAfter(event.key, cursor, options.length) ?? 0);
    } else if (event.key === 'Enter' && isOpen && picked) {
      event.preventDefault();
      toggle(picked);
    } else if (event.key === 'Escape' && isOpen) {
      // The form around it stays.
      event.preventDefault();
      setOpen(false);
    }
  };
  const shownOptions = isOpen ? options : [];
  const shown = chosen.map(({ label }) => label).join(', ');
  return (
    <div class="select">
      <input
        class="input"
        type="text"
        list={undefined}
        role="combobox"
        aria-label={name}
        aria-expanded={isOpen}
        {...completionAria(id, { options: shownOptions, cursor })}
        disabled={isDisabled}
        placeholder={shown || textOf(element.placeholder) || 'Choose'}
        value={typed}
        data-chosen={shown !== ''}
        autocomplete="off"
        onFocus={() => setOpen(true)}
        // Whoever chose one or closed the list has the focus here still.
        onClick={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          setCursor(0);
          setOpen(true);
        }}
      />
      <Completions
        id={id}
        label={name}
        options={shownOptions}
        cursor={cursor}
        keyOf={({ value }) => value}
        show={({ value, label }) => `${chosen.some((one) => one.value === value) ? '✓ ' : ''}${label}`}
        onTake={toggle}
        empty={isOpen ? 'Nothing matches.' : undefined}
      />
    </div>
  );
}

const MOST_SHOWN = 50;
/** How long nobody types before the app is asked, in milliseconds. */
const PAUSE_MS = 250;

function useOptions({ element, blockId, actionId }: ElementUse, typed: string, isOpen: boolean): readonly Option[] {
  const surface = useSurface();
  const [asked, setAsked] = useState<readonly Option[]>([]);
  const isExternal = wordOf(element.type).endsWith('external_select');
  useEffect(() => {
    if (!isExternal || !isOpen || typed.length < Number(element.min_query_length ?? 3)) return undefined;
    const timer = setTimeout(
      async () => setAsked((await surface.options({ blockId, actionId }, typed)).map(optionOf)),
      PAUSE_MS,
    );
    return () => clearTimeout(timer);
  }, [typed, isOpen]);
  if (isExternal) return asked;
  const part = typed.toLowerCase();
  return optionsOf(element)
    .filter(({ label }) => label.toLowerCase().includes(part))
    .slice(0, MOST_SHOWN);
}

function optionsOf(element: Json): Option[] {
  const type = wordOf(element.type);
  if (type.includes('users_'))
    return (screen.value?.people ?? []).map((one) => ({ value: one.id, label: `@${shownName(one)}` }));
  if (type.includes('conversations_') || type.includes('channels_'))
    return conversationOptions(type.includes('channels_'));
  const groups = listOf(element.option_groups).flatMap(({ options }) => listOf(options));
  return [...listOf(element.options), ...groups].map(optionOf);
}

function conversationOptions(isPublicOnly: boolean): Option[] {
  const people = new Map(screen.value?.people.map((one) => [one.id, shownName(one)]));
  return (screen.value?.conversations ?? [])
    .filter(({ kind }) => !isPublicOnly || kind === 'channel')
    .map(({ id, kind, name, partner }) => ({
      value: id,
      label: kind === 'im' ? `@${people.get(partner ?? '')}` : `#${name}`,
    }));
}

function optionOf(option: Json): Option {
  return { value: wordOf(option.value), label: textOf(option.text) };
}

function chosenOf({ element, held }: ElementUse, isMulti: boolean): Option[] {
  const source = {
    ...initialOf(element),
    ...Object.fromEntries(Object.entries(held ?? {}).filter(([, value]) => value !== null)),
  };
  const found = Object.entries(source).find(([name]) => name.startsWith('selected_'))?.[1];
  const values = isMulti ? (Array.isArray(found) ? found : []) : found === undefined ? [] : [found];
  const known = optionsOf(element);
  return values.map((one) => {
    if (typeof one === 'string') return known.find(({ value }) => value === one) ?? { value: one, label: one };
    return optionOf(one as Json);
  });
}

function initialOf(element: Json): Json {
  return Object.fromEntries(
    Object.entries(element)
      .filter(([name]) => name.startsWith('initial_'))
      .map(([name, value]) => [name.replace('initial', 'selected'), value]),
  );
}
