/** Where a person writes: text, slash commands, mentions and emoji with completion, files; drafts stay per conversation. */
import { signal } from '@preact/signals';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Completions, completionAria, cursorAfter, toast } from 'ui-kit';
import type { ScreenConversation } from '../../../src/control/screen/screen-schema.ts';
import { emojiNamed, emojiOf } from '../emoji.ts';
import { contentOf, pastedFiles } from '../file-content.ts';
import { Icon } from '../icon.tsx';
import { act, api, doIt, me, screen } from '../sim.ts';
import { AttachFiles, FileChips, useComposerFiles, useDrops } from './composer-files.tsx';
import { draftText, keepDraft } from './drafts.ts';

/** A conversation, or `app:A…`, to which somebody jumped: its composer takes the focus when it is there. */
export const composerWanted = signal<string | undefined>(undefined);

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
  const draft = { ...me(), channel: 'channel' in place ? place.channel : `app:${place.app}`, thread: threadTs };
  const [text, setText] = useState(() => draftText(draft));
  const [cursor, setCursor] = useState(0);
  const [isClosed, setClosed] = useState(false);
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const [isSending, setSending] = useState(false);
  const { files, add, keep, putBack } = useComposerFiles(Object.values(draft).join(' '));
  const isDropping = useDrops(form, add);
  useEffect(() => setText(draftText(draft)), [draft.team, draft.user, draft.channel, draft.thread]);
  useEffect(() => {
    if (composerWanted.value !== draft.channel || threadTs !== undefined) return;
    composerWanted.value = undefined;
    field.current?.focus();
  }, [composerWanted.value, draft.channel]);
  useLayoutEffect(() => {
    if (field.current) grow(field.current);
  }, [text]);
  const change = (value: string) => {
    setText(value);
    setClosed(false);
    setCursor(0);
    keepDraft(draft, value);
    // Before there is a conversation nobody sees it, and to tell it would open one under the text.
    if (value !== '' && threadTs === undefined && 'channel' in place) tellTyping(place);
  };
  const options = isClosed ? [] : completionsOf(text, threadTs !== undefined);
  const take = (option: Completion) => {
    change(text.replace(WORD, (_all, space: string) => `${space}${option.insert} `));
    field.current?.focus();
  };
  const send = async () => {
    const written = text.trim();
    if (isSending || (written === '' && files.length === 0)) return;
    change('');
    keep([]);
    setSending(files.length > 0);
    const answer = await (files.length > 0
      ? sentFiles(files, { ...place, comment: withIds(written), threadTs })
      : sent(written, place, threadTs));
    setSending(false);
    if (answer !== undefined) return;
    // Before what was written meanwhile.
    const since = draftText(draft);
    change(since === '' ? text : `${text}\n${since}`);
    putBack(files);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const picked = options[cursor];
    const next = cursorAfter(event.key, cursor, options.length);
    if (next !== undefined) {
      event.preventDefault();
      setCursor(next);
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
      ref={form}
      class={`composer${isDropping ? ' dropping' : ''}`}
      onPaste={(event) => {
        const pasted = [...pastedFiles(event.clipboardData)];
        if (pasted.length === 0) return;
        event.preventDefault();
        add(pasted);
      }}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Completions
        id={id}
        class="composer-completions"
        label="Completions"
        options={options}
        cursor={cursor}
        keyOf={({ insert }) => insert}
        show={({ label }) => label}
        onTake={take}
      />
      <textarea
        ref={field}
        rows={1}
        aria-label={hint}
        {...completionAria(id, { options, cursor })}
        placeholder={hint}
        value={text}
        onKeyDown={onKeyDown}
        onInput={(event) => change(event.currentTarget.value)}
      />
      <FileChips files={files} onKeep={keep} />
      <div class="composer-bar">
        <AttachFiles onAdd={add} />
        <span class="small soft grow ellipsis" role="status">
          {isDropping ? 'Drop the files to add them' : isSending ? 'Sending the files …' : ''}
          {!isDropping && !isSending && <span class="composer-keys">Enter sends, Shift Enter is a new line</span>}
        </span>
        <button
          type="submit"
          class="send"
          aria-label="Send"
          title="Send"
          disabled={isSending || (text.trim() === '' && files.length === 0)}
        >
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}

/** Slack's clients tell it so often at most, in milliseconds. */
const TYPING_MS = 4_000;
let toldAtMs = 0;

function tellTyping(place: ComposerProps['place']): void {
  if (Date.now() - toldAtMs < TYPING_MS) return;
  toldAtMs = Date.now();
  // Nobody has to know that it was not told.
  void api.post('/_sim/typing', { ...me(), ...place }).catch(() => {});
}

function grow(field: HTMLTextAreaElement): void {
  field.style.height = 'auto';
  field.style.height = `${Math.min(field.scrollHeight, 240)}px`;
}

async function sent(text: string, place: ComposerProps['place'], threadTs: string | undefined): Promise<unknown> {
  const command = /^(\/\S+)\s*([\s\S]*)$/.exec(text);
  if (command && threadTs !== undefined) {
    // In the words of Slack's clients.
    toast(`${command[1]} is not supported in threads. Sorry!`, 'bad');
    return undefined;
  }
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

/** All of them in one message, as on Slack. */
async function sentFiles(files: readonly File[], where: object): Promise<unknown> {
  const read = [];
  for (const file of files) {
    const content = await contentOf(file);
    if (!content) return undefined;
    read.push({ name: file.name, content });
  }
  const [first, ...others] = read;
  return await act({ kind: 'share_file', ...where, ...first, ...(others.length > 0 && { others }) });
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

function completionsOf(text: string, isInThread: boolean): Completion[] {
  const word = WORD.exec(text)?.[2];
  if (word === undefined) return [];
  const part = word.slice(1).toLowerCase();
  const now = screen.value;
  switch (word.charAt(0)) {
    case '/':
      if (text !== word || isInThread) return [];
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
