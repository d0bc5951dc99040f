/** A thread beside its conversation. */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Skeleton } from 'ui-kit';
import { focused } from '../place.ts';
import { screen } from '../sim.ts';
import { Prompts } from './assistant.tsx';
import { Composer } from './composer.tsx';
import { MessageView } from './message.tsx';
import { isGrouped } from './message-list.tsx';
import { PaneFrame } from './person.tsx';

export function ThreadPane({ threadTs }: { threadTs: string }) {
  const channel = screen.value?.channel;
  const messages = channel?.thread;
  const end = useRef<HTMLLIElement>(null);
  const thread = channel?.threads.find((one) => one.threadTs === threadTs);
  useLayoutEffect(() => {
    const wanted = messages?.some(({ ts }) => ts === focused.value) ? focused.value : undefined;
    // The first message stands in the conversation, too.
    const found = wanted === undefined ? null : document.querySelector(`.thread [data-ts="${wanted}"]`);
    (found ?? end.current)?.scrollIntoView({ block: 'nearest' });
  }, [messages?.length, focused.value]);
  const isThere = messages !== undefined;
  useEffect(() => {
    // Whoever opened it at a message means to answer.
    if (isThere && document.activeElement?.closest('.conversation .message'))
      document.querySelector<HTMLElement>('.pane .composer textarea')?.focus();
  }, [isThere]);
  return (
    <PaneFrame title={<h2>{thread?.title || 'Thread'}</h2>}>
      {!channel || !messages ? (
        <Skeleton />
      ) : (
        <>
          <ol class="thread" aria-live="polite">
            {messages.map((message, index) => (
              <MessageView
                key={message.ts}
                message={message}
                channel={channel.id}
                isGrouped={index > 1 && isGrouped(messages[index - 1], message)}
                isInThread
              />
            ))}
            <li ref={end} />
          </ol>
          <Prompts channel={channel.id} threadTs={threadTs} />
          {thread?.status && <p class="small soft pad">{thread.status} …</p>}
          <Composer key={threadTs} place={{ channel: channel.id }} hint="Reply …" threadTs={threadTs} />
        </>
      )}
    </PaneFrame>
  );
}
