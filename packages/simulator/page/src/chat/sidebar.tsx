/** The workspace's places: channels, direct messages, apps. */
import { signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { count, Dialog } from 'ui-kit';
import type { ScreenApp, ScreenConversation, ScreenInfo } from '../../../src/control/screen/screen-schema.ts';
import { Icon, type IconName } from '../icon.tsx';
import { channelRef, type Panel, panel, placeLink } from '../place.ts';
import { api, doIt, me, screen, team } from '../sim.ts';
import { draftChannels } from './drafts.ts';
import { Avatar, Presence } from './person.tsx';

/** In a narrow window it lies over the conversation, when somebody asked for it. */
export const isSidebarOpen = signal(false);

export function Sidebar() {
  const now = screen.value;
  if (!now) return <nav id="conversations" class="sidebar" aria-label="Conversations" />;
  const named = now.conversations.filter(
    ({ kind, isMember, isArchived }) => (kind === 'channel' || kind === 'group') && isMember && !isArchived,
  );
  const direct = now.conversations.filter(({ kind }) => kind === 'im' || kind === 'mpim');
  const apps = now.apps.filter(({ status }) => status !== 'none');
  return (
    <nav
      id="conversations"
      class="sidebar"
      aria-label="Conversations"
      onClick={({ target }) => {
        if (target instanceof Element && target.closest('a')) isSidebarOpen.value = false;
      }}
    >
      <Lists now={now} />
      <Group name="Channels" add={<AddChannel />}>
        {named.map((channel) => (
          <Line
            key={channel.id}
            channel={channel}
            label={channel.name}
            sign={<Icon name={channel.kind === 'group' ? 'lock' : 'hash'} size={16} />}
          />
        ))}
        <BrowseChannels now={now} />
      </Group>
      <Group name="Direct messages" add={<AddPerson />}>
        <People now={now} direct={direct} />
      </Group>
      <Group name="Apps">
        {apps.map((app) => (
          <AppLine key={app.id} app={app} direct={direct} />
        ))}
        {apps.length === 0 && <li class="sidebar-note">No app is installed here.</li>}
      </Group>
    </nav>
  );
}

/** What is for oneself, and what waits: beside the conversation, not in its place. */
function Lists({ now }: { now: ScreenInfo }) {
  const unread = now.conversations.reduce((sum, { mentions }) => sum + mentions, 0);
  return (
    <ul class="sidebar-lists" aria-label="Lists">
      <ListLine name="notes" label="Notifications" sign="bell" amount={unread} isLoud />
      <ListLine name="drafts" label="Drafts" sign="pencil" amount={draftChannels(now.team.id, now.me).length} />
      <ListLine name="scheduled" label="Scheduled" sign="clock" />
      <ListLine name="search" label="Search" sign="search" />
    </ul>
  );
}

interface ListLineProps {
  name: Panel;
  label: string;
  sign: IconName;
  amount?: number;
  /** They wait for an answer. */
  isLoud?: boolean;
}

function ListLine({ name, label, sign, amount = 0, isLoud = false }: ListLineProps) {
  const isOpen = panel.value === name;
  return (
    <li>
      <a
        class={`sidebar-line sidebar-list${amount > 0 && isLoud ? ' unread' : ''}`}
        data-open={isOpen}
        href={placeLink({ panel: isOpen ? undefined : name, about: undefined, thread: undefined })}
      >
        <span class="sidebar-sign">
          <Icon name={sign} size={16} />
        </span>
        <span class="grow ellipsis">{label}</span>
        {amount > 0 && <span class={isLoud ? 'mark' : 'small'}>{count(amount)}</span>}
      </a>
    </li>
  );
}

function Group({
  name,
  add,
  children,
}: {
  name: string;
  add?: preact.ComponentChildren;
  children: preact.ComponentChildren;
}) {
  return (
    <section aria-label={name}>
      <h2 class="sidebar-head">
        {name} {add}
      </h2>
      <ul>{children}</ul>
    </section>
  );
}

function conversationLink(channel: string): string {
  return placeLink({ channel, thread: undefined, panel: undefined, about: undefined, focus: undefined });
}

function Line({
  channel,
  label,
  sign,
}: {
  channel: ScreenConversation;
  label: string;
  sign: preact.ComponentChildren;
}) {
  const isHere = screen.value?.channel?.id === channel.id && !channelRef.value?.startsWith('home:');
  const isUnread = channel.unread > 0 && !isHere;
  const hasDraft = draftChannels(me().team, me().user).includes(channel.id);
  return (
    <li>
      <a
        href={conversationLink(channel.id)}
        class={`sidebar-line${isUnread ? ' unread' : ''}`}
        aria-current={isHere ? 'page' : undefined}
      >
        <span class="sidebar-sign" aria-hidden="true">
          {sign}
        </span>
        <span class="grow ellipsis">{label}</span>
        {hasDraft && !isHere && (
          <span class="small" role="img" aria-label="with a draft" title="You began to write here">
            <Icon name="pencil" size={14} />
          </span>
        )}
        {isUnread && channel.mentions > 0 && (
          <span class="mark" aria-label={`${channel.mentions} for you`}>
            {count(channel.mentions)}
          </span>
        )}
        {isUnread && <span class="sr-only">unread</span>}
      </a>
    </li>
  );
}

function People({ now, direct }: { now: ScreenInfo; direct: readonly ScreenConversation[] }) {
  const withPeople = now.people.filter(({ isBot, isDeleted }) => !isBot && !isDeleted);
  const groups = direct.filter(({ kind }) => kind === 'mpim');
  return (
    <>
      {withPeople.map((person) => {
        const channel = direct.find(({ kind, partner }) => kind === 'im' && partner === person.id);
        const label = person.id === now.me ? `${person.name} (you)` : person.name;
        const sign = (
          <span class="sidebar-person">
            <Avatar person={person} size={20} />
            <Presence isOnline={person.isOnline} />
          </span>
        );
        if (channel) return <Line key={person.id} channel={channel} label={label} sign={sign} />;
        return (
          <li key={person.id}>
            <a class="sidebar-line" href={placeLink({ panel: 'person', about: person.id, thread: undefined })}>
              <span class="sidebar-sign">{sign}</span>
              <span class="grow ellipsis">{label}</span>
            </a>
          </li>
        );
      })}
      {groups.map((channel) => (
        <Line key={channel.id} channel={channel} label={channel.name} sign={<Icon name="group" size={16} />} />
      ))}
    </>
  );
}

const LIGHTS: Readonly<Record<ScreenApp['status'], string>> = {
  active: 'on',
  disabled: 'off',
  removed: 'off',
  none: 'off',
};

function AppLine({ app, direct }: { app: ScreenApp; direct: readonly ScreenConversation[] }) {
  const channel = direct.find(({ kind, partner }) => kind === 'im' && partner === app.botUserId);
  const isHere =
    channelRef.value === `home:${app.id}` || (channel !== undefined && screen.value?.channel?.id === channel.id);
  const light = app.status !== 'active' ? 'off' : app.sockets > 0 ? 'on' : 'idle';
  const words =
    app.status !== 'active'
      ? app.status
      : app.sockets > 0
        ? `${app.sockets} connected`
        : 'no socket: HTTP, or not connected';
  return (
    <li>
      <a
        class={`sidebar-line${channel && channel.unread > 0 && !isHere ? ' unread' : ''}`}
        aria-current={isHere ? 'page' : undefined}
        href={conversationLink(channel?.id ?? (app.status === 'active' ? `app:${app.id}` : `home:${app.id}`))}
      >
        <span class="sidebar-sign" aria-hidden="true">
          <Icon name="app" size={16} />
        </span>
        <span class="grow ellipsis">{app.name}</span>
        <span
          class={`light light-${light}`}
          role="img"
          aria-label={words}
          title={`${LIGHTS[app.status] === 'off' ? 'not working here: ' : ''}${words}`}
        />
      </a>
    </li>
  );
}

function BrowseChannels({ now }: { now: ScreenInfo }) {
  const others = now.conversations.filter(
    ({ kind, isMember, isArchived }) => kind === 'channel' && !isMember && !isArchived,
  );
  if (others.length === 0) return null;
  return (
    <li>
      <details class="sidebar-more">
        <summary class="sidebar-line">Channels to join ({others.length})</summary>
        <ul>
          {others.map((channel) => (
            <Line key={channel.id} channel={channel} label={channel.name} sign={<Icon name="hash" size={16} />} />
          ))}
        </ul>
      </details>
    </li>
  );
}

function AddChannel() {
  return (
    <AddNamed
      what="channel"
      save={(name) => api.post(`/_sim/teams/${me().team}/channels`, { name, members: [me().user] })}
    />
  );
}

function AddPerson() {
  return <AddNamed what="person" save={(name) => api.post(`/_sim/teams/${me().team}/users`, { name })} />;
}

function AddNamed({ what, save }: { what: string; save: (name: string) => Promise<unknown> }) {
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState('');
  const submit = async (event: Event) => {
    event.preventDefault();
    if ((await doIt(save(name.trim()))) === undefined) return;
    setOpen(false);
    setName('');
  };
  return (
    <>
      <button
        type="button"
        class="sidebar-add"
        aria-label={`Add a ${what}`}
        title={`Add a ${what}`}
        onClick={() => setOpen(true)}
      >
        <Icon name="plus" size={16} />
      </button>
      {isOpen && (
        <Dialog title={`Add a ${what} to ${team.value?.name}`} onClose={() => setOpen(false)}>
          <form class="stack" onSubmit={submit}>
            <label class="field">
              <span>Name</span>
              <input
                class="input"
                required
                maxLength={80}
                value={name}
                onInput={(event) => setName(event.currentTarget.value)}
              />
            </label>
            <footer class="row">
              <button type="button" class="button" onClick={() => setOpen(false)}>
                Cancel
              </button>
              <button type="submit" class="button primary">
                Add
              </button>
            </footer>
          </form>
        </Dialog>
      )}
    </>
  );
}
