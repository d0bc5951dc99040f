/** The messages of a conversation, by days and in groups; who is at the end stays there. */
import { Fragment } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { ScreenMessage } from '../../../src/control/screen/screen-schema.ts';
import { focused } from '../place.ts';
import { MessageView } from './message.tsx';

/** From so many messages on those far away are not laid out. */
const LONG = 150;

/** Messages of one person within so many seconds stand together. */
const GROUP_SECONDS = 300;

export function isGrouped(before: ScreenMessage | undefined, message: ScreenMessage): boolean {
  if (
    !before ||
    before.author !== message.author ||
    before.name !== message.name ||
    message.isEphemeral !== before.isEphemeral
  )
    return false;
  if (before.subtype !== message.subtype && !(before.subtype === undefined || message.subtype === undefined))
    return false;
  return Number.parseFloat(message.ts) - Number.parseFloat(before.ts) < GROUP_SECONDS;
}

export function Messages({
  messages,
  channel,
  newFrom,
  onEnd,
  before,
}: {
  messages: readonly ScreenMessage[];
  channel: string;
  newFrom: string | undefined;
  /** Somebody is at the newest ones. */
  onEnd: () => void;
  before: preact.ComponentChildren;
}) {
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  useEffect(() => {
    const element = list.current;
    if (!element) return undefined;
    // What is in a message may come later, and the window may change: who was at the end stays there.
    const observer = new ResizeObserver(() => {
      if (isAtEnd.current && focused.peek() === undefined) element.scrollTop = element.scrollHeight;
    });
    for (const one of [element, ...element.children]) observer.observe(one);
    return () => observer.disconnect();
  }, []);
  const last = messages.at(-1);
  const lastKey = `${last?.ts} ${last?.text.length} ${last?.reactions?.length} ${messages.length}`;
  useLayoutEffect(() => {
    const element = list.current;
    if (element && isAtEnd.current && focused.value === undefined) element.scrollTop = element.scrollHeight;
  }, [lastKey]);
  useEffect(() => {
    if (focused.value) document.getElementById(`m-${focused.value}`)?.scrollIntoView({ block: 'center' });
  }, [focused.value, messages.some(({ ts }) => ts === focused.value)]);
  return (
    <div
      ref={list}
      class="messages"
      tabIndex={0}
      role="region"
      aria-label="Messages"
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        const isNow = scrollHeight - scrollTop - clientHeight < 60;
        if (isNow && !isAtEnd.current) onEnd();
        isAtEnd.current = isNow;
      }}
    >
      <div class="messages-before">{before}</div>
      <ol aria-live="polite" aria-relevant="additions" class={messages.length > LONG ? 'long' : undefined}>
        {messages.map((message, index) => {
          const day = dayOf(message.ts);
          const isNewDay = day !== dayOf(messages[index - 1]?.ts);
          return (
            <Fragment key={message.ts}>
              {isNewDay && (
                <li key={day} class="day">
                  <span>{day}</span>
                </li>
              )}
              {message.ts === newFrom && (
                <li key="new" class="new-line">
                  <span>New</span>
                </li>
              )}
              <MessageView
                key={message.ts}
                message={message}
                channel={channel}
                isGrouped={!isNewDay && message.ts !== newFrom && isGrouped(messages[index - 1], message)}
              />
            </Fragment>
          );
        })}
      </ol>
    </div>
  );
}

/** Asked for each message at each look. */
const days = new Map<number, string>();
const DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });

function dayOf(ts: string | undefined): string {
  if (ts === undefined) return '';
  const midnight = new Date(Number.parseFloat(ts) * 1_000).setHours(0, 0, 0, 0);
  const known = days.get(midnight) ?? DAY.format(midnight);
  days.set(midnight, known);
  return known;
}
