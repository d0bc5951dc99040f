/** Threads in which an app assists: begun by a person, with prompts to choose from. */
import { Icon } from '../icon.tsx';
import { goTo } from '../place.ts';
import { api, doIt, me, shownThreads, status } from '../sim.ts';

/** Slack opens such a thread for apps that are told of it. */
export function assists(appId: string): boolean {
  const app = status.value?.apps.find(({ id }) => id === appId);
  return app?.eventSubscriptions.includes('assistant_thread_started') ?? false;
}

export function NewChat({ app }: { app: string }) {
  const begin = async () => {
    const { team, user } = me();
    const change = { kind: 'assistant_thread', app, user };
    const begun = await doIt(api.post<{ channel: string; threadTs: string }>(`/_sim/teams/${team}/changes`, change));
    if (begun) goTo({ channel: begun.channel, thread: begun.threadTs, panel: 'thread', about: undefined });
  };
  return (
    <button type="button" class="button small" onClick={() => void begin()}>
      <Icon name="plus" size={14} /> New chat
    </button>
  );
}

/** What an app proposes to ask in a thread. */
export function Prompts({ channel, threadTs }: { channel: string; threadTs: string }) {
  const thread = shownThreads.value.find((one) => one.threadTs === threadTs);
  if (!thread || thread.prompts.length === 0) return null;
  const ask = (text: string) => void doIt(api.post('/_sim/messages', { ...me(), channel, threadTs, text }));
  return (
    <div class="prompts">
      {thread.promptsTitle && <p class="small soft">{thread.promptsTitle}</p>}
      {thread.prompts.map(({ title, message }, index) => (
        <button key={index} type="button" class="button small" onClick={() => ask(message)}>
          {title}
        </button>
      ))}
    </div>
  );
}
