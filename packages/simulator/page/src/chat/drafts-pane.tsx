/** What somebody began to write and did not send, and what apps scheduled. */
import { Empty, Failure, Skeleton, Time, useLoad } from 'ui-kit';
import type { ScheduledInfo } from '../../../src/control/lists/list-schema.ts';
import { placeLink } from '../place.ts';
import { api, apps, conversations, doIt, me, revision } from '../sim.ts';
import { nameOf } from './conversation.tsx';
import { type Draft, draftsOf, keepDraft } from './drafts.ts';
import { PaneFrame } from './person.tsx';

export function DraftsPane() {
  const { team, user } = me();
  const mine = draftsOf(team, user);
  return (
    <PaneFrame title={<h2>Drafts</h2>}>
      {mine.length === 0 && (
        <Empty>What you begin to write and do not send is kept here, as long as this tab is open.</Empty>
      )}
      <ul class="found">
        {mine.map((draft) => (
          <li key={`${draft.channel} ${draft.thread}`} class="found-message">
            <div class="grow">
              <p class="small soft">
                <a class="found-link strong" href={linkOf(draft)}>
                  {placeName(draft.channel)}
                </a>
                {draft.thread && ' · in a thread'}
              </p>
              <p class="found-text">{draft.text}</p>
            </div>
            <button
              type="button"
              class="button quiet small"
              aria-label={`Discard the draft in ${placeName(draft.channel)}`}
              onClick={() => keepDraft(draft, '')}
            >
              Discard
            </button>
          </li>
        ))}
      </ul>
    </PaneFrame>
  );
}

function linkOf({ channel, thread }: Draft): string {
  return placeLink({ channel, thread, panel: thread ? 'thread' : undefined, about: undefined, focus: undefined });
}

function placeName(id: string): string {
  const channel = conversations.value.find((one) => one.id === id);
  if (channel) return nameOf(channel);
  return apps.value.find((app) => id === `app:${app.id}`)?.name ?? id;
}

export function ScheduledPane() {
  const { team, user } = me();
  const { value, error, reload } = useLoad(
    `${team} ${user}`,
    (signal) => api.get<{ scheduled: ScheduledInfo[] }>(`/_sim/teams/${team}/scheduled`, { user }, signal),
    { revision: revision.value },
  );
  const cancel = async (id: string) => {
    await doIt(api.send('DELETE', `/_sim/teams/${team}/scheduled/${id}`));
    reload();
  };
  return (
    <PaneFrame title={<h2>Scheduled</h2>}>
      <p class="small soft pane-note">
        What apps scheduled by chat.scheduleMessage. The real Slack shows people their own scheduled messages and not
        those of apps; move the clock under “Break it”.
      </p>
      {error && <Failure error={error} onRetry={reload} />}
      {!value && !error && <Skeleton lines={4} />}
      {value?.scheduled.length === 0 && <Empty>No app has scheduled a message.</Empty>}
      <ul class="found">
        {value?.scheduled.map((one) => (
          <li key={one.id} class="found-message">
            <div class="grow">
              <p class="small soft">
                <strong>{apps.value.find(({ id }) => id === one.app)?.name ?? one.app}</strong> in{' '}
                {placeName(one.channel)} · <Time at={one.postAtMs} isExact />
              </p>
              <p class="found-text">{one.text}</p>
            </div>
            <button
              type="button"
              class="button quiet small"
              aria-label={`Cancel the message ${one.text.slice(0, 40)}`}
              onClick={() => void cancel(one.id)}
            >
              Cancel
            </button>
          </li>
        ))}
      </ul>
    </PaneFrame>
  );
}
