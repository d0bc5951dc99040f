/** One line for the query language of a list, with completion of its terms and their values. */
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Completions, completionAria, cursorAfter } from './completions.tsx';

/** A term by its name, with the values that are known; without any, what stands behind it is free. */
export interface QueryTerm {
  name: string;
  values?: readonly string[];
  help?: string;
}

export interface QueryBoxProps {
  label: string;
  placeholder: string;
  value: string;
  terms: readonly QueryTerm[];
  readonly onChange: (query: string) => void;
}

/** How long nobody types before the list is asked, in milliseconds. */
const PAUSE_MS = 250;

export function QueryBox({ label, placeholder, value, terms, onChange }: QueryBoxProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const [cursor, setCursor] = useState(-1);
  const [isOpen, setOpen] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    if (document.activeElement !== input.current) setText(value);
  }, [value]);
  const options = isOpen ? completions(text, terms) : [];
  const change = (query: string, isDone = false) => {
    setText(query);
    clearTimeout(timer.current);
    if (isDone) onChange(query.trim());
    else timer.current = setTimeout(() => onChange(query.trim()), PAUSE_MS);
  };
  const take = (option: string) => {
    const isDone = !option.endsWith(':');
    change(replaceLast(text, option), isDone);
    // What was found is to be seen, not covered by what else could be asked.
    setOpen(!isDone);
    setCursor(-1);
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const picked = options[cursor];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      setCursor(cursorAfter(event.key, cursor, options.length) ?? cursor);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (picked) take(picked.insert);
      else change(text, true);
    } else if (event.key === 'Escape') setOpen(false);
  };
  return (
    <div class="query-box">
      <input
        ref={input}
        class="input mono"
        type="search"
        list={undefined}
        aria-label={label}
        placeholder={placeholder}
        value={text}
        spellcheck={false}
        autocomplete="off"
        role="combobox"
        aria-expanded={options.length > 0}
        {...completionAria(id, { options, cursor })}
        onInput={(event) => {
          setOpen(true);
          setCursor(-1);
          change(event.currentTarget.value);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => {
          // It would cover what the focus goes on to; a click on a completion keeps the focus here.
          setOpen(false);
          // Whoever goes on to a button means what stands here.
          if (text.trim() !== value) change(text, true);
        }}
        onKeyDown={onKeyDown}
      />
      <Completions
        id={id}
        label="Completions"
        options={options}
        cursor={cursor}
        keyOf={({ insert }) => insert}
        show={({ insert, help }) => (
          <>
            <code>{insert}</code> <span class="soft small">{help}</span>
          </>
        )}
        onTake={({ insert }) => take(insert)}
      />
    </div>
  );
}

const MOST_SHOWN = 10;

/** What may stand in place of the last word. */
export function completions(text: string, terms: readonly QueryTerm[]): { insert: string; help: string }[] {
  const word = lastWord(text);
  const sign = word.startsWith('-') ? '-' : '';
  const bare = word.slice(sign.length);
  const colon = bare.indexOf(':');
  if (colon < 0) {
    return terms
      .filter(({ name }) => name.startsWith(bare.toLowerCase()))
      .map(({ name, help = '' }) => ({ insert: `${sign}${name}:`, help }))
      .slice(0, MOST_SHOWN);
  }
  const term = terms.find(({ name }) => name === bare.slice(0, colon).toLowerCase());
  const given = bare.slice(colon + 1).split(',');
  const last = given.at(-1) ?? '';
  return (term?.values ?? [])
    .filter((value) => value.startsWith(last) && value !== last)
    .map((value) => ({ insert: `${sign}${term?.name}:${[...given.slice(0, -1), value].join(',')}`, help: '' }))
    .slice(0, MOST_SHOWN);
}

function lastWord(text: string): string {
  return /\S*$/.exec(text)?.[0] ?? '';
}

function replaceLast(text: string, insert: string): string {
  const before = text.slice(0, text.length - lastWord(text).length);
  return `${before}${insert}${insert.endsWith(':') ? '' : ' '}`;
}
