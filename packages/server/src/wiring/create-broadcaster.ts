/** Joins broadcasts with the teams: who may post, with which token, through the one fetch. */
import type { BroadcastMessage } from '../broadcast/broadcast.ts';
import { Broadcaster, type MayPost, type PostAnswer } from '../broadcast/broadcaster.ts';
import type { Roster } from '../installation/roster.ts';
import type { Standing } from '../installation/standing.ts';
import type { Logger } from '../observability/logger.ts';
import { auditCancellation } from '../operations/broadcast/audit-cancellation.ts';
import type { Ownership } from '../ownership/ownership.ts';
import type { PaceName } from '../ownership/pace-repository.ts';
import type { CallSlack, SlackAnswer } from '../slack/web-api.ts';
import type { Clock } from '../time/clock.ts';
import type { DrawTurns } from '../time/shared-pace.ts';
import type { Storage } from './create-storage.ts';

export interface CreateBroadcasterDeps {
  storage: Pick<Storage, 'store'>;
  ownership: Ownership;
  readonly turnsOf: (name: PaceName) => DrawTurns | undefined;
  roster: Pick<Roster, 'actorOf'>;
  readonly standingOf: (teamId: string) => Standing;
  callSlack: CallSlack;
  clock: Clock;
  log: Logger;
}

/** After a call that Slack did not answer at all, in milliseconds: the next ones would fail as well. */
const OUTAGE_WAIT_MS = 5_000;

export function createBroadcaster(deps: CreateBroadcasterDeps): Broadcaster {
  const { storage, ownership, standingOf, clock, log } = deps;
  return new Broadcaster({
    store: storage.store,
    ownership,
    audited: (id, cancel) => auditCancellation({ store: storage.store, clock }, id, cancel),
    draw: deps.turnsOf('broadcast'),
    mayPost: (teamId) => mayPost(standingOf(teamId)),
    post: (teamId, message) => post(deps, teamId, message),
    clock,
    log,
  });
}

function mayPost(standing: Standing): MayPost {
  switch (standing.kind) {
    case 'acting':
      return { kind: 'now' };
    case 'awaiting':
      return { kind: 'later', why: standing.what };
    case 'paused':
      return { kind: 'later', why: standing.why };
    case 'gone':
      return { kind: 'never', why: standing.why };
  }
}

async function post(
  { roster, callSlack }: CreateBroadcasterDeps,
  teamId: string,
  { channel, text, blocks }: BroadcastMessage & { channel: string },
): Promise<PostAnswer> {
  const actor = roster.actorOf(teamId);
  if (!actor) return { kind: 'unanswered', reason: 'not_active', waitMs: 0 };
  const args = {
    channel,
    ...(text !== undefined && { text }),
    ...(blocks && { blocks: JSON.stringify(blocks) }),
    ...(actor.teamId !== null && { team_id: actor.teamId }),
  };
  return answerOf(await callSlack('chat.postMessage', { purpose: 'call', token: actor.botToken, args }));
}

/** Of a server that is only compatible with Slack it may be missing: posted is posted all the same. */
const textIn = (value: unknown) => (typeof value === 'string' ? value : null);

function answerOf(answer: SlackAnswer): PostAnswer {
  switch (answer.kind) {
    case 'ok':
      return { kind: 'posted', channel: textIn(answer.body.channel), ts: textIn(answer.body.ts) };
    case 'error':
      return { kind: 'refused', code: answer.code };
    case 'limited':
      return { kind: 'unanswered', reason: 'ratelimited', waitMs: 0, teamWaitMs: answer.retryAfterMs };
    case 'refused':
      return { kind: 'unanswered', reason: answer.reason, waitMs: 0 };
    case 'failed':
      return { kind: 'unanswered', reason: answer.reason, waitMs: OUTAGE_WAIT_MS };
  }
}
