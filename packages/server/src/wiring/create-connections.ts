/** What connects this process with Slack: the sockets of teams (RTM) and of the app (Socket Mode), and whether they hear. */

import type { FileRoom } from '../connection/open-files.ts';
import type { SocketConnections } from '../connection/socket-connections.ts';
import type { Supervisor } from '../connection/supervisor.ts';
import { UntoldGaps } from '../connection/untold-gaps.ts';
import type { EngineDeps } from '../engine-deps.ts';
import { TeamHearing } from '../hearing/team-hearing.ts';
import type { History } from '../history/history.ts';
import type { KeyOwnership } from '../ownership/key-ownership.ts';
import type { PaceName } from '../ownership/pace-repository.ts';
import { writeSocketLostAt } from '../ownership/served-repository.ts';
import { createSlotSockets } from '../ownership/slot-sockets-repository.ts';
import { SoleOwner } from '../ownership/sole-owner.ts';
import type { InstallationKey } from '../team/installation.ts';
import type { DrawTurns } from '../time/shared-pace.ts';
import { within } from '../time/within.ts';
import type { Intake } from './create-intake.ts';
import type { Judging } from './create-judging.ts';
import type { Pages } from './create-pages.ts';
import { createReception, type Reception } from './create-reception.ts';
import { createSocketConnections } from './create-socket-connections.ts';
import { createTeamConnections } from './create-team-connections.ts';

export interface ConnectionsDeps extends EngineDeps {
  owner: KeyOwnership;
  /** What has a pace that nodes share; undefined = this process has it to itself. */
  turnsOf(name: PaceName): DrawTurns | undefined;
  judging: Judging;
  intake: Intake;
  pages: Pick<Pages, 'http' | 'publicUrl' | 'installing' | 'installsSettled'>;
  history: Pick<History, 'add'>;
  fileRoom: FileRoom;
  /** The connection of an installation (RTM) came to another state. */
  onChanged(key: InstallationKey): void;
  /** The Slack app of this server; null while it is not known. */
  appId(): string | null;
}

export interface Connections extends Reception {
  hearing: TeamHearing;
  /** The connections of teams; none but on RTM. */
  teams: Supervisor;
  /** Of teams; empty but on RTM. */
  untold: UntoldGaps;
  /** Undefined unless events come by Socket Mode. */
  sockets: SocketConnections | undefined;
}

/** How long an event waits for the install that may make its team known: half of the 3 s in which Slack wants its answer. */
const INSTALLING_MS = 1_500;

/** The connections of a server. Nothing is connected before the first team is wanted, and the sockets are started. */
export function createConnections(deps: ConnectionsDeps): Connections {
  const { config, options, storage, judging, intake, pages } = deps;
  const { verdicts = {} } = options.judge;
  const hearing = new TeamHearing({
    ...deps,
    transport: config.slackTransport,
    onDeaf: () => deps.counters.deaf.add(),
  });
  const reception = createReception({
    ...deps,
    ...judging,
    ...intake,
    hearing,
    publicUrl: () => pages.publicUrl(),
    installing: () =>
      pages.installing === 0
        ? undefined
        : within(pages.installsSettled(), { clock: deps.clock, limitMs: INSTALLING_MS, late: () => undefined }),
    onSigned: (socket) => pages.http.vouchFor(socket),
  });
  const { installations } = storage;
  const { dispatcher } = intake;
  const untold = new UntoldGaps({ ...deps, installations });
  const joined = { ...deps, hearing, untold, verdicts, options: options.connections };
  const teams = createTeamConnections({ ...joined, drawConnects: deps.turnsOf('connect'), installations, dispatcher });
  const { store } = storage;
  const slotSockets = deps.ownership instanceof SoleOwner ? undefined : createSlotSockets(store);
  const keepLostAt =
    store.engine === 'sqlite' ? (lostAtMs: number | null) => writeSocketLostAt(store, lostAtMs) : undefined;
  const sockets = createSocketConnections({ ...joined, receiver: reception.receiver, slotSockets, keepLostAt });
  hearing.watch({
    isOpen: (key) => teams.status(key)?.kind === 'open',
    replace: (key) => (sockets ? sockets.replace(key) : teams.refresh(key, 'deaf')),
    isShared: () => sockets?.isShared ?? false,
  });
  return { ...reception, hearing, teams, untold, sockets };
}
