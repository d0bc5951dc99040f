/** Feeds the stream of a process: rows as it sees them change, and what its hooks are told. */
import type { BotServerEventName, BotServerHook } from '../../events.ts';
import { teamRowsOf } from '../../operations/teams/team-row.ts';
import type { StreamData } from './stream-events.ts';
import type { StreamHub } from './stream-hub.ts';

/** An installation with its teams, as rows are seen. */
type View = Parameters<typeof teamRowsOf>[0];

export interface FeedDeps {
  hub: StreamHub;
  /** The hooks of the server. */
  readonly on: <Name extends BotServerEventName>(name: Name, hook: BotServerHook<Name>) => unknown;
}

/** What the server tells of rows. */
export interface StreamFeed {
  /** Before everything was read, a row is only noted: nobody follows yet. */
  installation(view: View, isNew: boolean): void;
  purged(installation: string): void;
}

/** The data of `team`. */
export function teamData(view: View): StreamData<'team'> {
  return { installation: view.installation.key, teams: teamRowsOf(view) };
}

/** Begins to feed. */
export function feedStream({ hub, on }: FeedDeps): StreamFeed {
  for (const state of ['starting', 'started', 'reconnecting', 'gap', 'stopping', 'stopped'] as const) {
    on(state, (told: { teamId: string | null; reason?: string }) => {
      const { teamId, reason = null } = told;
      hub.publish('connection', () => ({ node: hub.nodeId, teamId, state, reason }));
    });
  }
  on('incident', ({ isOn }) => hub.publish('incident', () => ({ node: hub.nodeId, isOn })));
  on('error', ({ teamId, where, error: { code, message } }) =>
    hub.publish('error', () => ({ node: hub.nodeId, teamId, where, code, message })),
  );
  return {
    installation(view, isNew) {
      hub.seen(view.installation.changedSeq);
      if (isNew) hub.publish('team', () => teamData(view));
    },
    purged: (installation) => hub.publish('purged', () => ({ installation })),
  };
}
