/** What is for somebody: messages to them, mentions, answers in their threads. */
import { Badge, Empty, Failure, Skeleton, useLoad } from 'ui-kit';
import type { Notification } from '../../../src/control/lists/list-schema.ts';
import { api, me, revision } from '../sim.ts';
import { FoundMessage } from './found-message.tsx';
import { PaneFrame } from './person.tsx';

const REASONS: Readonly<Record<Notification['reason'], string>> = {
  direct: 'direct message',
  mention: 'mentions you',
  everybody: 'to everybody',
  thread: 'in your thread',
};

export function NotesPane() {
  const { team, user } = me();
  const { value, error, reload } = useLoad(
    `${team} ${user}`,
    (signal) => api.get<{ notifications: Notification[] }>(`/_sim/teams/${team}/notifications`, { user }, signal),
    { revision: revision.value },
  );
  return (
    <PaneFrame title={<h2>Notifications</h2>}>
      {error && <Failure error={error} onRetry={reload} />}
      {!value && !error && <Skeleton lines={6} />}
      {value?.notifications.length === 0 && (
        <Empty>Nobody has written to you here, and nobody has mentioned you.</Empty>
      )}
      <ul class="found">
        {value?.notifications.map((one) => (
          <FoundMessage
            key={`${one.channel} ${one.message.ts}`}
            found={one}
            note={
              <>
                {one.isUnread && <Badge tone="info">new</Badge>} {REASONS[one.reason]}
              </>
            }
          />
        ))}
      </ul>
    </PaneFrame>
  );
}
