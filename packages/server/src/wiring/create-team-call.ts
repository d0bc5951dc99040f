/**
 * How an operator calls Slack with a team's token, beside a running server or without one. The row is read for each call, so that it is
 * as true as a row can be, and nothing is sent twice: who asks sees the answer and decides.
 */
import type { Config } from '../config/config.ts';
import { BotServerError } from '../errors.ts';
import { isAboutTheGrant } from '../judge/probe-answer.ts';
import type { CallAsTeam, OperationContext } from '../operations/operation-context.ts';
import { createEgress } from '../slack/proxy.ts';
import { createSlackFetch } from '../slack/slack-fetch.ts';
import { classify } from '../slack/verdict.ts';
import { createCallSlack, type SlackAnswer } from '../slack/web-api.ts';
import { type InstallationKey, isAnswering } from '../team/installation.ts';
import type { Installations, InstallationView } from '../team/installations.ts';
import type { Clock } from '../time/clock.ts';

export interface TeamCallDeps {
  config: Pick<Config, 'httpsProxy' | 'noProxy' | 'slackApiUrl' | 'slackVerdicts'>;
  installations: Installations;
  clock: Clock;
  random: () => number;
}

/** An answer that raises doubt makes the server that owns the team probe it: a request in its row, because this process judges nothing. */
export function createTeamCalls(
  deps: TeamCallDeps,
): Pick<OperationContext, 'callAsTeam' | 'askAsTeam' | 'scopesAtSlack' | 'refusalOf'> {
  const refusalOf: OperationContext['refusalOf'] = (code) => {
    const verdict = classify(code, 'call', deps.config.slackVerdicts);
    if (verdict === 'suspended') return verdict;
    return verdict === 'terminal' ? 'removed' : undefined;
  };
  const callAsTeam = createTeamCall(deps, (key) => deps.installations.setRequest(key, 'probe'));
  const askAsTeam = createTeamCall(deps, () => Promise.resolve());
  return { callAsTeam, askAsTeam, scopesAtSlack: createScopesCall(deps), refusalOf };
}

function createTeamCall(
  { config, installations, clock, random }: TeamCallDeps,
  onDoubt: (key: InstallationKey) => Promise<unknown>,
): CallAsTeam {
  const { slackApiUrl: apiUrl } = config;
  const egress = createEgress(config, clock);
  return async (teamId, method, args) => {
    const { token, sent, ofTeam } = await mayAct(installations, teamId, clock.now());
    let isDoubtful = false;
    const slackFetch = createSlackFetch({
      apiUrl,
      lookup: () => ({ pass: true, credential: sent }),
      report({ code, source }) {
        if (isAboutTheGrant(classify(code, source, config.slackVerdicts))) isDoubtful = true;
      },
      clock,
      random,
      ...(egress ? { fetch: egress.fetch } : {}),
      options: { retries: 0 },
    });
    const form = { ...ofTeam, ...formOf(args) };
    const answer = await createCallSlack(slackFetch, apiUrl)(method, { purpose: 'call', token, args: form });
    if (isDoubtful) await onDoubt(sent.key);
    return bodyOf(answer, { teamId, method });
  };
}

/** Slack names them in a header of each answer to a token. (https://docs.slack.dev/authentication/installing-with-oauth) */
function createScopesCall({ config, installations, clock, random }: TeamCallDeps): OperationContext['scopesAtSlack'] {
  const { slackApiUrl: apiUrl } = config;
  const egress = createEgress(config, clock);
  return async (teamId) => {
    const { token, sent } = await mayAct(installations, teamId, clock.now());
    const slackFetch = createSlackFetch({
      apiUrl,
      lookup: () => ({ pass: true, credential: sent, silent: true }),
      report: () => {},
      clock,
      random,
      ...(egress ? { fetch: egress.fetch } : {}),
      options: { retries: 0 },
    });
    const init = { method: 'POST', headers: { authorization: `Bearer ${token}` }, redirect: 'error' as const };
    const { response } = await slackFetch.send(`${apiUrl}auth.test`, init, 'call');
    return response.headers
      .get('x-oauth-scopes')
      ?.split(',')
      .map((scope) => scope.trim());
  };
}

async function mayAct(installations: Installations, teamId: string, nowMs: number) {
  const view = await installations.findByTeam(teamId);
  if (!view) {
    throw new BotServerError('installation_not_found', `No installation for team ${teamId}`, { facts: { teamId } });
  }
  const { key, isEnterprise, version } = view.installation;
  requireAnswering(view, teamId);
  const credential = await installations.botCredential(key);
  if (!credential) throw notActive(teamId, `Team ${teamId} has granted no bot token`);
  if (credential.expiresAtMs !== null && credential.expiresAtMs <= nowMs) {
    const message = `The token of team ${teamId} has expired, and only a running server refreshes it`;
    throw new BotServerError('token_expired', message, { facts: { teamId } });
  }
  const sent = { key, kind: 'bot' as const, userId: '', version };
  // Tokens of org-wide installations need to be told for which workspace they speak.
  const ofTeam: Record<string, string> = isEnterprise && teamId !== key ? { team_id: teamId } : {};
  return { token: credential.token, sent, ofTeam };
}

function requireAnswering({ installation, teams, strays = [] }: InstallationView, teamId: string): void {
  if (strays.some((team) => team.teamId === teamId)) {
    const message = `The row of team ${teamId} was changed in the database`;
    throw new BotServerError('team_row_changed', message, { facts: { teamId } });
  }
  const { state } = installation;
  if (!isAnswering(state)) {
    const words = state.kind === 'active' ? 'in doubt: Slack is asked about it' : state.kind;
    throw notActive(teamId, `Team ${teamId} is ${words}`);
  }
  if (teams.find((team) => team.teamId === teamId)?.access === 'revoked') {
    throw notActive(teamId, `The organization ${installation.key} has not let the app into team ${teamId}`);
  }
}

function notActive(teamId: string, message: string): BotServerError {
  return new BotServerError('installation_not_active', message, { facts: { teamId } });
}

/** Slack takes a form for every method; what is no text goes as JSON. */
function formOf(args: Readonly<Record<string, unknown>>): Record<string, string> {
  const fields = Object.entries(args).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(
    fields.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

function bodyOf(answer: SlackAnswer, facts: { teamId: string; method: string }): Record<string, unknown> {
  switch (answer.kind) {
    case 'ok':
    case 'error':
      return answer.body;
    case 'limited': {
      const { retryAfterMs } = answer;
      const message = `Slack asks to wait ${Math.ceil(retryAfterMs / 1_000)} s before ${facts.method} is called again`;
      throw new BotServerError('rate_limited', message, { facts: { ...facts, retryAfterMs } });
    }
    case 'failed':
    case 'refused': {
      const message = `${facts.method} was not answered (${answer.reason}); whether Slack did it is not known`;
      throw new BotServerError('slack_unreachable', message, { facts, fix: UNANSWERED });
    }
  }
}

/** A call that somebody asked for is not made again by itself. */
const UNANSWERED =
  'Let this machine reach Slack (firewall, DNS, HTTPS_PROXY, SLACK_API_URL); before the call is made again, see in Slack whether it was done.';
