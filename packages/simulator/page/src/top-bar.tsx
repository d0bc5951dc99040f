/** The bar on top: where one is and as whom, a field that jumps, the tools. */
import { Badge } from 'ui-kit';
import { isBeside, openBeside } from './beside.tsx';
import { Avatar } from './chat/person.tsx';
import { isSidebarOpen } from './chat/sidebar.tsx';
import { Icon } from './icon.tsx';
import { Jump } from './jump.tsx';
import { goTo, type Panel, panel, placeLink } from './place.ts';
import { seatOf } from './seats.ts';
import { openKeyList } from './shortcuts.tsx';
import { faults, liveState, myId, people, personBy, status, team, teams } from './sim.ts';

export function TopBar() {
  const clock = status.value?.clock;
  return (
    <header class="top">
      <button
        type="button"
        class="top-button top-conversations"
        aria-label="Conversations"
        aria-expanded={isSidebarOpen.value}
        aria-controls="conversations"
        onClick={() => (isSidebarOpen.value = !isSidebarOpen.value)}
      >
        <Icon name="menu" />
      </button>
      <a class="top-name" href="/">
        Slack <strong>Simulator</strong>
      </a>
      <span class="top-note">not the real Slack</span>
      <TeamSwitch />
      <PersonSwitch />
      <Jump />
      <span class="grow" />
      <nav class="top-tools fades-at-edges" aria-label="Tools">
        <Tool name="log" label="Traffic" />
        <Tool name="app" label="Apps" />
        <Tool name="faults" label={faults.value.length > 0 ? `Break it (${faults.value.length})` : 'Break it'} />
        <Tool name="session" label="Session" />
        {!isBeside && teams.value.length > 0 && (
          <button
            type="button"
            class="top-button top-columns"
            title="Two workspaces or people side by side"
            onClick={openBeside}
          >
            <Icon name="columns" />
            <span class="sr-only">Side by side</span>
          </button>
        )}
        <button type="button" class="top-button" title="Keys (?)" onClick={openKeyList}>
          ?<span class="sr-only">Keys</span>
        </button>
      </nav>
      {clock?.mode === 'manual' && <Badge tone="warn">clock paused</Badge>}
      <span role="status">
        <Badge tone={liveState.value === 'live' ? 'good' : 'warn'}>{liveState.value}</Badge>
      </span>
    </header>
  );
}

function Tool({ name, label }: { name: Panel; label: string }) {
  const isOpen = panel.value === name;
  return (
    <a
      href={placeLink({ panel: isOpen ? undefined : name, about: undefined, thread: undefined })}
      aria-current={isOpen ? 'true' : undefined}
    >
      {label}
    </a>
  );
}

function TeamSwitch() {
  const organizations = new Map(
    teams.value.flatMap(({ enterprise }) => (enterprise ? [[enterprise.id, enterprise]] : [])),
  );
  const option = ({ id, name }: { id: string; name: string }) => (
    <option key={id} value={id}>
      {name}
    </option>
  );
  if (teams.value.length === 0) return null;
  return (
    <label class="switch">
      <span class="sr-only">Workspace</span>
      <select
        value={team.value?.id ?? ''}
        title="Workspace (Alt+W: the next one, Alt+1: the first)"
        onChange={(event) => goTo(seatOf(event.currentTarget.value))}
      >
        {teams.value.filter(({ enterprise }) => !enterprise).map(option)}
        {[...organizations.values()].map(({ id, name }) => (
          <optgroup key={id} label={name}>
            {teams.value.filter(({ enterprise }) => enterprise?.id === id).map(option)}
          </optgroup>
        ))}
      </select>
    </label>
  );
}

function PersonSwitch() {
  const self = personBy(myId.value);
  if (!self) return null;
  return (
    <label class="switch">
      <Avatar person={self} size={24} />
      <span class="sr-only">You are</span>
      <select
        value={myId.value}
        title="Who you are (Alt+P: the next one, Alt+Q: the one before)"
        onChange={(event) => goTo({ as: event.currentTarget.value, thread: undefined })}
      >
        {people.value
          .filter(({ isBot, isDeleted }) => !isBot && !isDeleted)
          .map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
      </select>
    </label>
  );
}
