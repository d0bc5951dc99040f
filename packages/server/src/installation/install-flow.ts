/**
 * The two ends of a visit to Slack's Allow page. `begin` sends the browser there; `complete` turns what comes back into
 * rows, or into a result that says why not. Every end is a value: pages are http's business, rows the repository's.
 *
 *   state ok? → not too many? → store ok? → claim the state → exchange the code → admit the grant → remember the result
 *                              └─ claimed before: wait for the first request's result and show that
 */
import { createHash } from 'node:crypto';
import { isBotServerError } from '../errors.ts';
import { summedUp } from '../time/summed.ts';
import { createAdmission } from './install-admission.ts';
import { type InstallDeps, installDefaults } from './install-deps.ts';
import { InstallLimits } from './install-limits.ts';
import { type InstallResult, parseInstallResult } from './install-result.ts';
import { type GrantReading, readGrantV1 } from './oauth-grant.ts';
import { readGrantV2 } from './oauth-grant-v2.ts';
import { createOAuthStates, type StateCheck } from './oauth-state.ts';

/** How often a waiting request looks whether the first one has finished. */
const POLL_MS = 200;

/** Longer ones are no codes of Slack. */
const MAX_CODE_LENGTH = 1_024;

/** Slack's words for a code that was used, has expired or never was one. */
const REJECTED_CODES = new Set(['invalid_code', 'code_already_used', 'code_expired']);

/** What a browser brings along. `cookie` is the whole Cookie header. */
export interface InstallVisit {
  cookie: string | undefined;
  /** Preselects a workspace on Slack's page. */
  team?: string | undefined;
  /** For the hooks; see install-metadata.ts for what it may be. */
  metadata?: string | undefined;
}

/** What a browser brings back from Slack. */
export interface InstallReturn {
  cookie: string | undefined;
  query: Readonly<Record<string, string | undefined>>;
  /** Whose visit it is; installs are bounded by it. @defaultValue one that all share who have none */
  address?: string;
}

/** The install flow of one Slack app. */
export interface InstallFlow {
  /** Where to send the browser, and the Set-Cookie header to send along. */
  begin(visit: InstallVisit): { url: string; setCookie: string };
  /** Ends a visit. Never rejects; takes as long as Slack and the `installing` hook do. */
  complete(back: InstallReturn): Promise<InstallResult>;
  /** The metadata with which the visit of this state began, for a link that starts again; undefined for a forged state. */
  metadataOf(state: string | undefined): string | undefined;
  /** How many installs are half done. */
  readonly running: number;
  /** Resolves when no install is half done, also those whose browser has gone; wait for it before the store is closed. */
  settled(): Promise<void>;
}

/**
 * Builds the install flow.
 * @example
 * const { url, setCookie } = flow.begin({ cookie: request.headers.cookie });
 * const result = await flow.complete({ cookie: request.headers.cookie, query: { code, state } });
 */
