/** Search over what somebody may read in the workspace, with the modifiers of Slack's own. */
import { useEffect, useRef } from 'preact/hooks';
import { count, Empty, Failure, QueryBox, Skeleton, useLoad } from 'ui-kit';
import type { SearchAnswer } from '../../../src/control/lists/list-schema.ts';
import { about, goTo } from '../place.ts';
import { api, conversations, me, people, revision } from '../sim.ts';
import { FoundMessage } from './found-message.tsx';
import { PaneFrame } from './person.tsx';

export function SearchPane() {
  const { team, user } = me();
  const query = about.value ?? '';
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.querySelector('input')?.focus(), []);
  const { value, error, reload } = useLoad(
    query === '' ? undefined : `${team} ${user} ${query}`,
    (signal) => api.get<SearchAnswer>(`/_sim/teams/${team}/search`, { user, query }, signal),
    { revision: revision.value },
  );
  return (
    <PaneFrame title={<h2>Search</h2>}>
      <div class="pane-tools" ref={place}>
        <QueryBox
          label="Search the messages"
          placeholder="words, from:@ann, in:#general"
          value={query}
          terms={terms()}
          onChange={(words) => goTo({ panel: 'search', about: words || undefined }, { replace: true })}
        />
        {value && (
          <p class="small soft" role="status">
            {value.total === 1 ? '1 message' : `${count(value.total)} messages`}
            {value.total > value.matches.length && `, the newest ${value.matches.length} of them`}
          </p>
        )}
      </div>
      {error && <Failure error={error} onRetry={reload} />}
      {query === '' && (
        <Empty>Words, “phrases”, -without; from:, in:, before:, after:, on:, has:link, has::eyes:, is:thread.</Empty>
      )}
      {query !== '' && !value && !error && <Skeleton lines={6} />}
      {value?.total === 0 && <Empty>No message that you may read matches.</Empty>}
      <ul class="found">
        {value?.matches.map((one) => (
          <FoundMessage key={`${one.channel} ${one.message.ts}`} found={one} />
        ))}
      </ul>
    </PaneFrame>
  );
}

function terms() {
  const channels = conversations.value.filter(({ kind, name }) => kind !== 'im' && name !== '');
  return [
    { name: 'from', values: ['me', ...people.value.map(({ name }) => `@${name}`)], help: 'who wrote it' },
    { name: 'in', values: channels.map(({ name }) => `#${name}`), help: 'where' },
    { name: 'before', help: '2026-11-28' },
    { name: 'after', help: '2026-11-28' },
    { name: 'on', help: '2026-11-28' },
    { name: 'has', values: ['link', 'file', 'pin', 'reaction'], help: 'or an emoji' },
    { name: 'is', values: ['thread', 'dm'] },
  ];
}
