/** The conversation in the middle: its head, its messages, where one writes. */
import { useEffect, useRef } from 'preact/hooks';
import { count, Empty, Failure, navigate, plural, Skeleton } from 'ui-kit';
import type { ScreenConversation, ScreenInfo, ScreenMessage } from '../../../src/control/screen/screen-schema.ts';
import { Icon } from '../icon.tsx';
import { channelRef, focused, placeLink, threadTs } from '../place.ts';
import { act, api, apps, look, me, readAll, screen, screenError, shownNameBy, team } from '../sim.ts';
import { AppPlace } from './app-place.tsx';
import { assists, NewChat, Prompts } from './assistant.tsx';
import { Composer } from './composer.tsx';
import { Messages } from './message-list.tsx';
import { useOlder } from './older-messages.ts';
import { Avatar } from './person.tsx';

export function Conversation() {
  const now = screen.value;
  const reference = channelRef.value;
  if (screenError.value !== undefined && !now) return <Unreachable text={screenError.value} />;
  // On the way to another workspace the screen is still that of the one before: its first channel is nowhere there.
  if (!now || (team.value && now.team.id !== team.value.id)) return <Loading />;
  if (reference?.startsWith('home:') || reference?.startsWith('app:'))
    return <AppPlace appId={reference.slice(reference.indexOf(':') + 1)} />;
  if (reference === undefined) return <FirstPlace now={now} />;
  // Links of /app_redirect name the direct message with the default app so, before there is one.
  const [first] = now.apps;
  if (reference === 'bot' && !now.channel && first) return <AppPlace appId={first.id} />;
  if (!now.channel) {
    return (
      <Empty>
        <p>
          There is no conversation {reference} that you could see in {now.team.name}.
        </p>
      </Empty>
    );
  }
  const conversation = now.conversations.find(({ id }) => id === now.channel?.id);
  if (!conversation) return <Loading />;
  return (
    <Shown
      key={`${now.team.id} ${now.me} ${conversation.id}`}
      now={now}
      channel={now.channel}
      conversation={conversation}
    />
  );
}

function Loading() {
  return (
    <>
      <h1 class="sr-only">{team.value?.name ?? 'Slack Simulator'}</h1>
      <Skeleton lines={8} />
    </>
  );
}

function Unreachable({ text }: { text: string }) {
  return (
    <div class="pad stack">
      <h1>Slack Simulator</h1>
      <Failure error={new Error(text)} onRetry={() => void readAll()} />
    </div>
  );
}

/** Nobody said where to begin: the first channel. */
function FirstPlace({ now }: { now: ScreenInfo }) {
  const first = now.conversations.find(({ kind, isMember }) => kind === 'channel' && isMember) ?? now.conversations[0];
  useEffect(() => {
    if (first) navigate(placeLink({ channel: first.id }), { replace: true });
  }, [first?.id]);
  return first ? <Loading /> : <Empty>There is no conversation in {now.team.name}.</Empty>;
}

/** The first message that somebody had not read when they came; undefined: they had read all. */
function firstUnread(messages: readonly ScreenMessage[], unread: number, me: string): string | undefined {
  return unread === 0
    ? undefined
    : messages.filter(({ author, isEphemeral }) => author !== me && !isEphemeral).at(-unread)?.ts;
}

type Channel = NonNullable<ScreenInfo['channel']>;

function Shown({
  now,
  channel,
  conversation,
}: {
  now: ScreenInfo;
  channel: Channel;
  conversation: ScreenConversation;
}) {
  const { messages, more, readOlder, forget } = useOlder(now, channel);
  const first = messages[0]?.ts;
  useEffect(() => {
    // A link to an older message: read back until it is there.
    const wanted = focused.value;
    if (wanted !== undefined && first !== undefined && wanted < first && more) void readOlder(wanted);
  }, [focused.value, first, more]);
  // As it was on entering: reading it does not take the line away.
  const newFrom = useRef(firstUnread(channel.messages, conversation.unread, now.me));
  const isLost =
    focused.value !== undefined && !more && !messages.some(({ ts }) => ts === focused.value) && !isInThread(channel);
  useRead(conversation, channel.messages.at(-1)?.ts);
  return (
    <>
      <Head conversation={conversation} pins={channel.pins} />
      {screenError.value !== undefined && (
        <p class="notice tone-bad lost" role="alert">
          {screenError.value} What you see may be old.
        </p>
      )}
      {isLost && (
        <p class="notice tone-warn lost" role="status">
          The linked message is not here: it was deleted,{' '}
          {channel.trimmedTo !== undefined && 'it is older than those that are kept, '}or it belongs to another Slack.
        </p>
      )}
      <Messages
        messages={messages}
        channel={channel.id}
        newFrom={newFrom.current}
        onEnd={forget}
        before={
          more ? (
            <button type="button" class="button small" onClick={() => void readOlder()}>
              Older messages
            </button>
          ) : (
            <Beginning conversation={conversation} keeps={channel.trimmedTo} />
          )
        }
      />
      <ThreadStates channel={channel} />
      {conversation.isMember ? (
        <Composer place={{ channel: channel.id }} hint={`Message ${nameOf(conversation)}`} />
      ) : (
        <Join conversation={conversation} />
      )}
    </>
  );
}

