/** What helps, where something does: of what Slack answered to the listeners, and of a team that gets nothing just now. Pure. */
import type { CallFact } from '../../history/fact.ts';
import { isAnswering } from '../../team/installation.ts';
import type { EventEvidence, Outcome } from './evidence.ts';
import { tellTeam } from './tell-team.ts';

/** Undefined where the sentences say all. */
export function adviceOn({ facts, team, teamId }: EventEvidence, outcome: Outcome, nowMs: number): string | undefined {
  switch (outcome) {
    case 'handled':
    case 'failed':
    case 'retrying': {
      const calls = facts.findLast(({ kind }) => kind === 'handled' || kind === 'failed')?.details.calls ?? [];
      return adviceOnCalls(calls);
    }
    case 'waiting':
    case 'dropped':
      if (!team || teamId === null || isAnswering(team.installation.state)) return undefined;
      return tellTeam({ teamId, view: team, timeline: [], connection: undefined }, nowMs).advice ?? undefined;
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
  const failed = calls.findLastIndex(({ result }) => ADVICE[result] !== undefined);
  const call = calls[failed];
  if (!call || calls.slice(failed).some(({ method, result }) => method === call.method && result === 'ok'))
    return undefined;
  return ADVICE[call.result]?.(call);
}

const unanswered = ({ method }: CallFact) =>
  `Slack did not answer ${method}, so it is not known whether that took effect. https://slack-status.com says whether Slack has trouble.`;

const ADVICE: Readonly<Record<string, (call: CallFact) => string>> = {
  error: ({ method, code }) =>
    code === undefined
      ? `${method} was refused without a code of Slack's: a proxy before it, or another server behind SLACK_API_URL, may have answered.`
      : (REFUSALS[code]?.(method) ??
        `Slack refused ${method} with ${code}: https://docs.slack.dev/reference/methods/${method} says what that means.`),
  rate_limited: ({ method }) =>
    `Slack limited ${method}: \`slack-bot-server limits\` says how often, and until when. Let the bot post less at a time.`,
  server_error: unanswered,
  malformed: ({ method }) =>
    `What came back from ${method} was no answer of Slack's: a proxy or a portal before it, or another server behind SLACK_API_URL, may have answered.`,
  timeout: unanswered,
  unreachable: unanswered,
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
