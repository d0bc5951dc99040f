/** What helps, where something does: of what Slack answered to the listeners, and of a team that gets nothing just now. Pure. */

import { errorFixes } from '../../errors.ts';
import type { CallFact } from '../../history/fact.ts';
import { isAnswering } from '../../team/installation.ts';
import type { InstallationView } from '../../team/installations.ts';
import type { EventEvidence, Outcome } from './evidence.ts';
import { tellTeam } from './tell-team.ts';

/** Undefined where the sentences say all. */
export function adviceOn({ facts, team, teamId }: EventEvidence, outcome: Outcome, nowMs: number): string | undefined {
  const ofCalls = () =>
    adviceOnCalls(facts.findLast(({ kind }) => kind === 'handled' || kind === 'failed')?.details.calls ?? []);
  const ofTeam = (view: InstallationView) =>
    teamId === null
      ? undefined
      : (tellTeam({ teamId, view, timeline: [], connection: undefined }, nowMs).advice ?? undefined);
  switch (outcome) {
    case 'failed':
      // Before it is active again nothing else helps.
      return team?.installation.state.kind === 'inactive' ? ofTeam(team) : ofCalls();
    case 'handled':
    case 'retrying':
      return ofCalls();
    case 'waiting':
    case 'dropped':
      return !team || isAnswering(team.installation.state) ? undefined : ofTeam(team);
    case 'discarded':
    case 'done':
    case 'lost':
    case 'never_arrived':
    case 'not_taken':
    case 'own_message':
    case 'refused':
    case 'running':
    case 'team':
    case 'unknown':
    case 'unmatched':
      return undefined;
  }
}

/** Of the last call that did not succeed, unless the same was tried again and did. */
function adviceOnCalls(calls: readonly CallFact[]): string | undefined {
  const failed = calls.findLastIndex((call) => entryOf(ADVICE, call.result)?.(call) !== undefined);
  const call = calls[failed];
  if (!call || calls.slice(failed).some(({ method, result }) => method === call.method && result === 'ok'))
    return undefined;
  return entryOf(ADVICE, call.result)?.(call);
}

/** Codes come from Slack, or from a server that is only compatible with it. */
function entryOf<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

const unanswered = ({ method }: CallFact) =>
  `Slack did not answer ${method}, so it is not known whether that took effect. https://slack-status.com says whether Slack has trouble.`;

const ADVICE: Readonly<Record<string, (call: CallFact) => string | undefined>> = {
  error: ({ method, code }) =>
    code === undefined
      ? `${method} was refused without a code of Slack's: a proxy before it, or another server behind SLACK_API_URL, may have answered.`
      : (entryOf(REFUSALS, code)?.(method) ??
        `Slack refused ${method} with ${code}: https://docs.slack.dev/reference/methods/${method} says what that means.`),
  rate_limited: ({ method }) =>
    `Slack limited ${method}: \`slack-bot-server limits\` says how often, and until when. Let the bot post less at a time.`,
  refused: ({ method, code }) => {
    const fix = entryOf(UNSENT, code ?? '');
    return fix && `${method} was not sent. ${fix}`;
  },
  server_error: unanswered,
  malformed: ({ method }) =>
    `What came back from ${method} was no answer of Slack's: a proxy or a portal before it, or another server behind SLACK_API_URL, may have answered.`,
  timeout: unanswered,
  unreachable: unanswered,
};

/** Of what was not sent. The other codes are of what was to stop, or runs again elsewhere. */
const UNSENT: Readonly<Record<string, string>> = {
  credential_superseded: errorFixes.credential_superseded,
  installation_not_active: errorFixes.installation_not_active,
  token_expired: errorFixes.token_expired,
  user_token_revoked: errorFixes.user_token_revoked,
};

const notThere = (method: string) =>
  `Slack refused ${method} because the bot is not in that conversation, or there is none with that id: invite the bot there.`;

const REFUSALS: Readonly<Record<string, (method: string) => string>> = {
  not_in_channel: notThere,
  channel_not_found: notThere,
  is_archived: (method) => `Slack refused ${method} because the conversation is archived.`,
  missing_scope: (method) =>
    `Slack refused ${method} because the token lacks a scope: \`slack-bot-server doctor\` says which. Add it to SLACK_SCOPES and to the settings of the app; the team gets it when it installs again.`,
};
