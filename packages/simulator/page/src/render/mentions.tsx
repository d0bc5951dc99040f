/** People, channels, groups, links and dates inside texts. */
import type { ComponentChildren } from 'preact';
import { placeAnchor, placeOfLink } from '../place.ts';
import { conversations, myId, shownNameBy } from '../sim.ts';
import { InertContext } from './picture.tsx';

export function UserMention({ id, label }: { id: string; label?: string | undefined }) {
  const isMe = id === myId.value;
  return (
    <a class={`mention${isMe ? ' of-me' : ''}`} {...placeAnchor({ panel: 'person', about: id })} title={id}>
      @{shownNameBy(id) ?? label ?? id}
    </a>
  );
}

export function ChannelMention({ id, label }: { id: string; label?: string | undefined }) {
  const channel = conversations.value.find((one) => one.id === id);
  if (!channel) return <span class="mention">#{label ?? id}</span>;
  return (
    <a class="mention" {...placeAnchor({ channel: id, thread: undefined, panel: undefined, focus: undefined })}>
      #{channel.name}
    </a>
  );
}

/** `<!here>`, `<!subteam^S1|@team>`, `<!date^1700000000^{date}|then>`. */
export function Command({ name, args, label }: { name: string; args: readonly string[]; label?: string | undefined }) {
  if (name === 'date')
    return (
      <time title={new Date(Number(args[0]) * 1_000).toString()}>
        {dateText(Number(args[0]), args[1] ?? '') ?? label}
      </time>
    );
  if (name === 'subteam') return <span class="mention">{label ?? `@${args[0]}`}</span>;
  return <span class="mention of-me">@{name}</span>;
}

/** Only what leads somewhere by http or mail is a link; anything else is its text. */
export function Anchor({ url, children }: { url: string; children: ComponentChildren }) {
  return (
    <InertContext.Provider value>
      <Link url={url}>{children}</Link>
    </InertContext.Provider>
  );
}

function Link({ url, children }: { url: string; children: ComponentChildren }) {
  if (!/^(https?:|mailto:|slack:)/i.test(url)) return <>{children}</>;
  const inside = placeOfLink(url);
  const isHere = inside && conversations.value.some(({ id }) => id === inside.channel);
  if (inside && isHere) {
    const panel = inside.thread ? ('thread' as const) : undefined;
    return (
      <a {...placeAnchor({ channel: inside.channel, focus: inside.ts, thread: inside.thread, panel })}>{children}</a>
    );
  }
  return (
    <a href={url} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  );
}

const PARTS: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  date_num: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date: { year: 'numeric', month: 'long', day: 'numeric' },
  date_short: { year: 'numeric', month: 'short', day: 'numeric' },
  date_long: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  date_pretty: { year: 'numeric', month: 'long', day: 'numeric' },
  date_short_pretty: { year: 'numeric', month: 'short', day: 'numeric' },
  date_long_pretty: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  time: { hour: 'numeric', minute: '2-digit' },
  time_secs: { hour: 'numeric', minute: '2-digit', second: '2-digit' },
};

function dateText(seconds: number, format: string): string | undefined {
  if (!Number.isFinite(seconds)) return undefined;
  const date = new Date(seconds * 1_000);
  return format.replaceAll(/\{(\w+)\}/g, (whole, part: string) => {
    const options = PARTS[part];
    return options
      ? date.toLocaleString('en-US', options)
      : part === 'ago'
        ? `${Math.round((Date.now() - date.getTime()) / 60_000)} min ago`
        : whole;
  });
}
