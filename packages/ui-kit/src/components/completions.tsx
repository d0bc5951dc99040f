/** The list below (or above) a field of what could stand in it. Which they are, and what taking one does, its field decides. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

export interface CompletionsProps<Option> {
  /** The same as in `completionAria`. */
  id: string;
  label: string;
  /** None: it is not shown, unless it has something to say then. */
  options: readonly Option[];
  /** The place in `options` that Enter takes. */
  cursor: number;
  readonly keyOf: (option: Option) => string;
  readonly show: (option: Option) => ComponentChildren;
  /** The field has the focus still. */
  readonly onTake: (option: Option) => void;
  /** What is said in place of options. */
  empty?: string | undefined;
  class?: string;
}

export function Completions<Option>({ id, label, options, cursor, empty, ...more }: CompletionsProps<Option>) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    // Whoever goes on by arrow keys sees where they are.
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [cursor]);
  const isShown = options.length > 0 || empty !== undefined;
  return (
    <ul
      ref={list}
      id={id}
      role="listbox"
      class={`completions ${more.class ?? ''}`}
      aria-label={label}
      hidden={!isShown}
      // The field would lose the focus, and the list would be gone before the click, or while it is scrolled by its bar.
      onMouseDown={(event) => event.preventDefault()}
    >
      {options.length === 0 && empty !== undefined && (
        <li class="soft" role="option" aria-selected={false} aria-disabled="true">
          {empty}
        </li>
      )}
      {options.map((option, index) => (
        <li
          key={more.keyOf(option)}
          id={optionId(id, index)}
          role="option"
          aria-selected={index === cursor}
          onMouseDown={() => more.onTake(option)}
        >
          {more.show(option)}
        </li>
      ))}
    </ul>
  );
}

/** What its field says of it to a screen reader. One with the role combobox adds `aria-expanded`. */
export function completionAria(id: string, { options, cursor }: { options: readonly unknown[]; cursor: number }) {
  return {
    'aria-controls': id,
    'aria-autocomplete': 'list',
    'aria-activedescendant': cursor in options ? optionId(id, cursor) : undefined,
  } as const;
}

/** Where an arrow key leads, around the ends; undefined for any other key. */
export function cursorAfter(key: string, cursor: number, count: number): number | undefined {
  if (count === 0 || (key !== 'ArrowDown' && key !== 'ArrowUp')) return undefined;
  if (key === 'ArrowDown') return (cursor + 1) % count;
  // From no option at all up leads to the last one, too.
  return cursor <= 0 ? count - 1 : cursor - 1;
}

function optionId(id: string, index: number): string {
  return `${id}-${index}`;
}
