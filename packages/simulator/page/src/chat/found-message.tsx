/** A message in a list of messages from anywhere: whose it is, where it stands, its first lines. It leads there. */
import type { ComponentChildren } from 'preact';
import type { PlacedMessage } from '../../../src/control/lists/list-schema.ts';
import { placeLink } from '../place.ts';
import { Mrkdwn } from '../render/mrkdwn.tsx';
import { InertContext } from '../render/picture.tsx';
import { conversations, personBy } from '../sim.ts';
import { nameOf } from './conversation.tsx';
import { Avatar } from './person.tsx';

export function FoundMessage({ found, note }: { found: PlacedMessage; note?: ComponentChildren }) {
  const { channel: id, message } = found;
  const channel = conversations.value.find((one) => one.id === id);
  const thread = message.threadTs;
  const link = placeLink({
    channel: id,
    focus: message.ts,
    thread,
    ...(thread === undefined ? {} : { panel: 'thread' as const, about: undefined }),
  });
  return (
    <li class="found-message">
      <Avatar person={personBy(message.author)} name={message.name} size={24} />
      <div class="grow">
        <p class="small soft">
          <a class="found-link strong" href={link}>
            {message.name}
          </a>{' '}
          in {channel ? nameOf(channel) : id} · <time>{timeOf(message.ts)}</time> {note && <>· {note}</>}
        </p>
        <div class="found-text">
          <InertContext.Provider value>
            <Mrkdwn text={message.text || '(blocks)'} />
          </InertContext.Provider>
        </div>
      </div>
    </li>
  );
}

function timeOf(ts: string): string {
  return new Date(Number.parseFloat(ts) * 1_000).toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
}