function isInThread({ thread }: Channel): boolean {
  return thread?.some(({ ts }) => ts === focused.value) ?? false;
}

/** Looking at it is reading it, as long as somebody looks at the page. */
function useRead({ id, unread, isMember }: ScreenConversation, ts: string | undefined): void {
  useEffect(() => {
    if (!isMember || unread === 0 || ts === undefined || document.visibilityState !== 'visible') return;
    const { team: teamId, user } = me();
    void api.post(`/_sim/teams/${teamId}/read`, { channel: id, user, ts }).catch(() => {});
  }, [id, ts, unread]);
}

export function nameOf({ kind, name, partner }: ScreenConversation): string {
  if (kind !== 'im') return `#${name}`;
  return shownNameBy(partner) ?? 'somebody';
}

function Head({ conversation, pins }: { conversation: ScreenConversation; pins: number }) {
  const app = apps.value.find(({ botUserId }) => botUserId !== undefined && botUserId === conversation.partner);
  return (
    <header class="conversation-head">
      <h1 class="ellipsis">{nameOf(conversation)}</h1>
      {conversation.topic && <span class="soft small ellipsis">{conversation.topic}</span>}
      <span class="grow" />
      {app?.status === 'active' && assists(app.id) && <NewChat app={app.id} />}
      {app && (
        <nav class="tabs" aria-label="Of the app">
          <a href={placeLink({ channel: `home:${app.id}`, thread: undefined, panel: undefined })}>Home</a>
          <a href={placeLink({ panel: 'app', about: app.id, thread: undefined })}>App settings</a>
        </nav>
      )}
      {pins > 0 && (
        <span class="small soft nowrap message-note">
          <Icon name="pin" size={14} /> {pins}
        </span>
      )}
      <span class="small soft nowrap">{plural(conversation.members, 'member')}</span>
    </header>
  );
}

function Beginning({ conversation, keeps }: { conversation: ScreenConversation; keeps: number | undefined }) {
  if (keeps !== undefined)
    return (
      <p class="soft">
        There were older messages in {nameOf(conversation)}: the simulator keeps the newest {count(keeps)} of a
        conversation.
      </p>
    );
  return <p class="soft">This is the very beginning of {nameOf(conversation)}.</p>;
}

/** A little longer than anybody is shown as typing. */
const TYPING_MS = 5_100;

/** Who types, and what apps say about threads in which they assist: status, prompts. */
function ThreadStates({ channel }: { channel: Channel }) {
  const busy = channel.threads.filter(({ status }) => status !== '');
  const newest = channel.threads.at(-1);
  const typing = channel.typing.map((id) => shownNameBy(id) ?? id);
  useEffect(() => {
    // Nothing tells that somebody stopped.
    if (typing.length === 0) return undefined;
    const timer = setTimeout(() => void look(), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typing.join()]);
  return (
    <div class="thread-states">
      {newest && newest.threadTs !== threadTs.value && <Prompts channel={channel.id} threadTs={newest.threadTs} />}
      <p class="small soft typing" role="status">
        {typing.length > 0 && `${typing.join(' and ')} ${typing.length === 1 ? 'is' : 'are'} typing …`}
      </p>
      {busy.map(({ threadTs: at, app, status, title }) => (
        <p key={at} class="small soft row" role="status">
          <Avatar name={app} size={20} /> {title && <strong>{title}</strong>} {status} …{' '}
          <a href={placeLink({ thread: at, panel: 'thread' })}>thread</a>
        </p>
      ))}
    </div>
  );
}

function Join({ conversation }: { conversation: ScreenConversation }) {
  return (
    <div class="join">
      <p>
        You are not in <strong>{nameOf(conversation)}</strong> of {team.value?.name}.
      </p>
      <button type="button" class="button primary" onClick={() => void act({ kind: 'join', channel: conversation.id })}>
        Join
      </button>
    </div>
  );
}
