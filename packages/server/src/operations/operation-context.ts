/** What operations work with. wiring/create-operation-context.ts makes one of an open storage; tests make their own. */
import type { TeamData } from '../data/team-data.ts';
import type { MemoryAnswer, MemoryQuestion } from '../history/question.ts';
import type { Inbox } from '../inbox/inbox.ts';
import type { Vault } from '../installation/sealing.ts';
import type { ExchangeCall } from '../installation/token-exchange.ts';
import type { ProcessReport, ToldProcess } from '../reports/process-report.ts';
import type { Reads, ServerHolder, Store } from '../store/store.ts';
import type { OngoingTrouble } from '../store/store-trouble.ts';
import type { Installations } from '../team/installations.ts';
import type { Clock } from '../time/clock.ts';
import type { Rehearsal } from './teams/rehearsal.ts';

/**
 * Calls a Web API method with the token of a team's bot, once; answers Slack's body, `ok: false` as well. An answer that raises doubt makes
 * the server probe the team.
 * @throws BotServerError `installation_not_found`, `installation_not_active`, `team_row_changed`, `token_expired`, `rate_limited`,
 * `slack_unreachable`
 */
export type CallAsTeam = (
  teamId: string,
  method: string,
  args: Readonly<Record<string, unknown>>,
) => Promise<Record<string, unknown>>;

export interface OperationContext {
  store: Store;
  /** For lists and searches, which may take long; in a server they hold up nothing that `store` does. */
  reads: Reads;
  /** Whether what people wrote is shown: the setting ADMIN_SHOW_TEXTS. A door takes it from who may only read. */
  showsTexts: boolean;
  vault: Vault;
  installations: Installations;
  inbox: Inbox;
  clock: Clock;
  /** Keeps servers away until the storage is closed. @throws BotServerError `store_locked` */
  readonly acquireLock: () => Promise<void>;
  /** The server that uses the database now; undefined when none runs. */
  readonly findServer: () => Promise<ServerHolder | undefined>;
  /** See CallAsTeam. */
  readonly callAsTeam: CallAsTeam;
  /** The same for a question of somebody who may only read: nothing is written, whatever Slack answers. */
  readonly askAsTeam: CallAsTeam;
  /**
   * Which scopes the token of a team's bot has, as Slack says; undefined when it does not.
   * @throws as callAsTeam
   */
  readonly scopesAtSlack: (teamId: string) => Promise<readonly string[] | undefined>;
  /** What a code of Slack's says of the whole installation, by the table of the judge; undefined of all others. */
  readonly refusalOf: (code: string) => 'removed' | 'suspended' | undefined;
  /** What this process remembers of events. @defaultValue nothing: it is no server */
  readonly recall?: (question: MemoryQuestion) => MemoryAnswer;
  /** How this process is now, of which its row is up to half a minute old. @defaultValue nothing: it is no server */
  readonly describeSelf?: () => ToldProcess;
  /** Why this process cannot store events now; undefined while it can. Never rejects. @defaultValue nothing: it is no server, and stores none */
  readonly storeTrouble?: () => Promise<OngoingTrouble | undefined>;
  /** The base URL of Slack's Web API: a Slack-compatible server or the simulator has links of its own. */
  slackApiUrl: string;
  /** Over what servers with the settings of this process get events. */
  transport: ProcessReport['transport'];
  /** The documents of the bot about a team. */
  readonly data: (teamId: string) => TeamData;
  /** Where several dry runs find what those before them would have written. @defaultValue each begins with what is stored */
  readonly rehearsal?: Rehearsal;
  /** How Slack is asked for pairs of tokens. @throws BotServerError `invalid_configuration` when the app's credentials are missing */
  readonly createExchangeCall: () => ExchangeCall;
}