export function createInstallFlow(deps: InstallDeps): InstallFlow {
  const { clock, log, options } = deps;
  const { waitMs, oauth, userScopes, takesOrganizations, isPkce, limits: bounds } = { ...installDefaults, ...options };
  const publicUrl = new URL(options.publicUrl);
  const basePath = publicUrl.pathname.replace(/\/+$/, '');
  const redirectUri = `${publicUrl.origin}${basePath}/slack/oauth_redirect`;
  const states = createOAuthStates({
    stateKey: options.stateKey,
    cookiePath: `${basePath}/slack`,
    isSecure: publicUrl.protocol === 'https:',
    clock,
  });
  const admit = createAdmission(deps);
  const running = new Set<Promise<unknown>>();
  const limits = new InstallLimits(clock, bounds);
  const noteTurnedAway = summedUp(clock, (count) =>
    log.warn({ count }, 'installs turned away: too many at once; if all come by one proxy, set TRUST_PROXY'),
  );
  const noteRejectedCode = summedUp<InstallResult>(clock, (count, result) =>
    log.warn({ ...logFactsOf(result), count }, 'install finished'),
  );

  function begin({ cookie, team, metadata }: InstallVisit): { url: string; setCookie: string } {
    const { state, setCookie, verifier } = states.issue(cookie, metadata);
    const url = new URL(options.authorizeUrl);
    url.searchParams.set('client_id', options.clientId);
    url.searchParams.set('scope', options.scopes.join(','));
    if (userScopes.length > 0) url.searchParams.set('user_scope', userScopes.join(','));
    url.searchParams.set('redirect_uri', redirectUri);
    url.searchParams.set('state', state);
    if (isPkce) {
      url.searchParams.set('code_challenge', createHash('sha256').update(verifier).digest('base64url'));
      url.searchParams.set('code_challenge_method', 'S256');
    }
    if (team !== undefined && isTeamId(team)) url.searchParams.set('team', team);
    return { url: url.href, setCookie };
  }

  async function complete({ cookie, query, address = 'unknown' }: InstallReturn): Promise<InstallResult> {
    // Cancel changes nothing, so it is believed without a state: a person who thought for eleven minutes did cancel.
    if (query.error === 'access_denied') return { kind: 'cancelled' };
    const check = states.verify(query.state, cookie);
    if (check.kind !== 'valid') return { kind: `state_${check.kind}` };
    if (query.error) return { kind: 'slack_error', slackError: codeWord(query.error) };
    if (!query.code || query.code.length > MAX_CODE_LENGTH) return { kind: 'code_missing' };
    const entrance = limits.enter(address);
    if (entrance.kind === 'refused') {
      noteTurnedAway();
      return { kind: 'too_many', retryAfterMs: entrance.retryAfterMs };
    }
    return await track(completeOnce(check, query.code).finally(entrance.leave));
  }

  function track<T>(work: Promise<T>): Promise<T> {
    running.add(work);
    return work.finally(() => running.delete(work));
  }

  /** The first request with a state does the work, every other one shows its result. */
  async function completeOnce(state: ValidState, code: string): Promise<InstallResult> {
    const { hash: stateHash } = state;
    const giveUpAtMs = clock.monotonic() + waitMs;
    for (;;) {
      const claim = await claimUse(stateHash);
      if (claim === undefined) return { kind: 'store_unavailable', isCodeSpent: false };
      if (claim.claimed) return await finishUse(stateHash, await install(code, state));
      if (claim.result !== null && claim.result !== undefined) return readResult(claim.result);
      if (clock.monotonic() >= giveUpAtMs) return { kind: 'in_progress' };
      await clock.sleep(POLL_MS);
    }
  }

  async function claimUse(stateHash: string) {
    try {
      await deps.checkStore();
      return await deps.uses.claim(stateHash);
    } catch (error) {
      log.error({ err: error }, 'install not begun: store unavailable');
      return undefined;
    }
  }

  async function finishUse(stateHash: string, result: InstallResult): Promise<InstallResult> {
    // Anybody can make up codes.
    if (result.kind === 'code_rejected') noteRejectedCode(result);
    else log[isSuccess(result) ? 'info' : 'warn'](logFactsOf(result), 'install finished');
    try {
      await deps.uses.finish(stateHash, result);
    } catch (error) {
      log.error({ err: error }, 'install result not remembered');
    }
    return result;
  }

  async function install(code: string, state: ValidState): Promise<InstallResult> {
    try {
      return await exchangeAndAdmit(code, state);
    } catch (error) {
      log.error({ err: error }, 'install failed');
      if (isBotServerError(error, 'store_unavailable')) return { kind: 'store_unavailable', isCodeSpent: true };
      if (isBotServerError(error, 'value_refused')) return { kind: 'value_refused' };
      return { kind: 'unexpected' };
    }
  }

  async function exchangeAndAdmit(code: string, { metadata, verifier }: ValidState): Promise<InstallResult> {
    const nowMs = clock.now();
    const answer = await deps.exchange(code, redirectUri, isPkce ? verifier : undefined);
    if (answer.kind === 'error') {
      const kind = REJECTED_CODES.has(answer.code) ? 'code_rejected' : 'slack_error';
      return { kind, slackError: codeWord(answer.code) };
    }
    if (answer.kind !== 'ok') {
      log.warn({ ...answer }, 'code not exchanged');
      return { kind: 'slack_unreachable' };
    }
    const reading = readGrant(answer.body, nowMs);
    if (reading.kind === 'org_wide') return { kind: 'org_wide' };
    if (reading.kind === 'grant' && reading.grant.isOrgWide && !takesOrganizations) return { kind: 'org_wide' };
    if (reading.kind === 'incomplete') return { kind: 'grant_incomplete', missing: reading.missing };
    return await admit({ ...reading.grant, metadata: metadata ?? null });
  }

  function readGrant(body: Record<string, unknown>, nowMs: number): GrantReading {
    return oauth === 'v2' ? readGrantV2(body, { nowMs }) : readGrantV1(body);
  }

  return {
    begin,
    complete,
    metadataOf: (state) => states.metadataOf(state),
    get running() {
      return running.size;
    },
    async settled() {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

type ValidState = Extract<StateCheck, { kind: 'valid' }>;

function readResult(stored: unknown): InstallResult {
  // Written by a version with other words: all that is certain is that the code was used.
  return parseInstallResult(stored) ?? { kind: 'code_rejected', slackError: 'code_already_used' };
}

function isTeamId(text: string): boolean {
  return /^[A-Z0-9]{1,32}$/.test(text);
}

/** An error code as Slack spells them; the query of a redirect can hold anything. */
function codeWord(text: string): string {
  return /^[a-z0-9_]{1,64}$/.test(text) ? text : 'unknown_error';
}

function isSuccess(result: InstallResult): boolean {
  return result.kind === 'installed' || result.kind === 'reinstalled' || result.kind === 'reactivated';
}

/** The hook's message and the team's name are for the page, not for the log. */
function logFactsOf(result: InstallResult): object {
  const { kind, ...rest } = result;
  const facts: Record<string, unknown> = { result: kind };
  if ('teamId' in rest) facts.teamId = rest.teamId;
  if ('slackError' in rest) facts.slackError = rest.slackError;
  if ('missing' in rest) facts.missing = rest.missing;
  return facts;
}
