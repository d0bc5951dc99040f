/**
 * From a grant to rows: who the token is, whether the hook lets the team in, one write, then the news. Everything before
 * the write leaves the rows as they were. Grants of one team go through one at a time, in the order of their exchanges,
 * so that the newest token is what stays (P3) and a refused grant never revokes the token of one that was let in.
 */
import type { InstallingFacts } from '../events.ts';
import type { ProbeIdentity } from '../slack/signal.ts';
import { classify } from '../slack/verdict.ts';
import { KeyedQueues } from '../time/keyed-queues.ts';
import { type InstallDeps, installDefaults } from './install-deps.ts';
import type { InstallResult } from './install-result.ts';
import { type Grant, type GrantIdentity, installInputOf } from './oauth-grant.ts';

type Identification = { kind: 'known'; identity: ProbeIdentity | null } | { kind: 'failed'; result: InstallResult };

/** A grant with what its link carried for the hooks; null when it carried nothing. */
export type LinkedGrant = Grant & { metadata: string | null };

/** Admits grants. Rejects only when the store fails or for a bug; everything else is a result. */
export type Admit = (grant: LinkedGrant) => Promise<InstallResult>;

/** Builds the admission of grants. */
export function createAdmission(deps: InstallDeps): Admit {
  const { verdicts } = { ...installDefaults, ...deps.options };
  const queues = new KeyedQueues<string>();

  async function admit(grant: LinkedGrant): Promise<InstallResult> {
    const identification = await identify(grant);
    if (identification.kind === 'failed') return identification.result;
    const { identity } = identification;
    const known = await deps.installations.find(grant.teamId);
    const facts = factsOf(grant, identity, known?.installation.state.kind);
    const answer = await deps.runInstalling(facts);
    if (!answer.allowed) return await refuse(grant, facts, answer.message);
    return await store(grant, identity, facts);
  }

  /** A grant whose token cannot be asked right now is stored all the same: a later probe fills what is missing. */
  async function identify(grant: Grant): Promise<Identification> {
    const { teamId, teamName } = grant;
    const answer = await deps.identify(grant.bot.token);
    const expectedAppId = await deps.expectedAppId();
    const identity = answer.kind === 'ok' ? answer.identity : null;
    if (answer.kind === 'error' && isDead(answer.code)) {
      return { kind: 'failed', result: { kind: 'token_dead', teamId, teamName, slackError: answer.code } };
    }
    if (answer.kind !== 'ok') deps.log.warn({ teamId, ...answer }, 'new token not identified yet');
    if (identity && !isOf(grant, identity)) return { kind: 'failed', result: { kind: 'wrong_team' } };
    const appId = identity?.appId ?? grant.appId;
    if (expectedAppId !== null && appId !== null && appId !== expectedAppId) {
      return { kind: 'failed', result: { kind: 'wrong_app' } };
    }
    return { kind: 'known', identity };
  }

  function isDead(code: string): boolean {
    const verdict = classify(code, 'probe', verdicts);
    return verdict === 'terminal' || verdict === 'refreshable';
  }

  async function refuse(grant: Grant, facts: InstallingFacts, message?: string | null): Promise<InstallResult> {
    const { teamId, teamName } = facts;
    // Asked again: another node may have let the team in while the hook ran. A re-install must not be revoked, because
    // Slack may have granted the very token that the earlier installation works with.
    const wasInstalled = (await deps.installations.find(teamId)) !== undefined;
    if (!wasInstalled) await revoke(grant);
    return { kind: 'refused', teamId, teamName, message: message || null, wasInstalled };
  }

  /** Best effort: the person reads that Slack was asked. */
  async function revoke({ teamId, bot, user }: Grant): Promise<void> {
    // Where tokens rotate, a revoked one leaves the app in the workspace (docs.slack.dev/authentication/using-token-rotation).
    if (bot.refreshToken && (await isDone(teamId, deps.uninstall(bot.token)))) return;
    for (const granted of [bot, user]) {
      if (granted) await isDone(teamId, deps.revoke(granted.token));
    }
  }

  async function isDone(teamId: string, asked: ReturnType<InstallDeps['revoke']>): Promise<boolean> {
    try {
      const { kind, ...answer } = await asked;
      if (kind === 'ok') return true;
      deps.log.warn({ teamId, kind, ...('code' in answer ? { code: answer.code } : {}) }, 'refused grant not revoked');
    } catch (error) {
      deps.log.warn({ teamId, err: error }, 'refused grant not revoked');
    }
    return false;
  }

  async function store(
    grant: LinkedGrant,
    identity: ProbeIdentity | null,
    facts: InstallingFacts,
  ): Promise<InstallResult> {
    const { outcome, installation } = await deps.installations.recordInstall({
      ...installInputOf(grant, identity),
      metadata: grant.metadata,
    });
    if (identity) await deps.botName.note(identity);
    const { key, version } = installation;
    const { teamId, teamName, userId } = facts;
    try {
      deps.notify({ outcome, key, version, teamId, teamName, userId });
    } catch (error) {
      deps.log.error({ teamId, err: error }, 'install notice failed');
    }
    return { kind: outcome, teamId, teamName, ...(grant.isOrgWide && { isOrgWide: true }) };
  }

  return (grant) => queues.add(grant.teamId, () => admit(grant));
}

/** Whether the token is of whom the grant names; auth.test of an org-wide one tells the organization, with or without a team. */
function isOf({ teamId, isOrgWide }: Grant, identity: ProbeIdentity): boolean {
  if (isOrgWide) return (identity.enterpriseId ?? teamId) === teamId;
  return identity.teamId === null || identity.teamId === teamId;
}

function factsOf(grant: LinkedGrant, identity: GrantIdentity | null, stateBefore: string | undefined): InstallingFacts {
  const notActive = stateBefore === undefined ? 'install' : 'reactivate';
  return {
    teamId: grant.teamId,
    teamName: identity?.teamName ?? grant.teamName,
    enterpriseId: grant.enterpriseId ?? identity?.enterpriseId ?? null,
    appId: identity?.appId ?? grant.appId,
    botUserId: identity?.botUserId ?? grant.botUserId,
    scopes: grant.bot.scopes,
    userId: grant.userId,
    intent: stateBefore === 'active' ? 'reinstall' : notActive,
    metadata: grant.metadata ?? undefined,
    ...(grant.incomingWebhook && { incomingWebhook: grant.incomingWebhook }),
  };
}
