/** How people look: a picture with their letters, a dot when they are there. */
import type { ScreenPerson } from '../../../src/control/screen/screen-schema.ts';
import { Icon } from '../icon.tsx';
import { closePanel, goTo, placeLink } from '../place.ts';
import { Emoji } from '../render/emoji.tsx';
import { act, screen } from '../sim.ts';

/** Text in white on each reaches 4.5:1. */
const COLOURS = ['#8a3a6b', '#1f6f54', '#2a5f9e', '#8a5a12', '#5b4b9e', '#9c3d2e', '#2b6b78', '#6b5b1e'];

export function Avatar({
  person,
  name,
  size = 36,
}: {
  person?: Pick<ScreenPerson, 'id' | 'name' | 'isBot'> | undefined;
  name?: string;
  size?: number;
}) {
  const shown = person?.name ?? name ?? '?';
  const code = Array.from(person?.id ?? shown).reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0);
  return (
    <svg class="avatar" width={size} height={size} viewBox="0 0 36 36" aria-hidden="true">
      <rect width="36" height="36" rx="6" fill={COLOURS[code % COLOURS.length]} />
      {person?.isBot ? (
        <path
          d="M18 9l7.8 4.5v9L18 27l-7.8-4.5v-9z"
          fill="none"
          stroke="#fff"
          stroke-width="2.5"
          stroke-linejoin="round"
        />
      ) : (
        <text x="18" y="23.5" text-anchor="middle" font-size="15" font-weight="700" fill="#fff">
          {Array.from(shown).slice(0, 1).join('').toUpperCase()}
        </text>
      )}
    </svg>
  );
}

export function Presence({ isOnline }: { isOnline: boolean }) {
  return <span class={`presence${isOnline ? ' online' : ''}`} role="img" aria-label={isOnline ? 'active' : 'away'} />;
}

export function PersonPane({ id }: { id: string }) {
  const now = screen.value;
  const person = now?.people.find((one) => one.id === id);
  const title = <h2>Profile</h2>;
  if (!person) return <PaneFrame title={title}>There is nobody with the id {id} here.</PaneFrame>;
  const channel = now?.conversations.find(({ kind, partner }) => kind === 'im' && partner === id);
  const isMe = person.id === now?.me;
  return (
    <PaneFrame title={title}>
      <div class="profile">
        <Avatar person={person} size={96} />
        <h3>{person.realName || person.name}</h3>
        <p class="soft">
          @{person.name} · <span class="mono">{person.id}</span>
        </p>
        {person.title && <p>{person.title}</p>}
        {(person.statusText || person.statusEmoji) && (
          <p>
            {person.statusEmoji && <Emoji name={person.statusEmoji.replaceAll(':', '')} />} {person.statusText}
          </p>
        )}
        <div class="row">
          {!person.isBot && !isMe && (
            <a
              class="button"
              href={placeLink({
                as: person.id,
                panel: undefined,
                about: undefined,
                channel: undefined,
                thread: undefined,
              })}
            >
              Be {person.name}
            </a>
          )}
          {channel && (
            <a class="button" href={placeLink({ channel: channel.id, panel: undefined, about: undefined })}>
              Message
            </a>
          )}
          {!channel && !person.isBot && (
            <button type="button" class="button" onClick={() => void beginDirectMessage(person)}>
              Message
            </button>
          )}
          {isMe && (
            <button
              type="button"
              class="button"
              onClick={() => void act({ kind: 'presence', presence: person.isOnline ? 'away' : 'active' })}
            >
              Be {person.isOnline ? 'away' : 'active'}
            </button>
          )}
        </div>
      </div>
    </PaneFrame>
  );
}

async function beginDirectMessage(person: ScreenPerson): Promise<void> {
  const opened = (await act({ kind: 'open_dm', users: [person.id] })) as { channel?: string } | undefined;
  if (opened?.channel) goTo({ channel: opened.channel, panel: undefined, about: undefined });
}

export function PaneFrame({
  title,
  children,
}: {
  title: preact.ComponentChildren;
  children: preact.ComponentChildren;
}) {
  return (
    <>
      <header class="pane-head">
        <div class="grow">{title}</div>
        <button type="button" class="button quiet icon" aria-label="Close this pane" onClick={closePanel}>
          <Icon name="close" />
        </button>
      </header>
      <div class="pane-body">{children}</div>
    </>
  );
}
