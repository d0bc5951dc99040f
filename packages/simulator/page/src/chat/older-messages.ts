/** Messages before the newest ones, as somebody scrolls or a link leads back to them. */
import { useState } from 'preact/hooks';
import type { ScreenInfo, ScreenMessage } from '../../../src/control/screen/screen-schema.ts';
import { api, doIt, look, readFrom } from '../sim.ts';

type Channel = NonNullable<ScreenInfo['channel']>;

/** So many of the messages that were read back stay fresh; those before them are as they were when they were read. */
const FRESH = 1_000;
/** More are let go when somebody is back at the newest. */
const KEPT = 300;

interface OlderMessages {
  messages: readonly ScreenMessage[];
  /** There are still older ones. */
  more: boolean;
  /** @param wanted Back to this one, if it is not too far. */
  readonly readOlder: (wanted?: string) => Promise<void>;
  readonly forget: () => void;
}

/** What was read back before the newest messages. They are read anew together, so that what changes in them is seen. */
export function useOlder(now: ScreenInfo, channel: Channel): OlderMessages {
  const [older, setOlder] = useState<readonly ScreenMessage[]>([]);
  const [hasOlder, setHasOlder] = useState<boolean>();
  const newest = channel.messages[0]?.ts ?? '';
  // More came than an answer holds: what was read back does not join what is new any more.
  const isTorn = (older.at(-1)?.ts ?? newest) < newest;
  const messages = isTorn ? channel.messages : [...older.filter(({ ts }) => ts < newest), ...channel.messages];
  const forget = () => {
    if (messages.length <= KEPT) return;
    readFrom.value = undefined;
    setOlder([]);
    setHasOlder(undefined);
    void look();
  };
  const readOlder = async (wanted?: string) => {
    const before = messages[0]?.ts;
    const query = { user: now.me, channel: channel.id, ...(before && { before }), ...(wanted && { from: wanted }) };
    const page = await doIt(api.get<ScreenInfo>(`/_sim/teams/${now.team.id}/screen`, query));
    if (!page?.channel) return;
    const all = [...page.channel.messages, ...messages];
    readFrom.value = (all.at(-FRESH) ?? all[0])?.ts;
    setOlder(all);
    setHasOlder(page.channel.hasOlder);
  };
  return { messages, more: isTorn ? channel.hasOlder : (hasOlder ?? channel.hasOlder), readOlder, forget };
}
