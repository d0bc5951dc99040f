/** Joins the rows with everything in this process that has to agree with them. */

import type { Supervisor } from '../connection/supervisor.ts';
import type { Dispatcher } from '../dispatch/dispatcher.ts';
import type { ListenerWorks } from '../dispatch/listener-works.ts';
import type { EngineDeps } from '../engine-deps.ts';
import type { BotServerError } from '../errors.ts';
import { InstallationHooks } from '../hooks/installation-hooks.ts';
import { ToldWriter } from '../hooks/told-writer.ts';
import { Follower, type GapsOfRows, type TeamConnections } from '../installation/follower.ts';
import type { KeyOwnership } from '../ownership/key-ownership.ts';
import type { UnservedShards } from '../ownership/unserved-shards.ts';
import type { InstallationKey, TeamId } from '../team/installation.ts';
import type { Remover } from '../team/remover.ts';
import type { Judging } from './create-judging.ts';

export interface CreateFollowerDeps
  extends Pick<EngineDeps, 'config' | 'storage' | 'roster' | 'tokens' | 'hooks' | 'clock' | 'log'> {
  owner: KeyOwnership;
  judging: Judging;
  dispatcher: Pick<Dispatcher, 'changed'>;
  works: Pick<ListenerWorks, 'teamGone'>;
  teams: Pick<Supervisor, keyof TeamConnections>;
  unserved: UnservedShards;
  untold: GapsOfRows;
  remover: Pick<Remover, 'observe'>;
  readonly onProblem: (id: InstallationKey | TeamId, error: BotServerError) => void;
}

/** On http and socket no team has a connection of its own. */
const noConnections: TeamConnections = {
  want() {},
  drop() {},
  linger() {},
  released() {},
  isLingering: () => false,
  restart() {},
};

const noGaps: GapsOfRows = { take: () => undefined, close() {}, forget() {} };

/** The follower of a server, and the hooks that it calls. */
export function createFollower(deps: CreateFollowerDeps): { follower: Follower; installationHooks: InstallationHooks } {
  const { config, storage, roster, tokens, hooks, owner, judging, dispatcher, onProblem } = deps;
  const { refresher, tokenWaits, identifier } = judging;
  const isRtm = config.slackTransport === 'rtm';
  const { installations } = storage;
  const installationHooks = new InstallationHooks({
    hooks,
    owns: (key) => owner.owns(key),
    writer: new ToldWriter({ ...deps, installations, epochOf: (key) => owner.epochOf(key) }),
    formerly(key, teamId) {
      const entry = roster.team(teamId);
      if (!entry || entry.installation.key === key) return undefined;
      return { state: entry.installation.state, access: entry.team.access };
    },
  });
  const follower = new Follower({
    installations,
    roster,
    owner,
    tokens,
    refresher: {
      observe(key, credentials) {
        refresher.observe(key, credentials);
        tokenWaits.changed(key);
      },
      leave(key) {
        refresher.leave(key);
        tokenWaits.changed(key);
      },
    },
    connections: isRtm ? deps.teams : noConnections,
    unserved: deps.unserved,
    gaps: isRtm ? deps.untold : noGaps,
    hooks: installationHooks,
    changed: (teamId) => {
      const entry = roster.team(teamId);
      if (entry && entry.installation.state.kind !== 'active') deps.works.teamGone(teamId);
      dispatcher.changed(teamId);
    },
    // On RTM the connect of each team asks.
    ...(isRtm ? {} : { identify: (view) => identifier.observe(view) }),
    judging,
    remover: deps.remover,
    onProblem,
  });
  return { follower, installationHooks };
}
