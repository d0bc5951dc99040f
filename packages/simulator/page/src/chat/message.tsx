/** One message with everything on it. Messages of one person within five minutes are grouped, as on Slack. */
import { memo } from 'preact/compat';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { plural } from 'ui-kit';
import type { ScreenMessage } from '../../../src/control/screen/screen-schema.ts';
import { Icon } from '../icon.tsx';
import { focused, placeAnchor } from '../place.ts';
import { Attachments } from '../render/attachments.tsx';
import { Blocks } from '../render/blocks.tsx';
import { Emoji } from '../render/emoji.tsx';
import { Guarded } from '../render/guarded.tsx';
import type { Json } from '../render/json.ts';
import { Mrkdwn } from '../render/mrkdwn.tsx';
import { InertContext } from '../render/picture.tsx';
import { type Surface, SurfaceContext } from '../render/surface.ts';
import { act, api, doIt, me, myId, personBy, shownNameBy, shownThreads, status } from '../sim.ts';
import { Files } from './files.tsx';
import { MessageTools } from './message-tools.tsx';
import { Avatar } from './person.tsx';

export interface MessageProps {
  message: ScreenMessage;
  channel: string;
  /** The one before is of the same person, a moment ago. */
  isGrouped: boolean;
  isInThread?: boolean;
}

const SYSTEM = new Set([
  'channel_join',
  'channel_leave',
  'channel_topic',
  'channel_purpose',
  'channel_name',
  'channel_archive',
  'channel_unarchive',
  'group_topic',
]);

export const MessageView = memo(function MessageView({
  message,
  channel,
  isGrouped,
  isInThread = false,
}: MessageProps) {
  const [isEditing, setEditing] = useState(false);
  // Its buttons cost more than the message, and nobody sees them before.
  const [isTouched, setTouched] = useState(false);
  const touch = () => setTouched(true);
  const person = personBy(message.author);
  const isSystem = SYSTEM.has(message.subtype ?? '');
  const classes = [
    'message',
    isGrouped && 'grouped',
    focused.value === message.ts && 'focused',
    message.isEphemeral && 'ephemeral',
    message.isPinned && 'pinned',
  ];
  const name = message.name;
  return (
    <li
      class={classes.filter(Boolean).join(' ')}
      id={`m-${message.ts}`}
      data-ts={message.ts}
      tabIndex={-1}
      onMouseEnter={touch}
      onFocusIn={touch}
    >
      <div class="message-side">
        {isGrouped ? <time class="message-time">{clock(message.ts)}</time> : <Avatar person={person} name={name} />}
      </div>
      <div class="message-main">
        {message.isEphemeral && (
          <p class="small soft message-note">
            <Icon name="eye" size={14} /> Only visible to you
          </p>
        )}
        {message.isPinned && (
          <p class="small soft message-note">
            <Icon name="pin" size={14} /> Pinned
          </p>
        )}
        {!isGrouped && (
          <p class="message-head">
            <a class="message-name" {...placeAnchor({ panel: 'person', about: message.author, thread: undefined })}>
              {name}
            </a>{' '}
            {message.isBot && <span class="app-tag">APP</span>}{' '}
            <time title={new Date(Number.parseFloat(message.ts) * 1_000).toString()}>{clock(message.ts)}</time>
          </p>
        )}
        {isEditing ? (
          <Editor message={message} channel={channel} onEnd={() => setEditing(false)} />
        ) : (
          <Guarded>
            <Content message={message} channel={channel} isSystem={isSystem} />
          </Guarded>
        )}
        {message.files && message.files.length > 0 && <Files files={message.files} />}
        <Reactions message={message} channel={channel} />
        {!isInThread && <Replies message={message} />}
      </div>
      {!isSystem && isTouched && (
        <MessageTools message={message} channel={channel} isInThread={isInThread} onEdit={() => setEditing(true)} />
      )}
    </li>
  );
});

/** Made once: a formatter costs more than a message. */
const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

function clock(ts: string): string {
  return TIME.format(Number.parseFloat(ts) * 1_000);
}

function Content({ message, channel, isSystem }: { message: ScreenMessage; channel: string; isSystem: boolean }) {
  const { blocks, text, attachments, stream } = message;
  return (
    <SurfaceContext.Provider value={surfaceOf(message, channel)}>
      {blocks && blocks.length > 0 ? (
        <Blocks blocks={blocks} />
      ) : (
        <div class={`message-text${isSystem ? ' soft' : ''}`}>
          <Mrkdwn text={text} />
          {message.isEdited && <span class="small soft"> (edited)</span>}
        </div>
      )}
      {blocks && blocks.length > 0 && message.isEdited && <span class="small soft"> (edited)</span>}
      {attachments && <Attachments attachments={attachments} place={{ channel, ts: message.ts }} />}
      {stream && stream !== 'completed' && <StreamState message={message} channel={channel} />}
    </SurfaceContext.Provider>
  );
}

