/**
 * Finds out who the bot of a team is where a row does not say (imported teams; a grant whose auth.test got no answer): one
 * auth.test per install, sent like a connect, so that its answer is proof and a dead token deactivates. On RTM the connect
 * itself asks (rtm-calls.ts); http and socket have no connect of a team, so the rows ask here. Until it is known nothing is
 * handed to listeners: without its ids a bot cannot tell its own messages from others, and answers itself.
 */

import type { KeyOwnership } from '../ownership/key-ownership.ts';
import type { CallSlack, SlackAnswer } from '../slack/web-api.ts';
import { type InstallationKey, isAnswering, isNamedAfter, type Team, type TeamId } from '../team/installation.ts';
import type { Installations, InstallationView } from '../team/installations.ts';
import { steadyBackoffMs } from '../time/backoff.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { BotName } from './bot-name.ts';
import { identityIn } from './identify.ts';
import type { Roster, RosterEntry } from './roster.ts';

/** How many teams are asked about at once: after an import of thousands the listeners' calls must still get through. */
const LANES = 5;
const RETRY = { initialMs: 1_000, maxMs: 300_000 };

export interface IdentifyDeps {
  callSlack: CallSlack;
  installations: Pick<Installations, 'setTeamIdentity'>;
  botName: Pick<BotName, 'note'>;
  log: { warn(facts: object, message: string): void };
}

/**
 * Fills the team's names and ids by auth.test; answers why that was not possible, if so. `wrong_team` is ours: the token
 * belongs to another team.
 */
export async function identifyTeam(
  { callSlack, installations, botName, log }: IdentifyDeps,
  entry: RosterEntry,
  signal: AbortSignal,
): Promise<SlackAnswer | undefined> {
  const { installation, team, token } = entry;
  const answer = await callSlack('auth.test', { token: token as string, purpose: 'connect', signal });
  if (answer.kind !== 'ok') return answer;
  const identity = identityIn(answer.body);
  // A token of an organization names that in place of a team.
  const isOrganizations = installation.isEnterprise && identity.enterpriseId === team.teamId;
  if (identity.teamId !== null && identity.teamId !== team.teamId && !isOrganizations) {
    log.warn({ teamId: team.teamId, tokenOf: identity.teamId }, 'the token belongs to another team');
    return { kind: 'error', code: 'wrong_team', body: {} };
  }
  const { botUserId, botId, teamName, domain, enterpriseId = null } = identity;
  const { version } = installation;
  const names = { name: team.name ?? teamName, domain: team.domain ?? domain, enterpriseId };
  await installations.setTeamIdentity(team.teamId, { botUserId, botId, ...names }, { version });
  await botName.note(identity);
  // The row's change reaches the roster by itself; this process must know before anything is dispatched.
  entry.team = { ...team, botUserId: botUserId ?? team.botUserId, botId: botId ?? team.botId };
  return undefined;
}

export interface TeamIdentifierDeps extends IdentifyDeps {
  roster: Pick<Roster, 'ofKey'>;
  /** Only the owner of an installation asks; others wait for the row. */
  owner: Pick<KeyOwnership, 'owns'>;
  clock: Clock;
  random: () => number;
  /** The operator has to look: the token belongs to another team. Told once per install. */
  onProblem(teamId: TeamId, code: string): void;
  /** Who the bot of an installation is is known now: what waited for it is due. */
  onKnown(key: InstallationKey): void;
}

/** One install that is asked about. Replaced by the next install's; what is late about an old one is dropped. */
interface Question {
  key: InstallationKey;
  install: number;
  /** Asked by this node; otherwise the row is waited for. */
  isOurs: boolean;
  failures: number;
  /** `known`: answered, also by a server that names no bot id. Neither that nor `wrong_team` is asked again. */
  state: 'open' | 'known' | 'wrong_team';
  /** Resolves when it is not open any more. */
  closed: PromiseWithResolvers<void>;
  timer: Timer | undefined;
}

/** Asks for every team whose row lacks an id. `observe` returns at once. */
export class TeamIdentifier {
  readonly #deps: TeamIdentifierDeps;
  readonly #questions = new Map<InstallationKey, Question>();
  readonly #queue: Question[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #ending = new AbortController();

  constructor(deps: TeamIdentifierDeps) {
    this.#deps = deps;
  }

