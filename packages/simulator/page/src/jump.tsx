/** The field on top: conversations, people and apps by a part of their name, a pasted link, or words to look for. */
import { useId, useState } from 'preact/hooks';
import { Completions, completionAria, cursorAfter } from 'ui-kit';
import { composerWanted } from './chat/composer.tsx';
import { goTo, placeOfLink } from './place.ts';
import { act, apps, conversations, myId, people, personBy } from './sim.ts';

interface Target {
  key: string;
  label: string;
  readonly go: () => void;
}

const MOST_SHOWN = 8;

export function Jump() {
  const [text, setText] = useState('');
  const [cursor, setCursor] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const targets = isOpen ? targetsOf(text.trim()) : [];
  const close = () => {
    setOpen(false);
    setCursor(0);
  };
  const take = (target: Target | undefined, field: HTMLElement | null) => {
    setText('');
    close();
    field?.blur();
    target?.go();
  };
  return (
    <div class="jump-place">
      <input
        class="jump"
        type="search"
        list={undefined}
        id="jump"
        placeholder="Jump, search, or paste a link (Ctrl+K)"
        aria-label="Jump to a conversation, search, or paste a link to a message"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        aria-expanded={targets.length > 0}
        {...completionAria(id, { options: targets, cursor })}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setCursor(0);
          setOpen(true);
        }}
        onBlur={close}
        onKeyDown={(event) => {
          const next = cursorAfter(event.key, cursor, targets.length);
          if (event.key === 'Escape') take(undefined, event.currentTarget);
          else if (event.key === 'Enter') take(targets[cursor], event.currentTarget);
          else if (next !== undefined) {
            event.preventDefault();
            setCursor(next);
          }
        }}
      />
      <Completions
        id={id}
        label="Where to"
        options={targets}
        cursor={cursor}
        keyOf={({ key }) => key}
        show={({ label }) => label}
        onTake={(target) => take(target, document.getElementById('jump'))}
      />
    </div>
  );
}

/** The best first; at the end the words are looked for in messages. */
function targetsOf(text: string): Target[] {
  if (text === '') return [];
  const link = placeOfLink(text);
  if (link) {
    const { channel, ts, thread } = link;
    const go = () => goTo({ channel, focus: ts, thread, panel: thread ? 'thread' : undefined, about: undefined });
    return [{ key: 'link', label: 'Open the link', go }];
  }
  const part = text.replace(/^[#@]/, '').toLowerCase();
  const rankOf = ({ names }: { names: readonly string[] }) =>
    Math.min(...names.map((name) => (name === part ? 0 : name.startsWith(part) ? 1 : name.includes(part) ? 2 : 3)));
  const found = places()
    .map((place) => ({ place, rank: rankOf(place) }))
    .filter(({ rank }) => rank < 3)
    .toSorted((one, other) => one.rank - other.rank)
    .slice(0, MOST_SHOWN)
    .map(({ place }) => place);
  const look = () => goTo({ panel: 'search', about: text, thread: undefined });
  return [...found, { key: 'search', label: `Search the messages for “${text}”`, go: look }];
}

function places(): (Target & { names: readonly string[] })[] {
  const open = (channel: string) => {
    goTo({ channel, focus: undefined, thread: undefined });
    composerWanted.value = channel;
  };
  const direct = new Map(
    conversations.value.flatMap(({ kind, partner, id }) => (kind === 'im' && partner ? [[partner, id]] : [])),
  );
  const namesOf = (...names: (string | undefined)[]) => names.flatMap((name) => (name ? [name.toLowerCase()] : []));
  const channels = conversations.value
    .filter(({ kind }) => kind !== 'im')
    .map(({ id, name }) => ({ key: id, label: `# ${name}`, names: namesOf(name), go: () => open(id) }));
  const persons = people.value
    .filter(({ isBot, isDeleted }) => !isBot && !isDeleted)
    .map(({ id, name, realName }) => ({
      key: id,
      label: `@ ${name}${realName && realName !== name ? ` · ${realName}` : ''}${id === myId.value ? ' (you)' : ''}`,
      names: namesOf(name, realName),
      go: () => void openPerson(id, direct.get(id), open),
    }));
  const ofApps = apps.value
    .filter(({ status }) => status !== 'none')
    .map(({ id, name, status, botUserId }) => ({
      key: id,
      label: `${name} · app`,
      names: namesOf(name, personBy(botUserId)?.name),
      go: () => open(direct.get(botUserId ?? '') ?? (status === 'active' ? `app:${id}` : `home:${id}`)),
    }));
  return [...channels, ...persons, ...ofApps];
}

async function openPerson(user: string, channel: string | undefined, open: (channel: string) => void): Promise<void> {
  const opened =
    channel ?? ((await act({ kind: 'open_dm', users: [user] })) as { channel?: string } | undefined)?.channel;
  if (opened) open(opened);
}