function surfaceOf(message: ScreenMessage, channel: string): Surface {
  const place = { channel, ts: message.ts };
  const values = (message.values ?? {}) as Record<string, Record<string, Json>>;
  return {
    held: (blockId, actionId) => values[blockId]?.[actionId],
    dispatch: ({ blockId, actionId }, value) =>
      act({
        kind: 'block_action',
        ...appOf(message),
        ...place,
        actionId: `${blockId}/${actionId}`,
        ...(value !== undefined && { value }),
      }),
    keep: () => {},
    async options({ blockId, actionId }, typed) {
      const answer = await act({
        kind: 'options',
        ...appOf(message),
        ...place,
        actionId: `${blockId}/${actionId}`,
        value: typed,
      });
      return optionsIn(answer);
    },
    errors: {},
    isDisabled: false,
  };
}

/** Which app a message is of; absent for that of a person. */
function appOf({ app }: ScreenMessage): { app?: string } {
  return app === undefined ? {} : { app };
}

export function optionsIn(answer: { options?: unknown; optionGroups?: unknown } | undefined): readonly Json[] {
  const groups = ((answer?.optionGroups as { options?: Json[] }[] | undefined) ?? []).flatMap(
    ({ options }) => options ?? [],
  );
  return [...((answer?.options as Json[] | undefined) ?? []), ...groups];
}

const STREAMS: Readonly<Record<string, string>> = {
  in_progress: 'Writing …',
  stopped_by_user: 'Stopped by you',
  expired: 'Slack ended this stream because nothing was added for too long',
};

/** Slack shows Stop where the app is subscribed to it: an app that does not listen would go on writing. */
function hearsStop({ app: id }: ScreenMessage): boolean {
  const app = status.value?.apps.find((one) => one.id === id);
  return app?.eventSubscriptions.includes('agent_session_stopped') ?? false;
}

function StreamState({ message, channel }: { message: ScreenMessage; channel: string }) {
  const threadTs = message.threadTs ?? message.ts;
  const stop = () => {
    const isSession = shownThreads.value.some((one) => one.threadTs === threadTs && one.session !== undefined);
    // Only a session of an agent is told of it; any other stream just ends.
    if (isSession) void act({ kind: 'stop_session', ...appOf(message), channel, threadTs });
    else void doIt(api.post(`/_sim/teams/${me().team}/channels/${channel}/streams/${message.ts}/stop`));
  };
  return (
    <p class="row small soft" role="status">
      {STREAMS[message.stream ?? '']}
      {message.stream === 'in_progress' && hearsStop(message) && (
        <button type="button" class="button small" onClick={stop}>
          <Icon name="stop" size={14} /> Stop
        </button>
      )}
    </p>
  );
}

function Editor({ message, channel, onEnd }: { message: ScreenMessage; channel: string; onEnd: () => void }) {
  const [text, setText] = useState(message.text);
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(text.length, text.length);
  }, []);
  const end = () => {
    // Where one was before: the keys for messages go on from there.
    field.current?.closest<HTMLElement>('.message')?.focus();
    onEnd();
  };
  const save = async (event: Event) => {
    event.preventDefault();
    if (text !== message.text) await act({ kind: 'edit', channel, ts: message.ts, text });
    end();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.preventDefault();
      end();
    } else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) void save(event);
  };
  return (
    <form class="stack" onSubmit={save}>
      <textarea
        ref={field}
        class="input"
        aria-label="The message"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <div class="row">
        <button type="submit" class="button primary small">
          Save
        </button>
        <button type="button" class="button small" onClick={end}>
          Cancel
        </button>
      </div>
    </form>
  );
}

function Reactions({ message, channel }: { message: ScreenMessage; channel: string }) {
  if (!message.reactions || message.reactions.length === 0) return null;
  const nameOf = (id: string) => shownNameBy(id) ?? id;
  return (
    <div class="reactions">
      {message.reactions.map(({ name, users }) => {
        const isMine = users.includes(myId.value);
        return (
          <button
            key={name}
            type="button"
            class="reaction"
            aria-pressed={isMine}
            title={`${users.map(nameOf).join(', ')} reacted with :${name}:`}
            onClick={() => void act({ kind: isMine ? 'unreact' : 'react', channel, ts: message.ts, emoji: name })}
          >
            <InertContext.Provider value>
              <Emoji name={name} />
            </InertContext.Provider>{' '}
            {users.length}
          </button>
        );
      })}
    </div>
  );
}

function Replies({ message }: { message: ScreenMessage }) {
  if (!message.replies) return null;
  const { count, latest, users } = message.replies;
  return (
    <a class="replies" {...placeAnchor({ thread: message.ts, panel: 'thread', about: undefined })}>
      {users.slice(0, 4).map((id) => (
        <Avatar key={id} person={personBy(id)} name={id} size={24} />
      ))}
      <strong>{plural(count, 'reply', 'replies')}</strong> <span class="small soft">Last at {clock(latest)}</span>
    </a>
  );
}
