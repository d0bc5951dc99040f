/** Where a person writes: text, slash commands, mentions and emoji with completion, files; drafts stay per conversation. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { toast } from 'ui-kit';
import type { ScreenConversation } from '../../../src/control/screen/screen-schema.ts';
import { emojiNamed, emojiOf } from '../emoji.ts';
import { act, api, doIt, me, screen } from '../sim.ts';

export interface ComposerProps {
  /** A conversation, or an app whose direct message does not exist yet. */
  place: { channel: string } | { to: 'bot'; app: string };
  /** What stands in the empty field. */
  hint: string;
  threadTs?: string;
}

interface Completion {
  insert: string;
  label: string;
}

/** The word that is being written: where it begins, and what it is. */
const WORD = /(^|\s)([@#:/][\w+.-]*)$/;

export function Composer({ place, hint, threadTs }: ComposerProps) {
  const key = `draft:${me().team}:${me().user}:${JSON.stringify(place)}:${threadTs ?? ''}`;
  const [text, setText] = useState(() => sessionStorage.getItem(key) ?? '');
  const [cursor, setCursor] = useState(0);
  const [isClosed, setClosed] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => setText(sessionStorage.getItem(key) ?? ''), [key]);
  const change = (value: string) => {
    setText(value);
    setClosed(false);
    setCursor(0);
    if (value === '') sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, value);
  };
  const options = isClosed ? [] : completionsOf(text);
  const take = (option: Completion) => {
    change(text.replace(WORD, (_all, space: string) => `${space}${option.insert} `));
    field.current?.focus();
  };
  const send = async () => {
    const written = text.trim();
    if (written === '') return;
    change('');
    if ((await sent(written, place, threadTs)) === undefined) change(text);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const picked = options[cursor];
    if (picked && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      setCursor((cursor + (event.key === 'ArrowDown' ? 1 : options.length - 1)) % options.length);
    } else if (picked && (event.key === 'Tab' || event.key === 'Enter') && picked.insert !== text) {
      event.preventDefault();
      take(picked);
    } else if (event.key === 'Escape') setClosed(true);
    else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      void send();
    }
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {options.length > 0 && (
        <ul class="completions composer-completions" role="listbox" aria-label="Completions">
          {options.map((option, index) => (
            <li
              key={option.insert}
              role="option"
              aria-selected={index === cursor}
              onMouseDown={(event) => {
                event.preventDefault();
                take(option);
              }}
            >
              {option.label}
            </li>
          ))}
        </ul>
      )}
      <textarea
        ref={field}
        rows={1}
        aria-label={hint}
        placeholder={hint}
        value={text}
        onKeyDown={onKeyDown}
        onInput={(event) => {
          change(event.currentTarget.value);
          grow(event.currentTarget);
        }}
      />
      <div class="composer-bar">
        <AttachFile place={place} />
        <span class="small soft grow">Enter sends, Shift Enter is a new line</span>
        <button type="submit" class="send" aria-label="Send" title="Send" disabled={text.trim() === ''}>
          ➤
        </button>
      </div>
    </form>
  );
}

function grow(field: HTMLTextAreaElement): void {
  field.style.height = 'auto';
  field.style.height = `${Math.min(field.scrollHeight, 240)}px`;
}

async function sent(text: string, place: ComposerProps['place'], threadTs: string | undefined): Promise<unknown> {
  const command = /^(\/\S+)\s*([\s\S]*)$/.exec(text);
  if (command) {
    const app = screen.value?.apps.find(
      ({ commands, status }) => status === 'active' && commands.includes(command[1] ?? ''),
    );
    return await act({ kind: 'slash', ...place, ...(app && { app: app.id }), command: command[1], text: command[2] });
  }
  return await doIt(
    api.post('/_sim/messages', { ...me(), ...place, text: withIds(text), ...(threadTs && { threadTs }) }),
  );
}

/** What people write as names goes out as ids, as Slack's own composer does it. */
function withIds(text: string): string {
  const now = screen.value;
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped
    .replaceAll(/(^|\s)@([\w.-]+)/g, (all, space: string, name: string) => {
      if (name === 'here' || name === 'channel' || name === 'everyone') return `${space}<!${name}>`;
      const person = now?.people.find((one) => one.name === name);
      return person ? `${space}<@${person.id}>` : all;
    })
    .replaceAll(/(^|\s)#([\w-]+)/g, (all, space: string, name: string) => {
      const channel = now?.conversations.find((one) => one.name === name && one.kind !== 'im');
      return channel ? `${space}<#${channel.id}|${channel.name}>` : all;
    })
    .replaceAll(/(^|\s)(https?:\/\/[^\s|>]+)/g, (_all, space: string, url: string) => `${space}<${url}>`);
}

const MOST_SHOWN = 8;

function completionsOf(text: string): Completion[] {
  const word = WORD.exec(text)?.[2];
  if (word === undefined) return [];
  const part = word.slice(1).toLowerCase();
  const now = screen.value;
  switch (word.charAt(0)) {
    case '/':
      if (text !== word) return [];
      return (now?.apps ?? [])
        .filter(({ status }) => status === 'active')
        .flatMap(({ name, commands }) =>
          commands.map((command) => ({ insert: command, label: `${command} — ${name}` })),
        )
        .filter(({ insert }) => insert.startsWith(word))
        .slice(0, MOST_SHOWN);
    case '@':
      return [
        ...(now?.people ?? [])
          .filter(({ name, isDeleted }) => !isDeleted && name.toLowerCase().startsWith(part))
          .map(({ name, realName }) => ({ insert: `@${name}`, label: `@${name} ${realName}` })),
        ...['here', 'channel', 'everyone']
          .filter((name) => name.startsWith(part))
          .map((name) => ({ insert: `@${name}`, label: `@${name}` })),
      ].slice(0, MOST_SHOWN);
    case '#':
      return (now?.conversations ?? [])
        .filter((one): one is ScreenConversation => one.kind !== 'im' && one.name.startsWith(part))
        .map(({ name }) => ({ insert: `#${name}`, label: `#${name}` }))
        .slice(0, MOST_SHOWN);
    default:
      return part.length < 2
        ? []
        : emojiNamed(part, MOST_SHOWN).map((name) => ({
            insert: `:${name}:`,
            label: `${emojiOf(name) ?? '▦'} :${name}:`,
          }));
  }
}

/** What a page can read at once. */
const MOST_BYTES = 20 * 1_024 * 1_024;

function AttachFile({ place }: { place: ComposerProps['place'] }) {
  const input = useRef<HTMLInputElement>(null);
  const share = async (file: File | undefined) => {
    if (!file) return;
    if (file.size > MOST_BYTES) return toast('Files of up to 20 MiB can be shared here.', 'bad');
    const bytes = new Uint8Array(await file.arrayBuffer());
    let binary = '';
    for (const byte of bytes) binary += String.fromCharCode(byte);
    await act({ kind: 'share_file', ...place, name: file.name, content: { base64: btoa(binary) } });
    if (input.current) input.current.value = '';
  };
  return (
    <>
      <button
        type="button"
        class="button quiet icon"
        aria-label="Share a file"
        title="Share a file"
        onClick={() => input.current?.click()}
      >
        📎
      </button>
      <input ref={input} type="file" hidden onChange={(event) => void share(event.currentTarget.files?.[0])} />
    </>
  );
}
