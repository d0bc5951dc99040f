/** Joins interactions with the listeners, the teams and whoever is told of what went wrong. */
import type { Bolt } from '../dispatch/bolt.ts';
import { type InteractionFacts, Interactions } from '../dispatch/interactions/interactions.ts';
import type { ListenerWorks } from '../dispatch/listener-works.ts';
import type { UnroutedDeliveries } from '../dispatch/unrouted.ts';
import type { EngineDeps } from '../engine-deps.ts';
import type { BotServerError, ErrorCode } from '../errors.ts';
import type { TeamIdentifier } from '../installation/identify-teams.ts';
import type { Organizations } from '../installation/organizations/organizations.ts';
import { availabilityOf } from '../installation/standing.ts';
import type { Standings } from '../installation/standings.ts';
import type { TokenWaits } from '../installation/token-waits.ts';
import type { Route } from '../slack/delivery/route.ts';

export interface CreateInteractionsDeps
  extends Pick<
    EngineDeps,
    'config' | 'options' | 'roster' | 'hooks' | 'counters' | 'tracing' | 'slackFetch' | 'clock' | 'log'
  > {
  bolt: Pick<Bolt, 'respond'>;
  works: ListenerWorks;
  standings: Pick<Standings, 'of' | 'recheck'>;
  organizations: Pick<Organizations, 'ownerOf' | 'locate'>;
  unrouted: Pick<UnroutedDeliveries, 'noteInteraction'>;
  identifier: Pick<TeamIdentifier, 'settled'>;
  tokenWaits: Pick<TokenWaits, 'settled'>;
  /** Where browsers reach this server. */
  publicUrl(): string;
}

/** The interactions of a server. */
export function createInteractions(deps: CreateInteractionsDeps): Interactions {
  const { roster, standings, organizations, unrouted, identifier, tokenWaits, clock, log } = deps;
  return new Interactions({
    works: deps.works,
    respond(body, call) {
      const listeners = deps.bolt.respond(body, call);
      if (deps.tracing.isOn) deps.tracing.lasts(Promise.race([listeners, endOf(call.work.signal)]));
      return listeners;
    },
    ownerOf: (route) => organizations.ownerOf(route),
    async locate(route: Route, body) {
      const owner = await organizations.locate(route);
      if (!owner.isKnown) unrouted.noteInteraction(body, route);
      return owner;
    },
    availabilityOf: (teamId) => availabilityOf(standings.of(teamId)),
    recheck: async (teamId) => availabilityOf(await standings.recheck(teamId)),
    async started(teamId) {
      const key = roster.team(teamId)?.installation.key;
      if (key !== undefined) await Promise.all([identifier.settled(key), tokenWaits.settled(key)]);
    },
    installUrlOf: (teamId) => installUrlOf(deps, teamId),
    tell: (responseUrl, message) => tell(deps, responseUrl, message),
    onFailure: (facts, error) => reportInteraction(deps, facts, error),
    clock,
    log,
    options: deps.options.interactions,
  });
}

/** Rejects with what ended a run. One whose listeners never settle has an end all the same: its time limit. */
function endOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

async function tell({ slackFetch, log }: CreateInteractionsDeps, url: string, message: object): Promise<void> {
  try {
    const headers = { 'content-type': 'application/json' };
    const response = await slackFetch.fetch(url, { method: 'POST', headers, body: JSON.stringify(message) });
    // An answer that nobody reads keeps its connection, and so the process, open.
    await response.body?.cancel();
  } catch (error) {
    log.warn({ err: error }, 'a person was not told that the app cannot answer');
  }
}

function installUrlOf(deps: CreateInteractionsDeps, teamId: string): string | undefined {
  if (deps.config.slackClientId === undefined) return undefined;
  return `${deps.publicUrl()}/slack/install?team=${encodeURIComponent(teamId)}`;
}

const WHAT_FAILED: Partial<Record<ErrorCode, string>> = {
  ack_missing: 'interaction not acknowledged',
  answer_not_sendable: 'interaction answered in the place of its listener',
};

/** Like a failed event, and with what its author looks for: the command, action_id or callback_id. */
function reportInteraction(
  { hooks, counters, log }: CreateInteractionsDeps,
  facts: InteractionFacts,
  error: BotServerError,
): void {
  counters.interactionsFailed.add(error.code);
  const isAnswer = error.code === 'ack_missing' || error.code === 'answer_not_sendable';
  log.error({ ...facts, err: error }, WHAT_FAILED[error.code] ?? 'interaction failed');
  void hooks.emit('error', { teamId: facts.teamId, where: isAnswer ? 'interaction' : 'listener', error });
}