  /** Looks at a row that changed. */
  observe({ installation: { key, state, version }, teams }: InstallationView): void {
    // Of an org-wide installation its organization: the bot is the same in all workspaces.
    const team = teams.find(({ teamId }) => isNamedAfter(key, teamId)) ?? teams[0];
    // In doubt nothing is asked: the judge's probe does, and its verdict is the next change of the row.
    const isOurs = this.#deps.owner.owns(key);
    // A server that names no bot id has answered nevertheless, to the node that asked.
    const isKnown = team && (isIdentified(team) || (!isOurs && team.botUserId !== null));
    if (!team || isKnown || !isAnswering(state)) {
      this.#drop(key);
      return;
    }
    const before = this.#questions.get(key);
    if (before?.install === version.install && before.isOurs === isOurs) return;
    this.#drop(key);
    const question: Question = {
      key,
      install: version.install,
      isOurs,
      failures: 0,
      state: 'open',
      closed: Promise.withResolvers(),
      timer: undefined,
    };
    this.#questions.set(key, question);
    if (isOurs) this.#enqueue(question);
  }

  /** Whether nothing may be handed out yet. For the token of another team that stays so until the next install. */
  isAwaited(key: InstallationKey): boolean {
    const question = this.#questions.get(key);
    return question !== undefined && question.state !== 'known';
  }

  /** Resolves when nobody is asked about that installation any more, whatever came of it. May take for ever. */
  async settled(key: InstallationKey): Promise<void> {
    await this.#questions.get(key)?.closed.promise;
  }

  /** Asks nothing more and waits for what is under way. */
  async stop(): Promise<void> {
    this.#ending.abort();
    for (const key of this.#questions.keys()) this.#drop(key);
    await Promise.allSettled(this.#running);
  }

  #drop(key: InstallationKey): void {
    const question = this.#questions.get(key);
    question?.timer?.cancel();
    question?.closed.resolve();
    this.#questions.delete(key);
  }

  #enqueue(question: Question): void {
    this.#queue.push(question);
    this.#next();
  }

  #next(): void {
    while (this.#running.size < LANES) {
      const question = this.#queue.shift();
      if (!question) return;
      if (!this.#isWanted(question)) continue;
      const asking = this.#ask(question).finally(() => {
        this.#running.delete(asking);
        this.#next();
      });
      this.#running.add(asking);
    }
  }

  async #ask(question: Question): Promise<void> {
    const entry = this.#deps.roster.ofKey(question.key);
    if (!entry?.token || !this.#deps.owner.owns(question.key)) return;
    try {
      const refusal = await identifyTeam(this.#deps, entry, this.#ending.signal);
      if (!this.#isWanted(question)) return;
      if (refusal === undefined) this.#tellRoster(question.key, entry);
      this.#settle(question, entry, refusal);
    } catch (error) {
      // The store failed, or the server stops.
      if (!this.#isWanted(question)) return;
      this.#deps.log.warn({ key: question.key, err: error }, 'bot of a team not identified');
      this.#retry(question, 0);
    }
  }

  #settle(question: Question, { team: { teamId } }: RosterEntry, refusal: SlackAnswer | undefined): void {
    if (refusal === undefined) {
      this.#close(question, 'known');
      this.#deps.onKnown(question.key);
      return;
    }
    const { kind } = refusal;
    const why = kind === 'error' ? refusal.code : kind;
    if (why === 'wrong_team') {
      this.#close(question, why);
      this.#deps.onProblem(teamId, why);
      return;
    }
    this.#deps.log.warn({ teamId, why, failures: question.failures }, 'bot of a team not identified yet');
    this.#retry(question, kind === 'limited' ? refusal.retryAfterMs : 0);
  }

  /** The row may have changed for another reason meanwhile, and what is known of the team was made anew without the answer. */
  #tellRoster(key: InstallationKey, { team: { botUserId, botId } }: RosterEntry): void {
    const entry = this.#deps.roster.ofKey(key);
    if (entry) entry.team = { ...entry.team, botUserId, botId };
  }

  #close(question: Question, state: 'known' | 'wrong_team'): void {
    question.state = state;
    question.closed.resolve();
  }

  /** A code that is no proof may last: it is asked about as seldom as anything that nobody answers. */
  #retry(question: Question, floorMs: number): void {
    const backoffMs = steadyBackoffMs(++question.failures, this.#deps.random(), RETRY);
    question.timer = this.#deps.clock.after(Math.min(floorMs, RETRY.maxMs) + backoffMs, () => {
      question.timer = undefined;
      this.#enqueue(question);
    });
  }

  #isWanted(question: Question): boolean {
    return !this.#ending.signal.aborted && question.state === 'open' && this.#questions.get(question.key) === question;
  }
}

function isIdentified({ botUserId, botId }: Team): boolean {
  return botUserId !== null && botId !== null;
}
