/** Whether Slack would send such a message at all: is the bot in the conversation, has it the scope, is it subscribed? Pure. */
import { type Absence, type Look, likely, proved } from './absence.ts';
import type { ConversationKind } from './ask-slack.ts';
import type { Check, Sentence } from './evidence.ts';
import { when } from './words.ts';

/** @param isExplained Something else is proved to be the cause: then a guess helps nobody. */
export function causesAtSlack(absence: Absence, { isExplained = false } = {}): Look {
  const { slack } = absence;
  if (slack.isMember === undefined && slack.refused === undefined && !slack.scopes) return { causes: [], checks: [] };
  const gone = removal(absence);
  if (gone) return gone;
  const looks = [membership(absence), scope(absence)];
  const found = { causes: looks.flatMap(({ causes }) => causes), checks: looks.flatMap(({ checks }) => checks) };
  // What is there needs no other explanation.
  if (found.causes.length > 0 || isExplained) return found;
  const more = subscription(absence);
  return { causes: more.causes, checks: [...found.checks, ...more.checks] };
}

/** What Slack says to the token about the whole installation; the judge takes the same codes for proof once it has asked itself. */
function removal({ slack: { refused, verdict }, channel, team }: Absence): Look | undefined {
  if (!team?.view || verdict === undefined) return undefined;
  const { teamId, view } = team;
  const what =
    verdict === 'removed' ? 'the app is no longer installed there' : 'its organization does not let the app work there';
  return {
    causes: [
      likely(`Slack answers ${refused} to the token of team ${teamId}: ${what}, and Slack sends nothing of it.`),
    ],
    checks: [{ check: `conversations.info of ${channel}`, result: `${refused}` }],
    advice: `slack-bot-server teams probe ${view.installation.key} lets the server ask Slack, and act on the answer.`,
  };
}

function membership({ slack, channel }: Absence): Look {
  const check = `conversations.info of ${channel}`;
  const { isMember, refused } = slack;
  if (isMember === true) return { causes: [], checks: [{ check, result: 'the bot is in it' }] };
  if (isMember === false) {
    const text =
      refused === undefined
        ? `The bot is not in the conversation ${channel} now, and Slack sends it nothing of others: invite it there.`
        : `Slack shows the bot no conversation ${channel} (${refused}): it is not in it now, or the link is of another workspace. Invite it there.`;
    return { causes: [proved(text)], checks: [{ check, result: refused ?? 'is_member: false' }] };
  }
  const result =
    refused === 'missing_scope'
      ? 'unknown: missing_scope (channels:read, groups:read, im:read or mpim:read)'
      : `unknown: ${refused ?? 'not asked'}`;
  return { causes: [], checks: [{ check, result }] };
}

/** (https://docs.slack.dev/reference/events/message) */
function scope({ slack, channel, processes }: Absence): Look {
  const { scopes } = slack;
  const isRtm = processes.some(({ transport }) => transport === 'rtm');
  if (!scopes || isRtm) return { causes: [], checks: [] };
  const kinds = kindsOf(slack.kind, channel);
  const needed = kinds.map((kind) => `${kind}:history`);
  const checks: Check[] = [{ check: 'scopes of the token (x-oauth-scopes)', result: scopes.join(', ') }];
  if (needed.some((one) => scopes.includes(one))) return { causes: [], checks };
  const mentions = scopes.includes('app_mentions:read') ? ' It hears only where it is mentioned.' : '';
  const text = `The token has no scope ${needed.join(' or ')}, without which Slack sends the bot no messages of such a conversation.${mentions} Add it to SLACK_SCOPES and to the settings of the app; the team gets it when it installs again.`;
  return { causes: [likely(text)], checks };
}

function subscription({ slack, channel, processes, sentAtMs, nowMs, team }: Absence): Look {
  if (processes.some(({ transport }) => transport === 'rtm')) return { causes: [], checks: [] };
  const events = kindsOf(slack.kind, channel).map((kind) => `message.${kind}`);
  const answers = processes.flatMap(({ answer }) => answer ?? []);
  const [last] = answers.flatMap(({ ofChannel }) => ofChannel ?? []).sort((a, b) => b.atMs - a.atMs);
  const check = `messages of ${channel} that are remembered`;
  if (last) {
    const at = when(last.atMs, nowMs);
    const result = `the last one came at ${at}: the subscription was there at that time`;
    const text = `The last message of ${channel} that is remembered came at ${at}, before this one: the subscription to ${events.join(' or ')} may have been removed since. Event Subscriptions in the settings of the app say whether it is there.`;
    const isBefore = last.atMs < sentAtMs;
    return { causes: isBefore ? [{ text, certainty: 'unknown', atMs: last.atMs }] : [], checks: [{ check, result }] };
  }
  // Of a time that nobody remembers, or of a team that was not here, it says nothing that no message is remembered.
  const remembers = answers.some(({ reach }) => reach.sinceMs <= sentAtMs);
  if (!remembers || !team?.view) return { causes: [], checks: [{ check, result: 'none' }] };
  if (slack.refused === 'missing_scope')
    return { causes: [likely(unseen(channel))], checks: [{ check, result: 'none' }] };
  const causes: Sentence[] =
    slack.isMember === true
      ? [
          likely(
            `The app is not subscribed to ${events.join(' or ')}: the bot is in the conversation and has the scope, and no process remembers a message of it. Check Event Subscriptions in the settings of the app; slack-bot-server manifest check compares them with what the bot listens for.`,
          ),
        ]
      : [];
  return { causes, checks: [{ check, result: 'none' }] };
}

function unseen(channel: string): string {
  return `The bot is not in the conversation ${channel}, or the app is not subscribed to its messages. Invite the bot there; with a scope such as channels:read Slack could be asked whether it is there.`;
}

/** By what Slack says, else by the first letter of its id, which for C… and G… says less. */
function kindsOf(kind: ConversationKind | undefined, channel: string): ConversationKind[] {
  if (kind) return [kind];
  if (channel.startsWith('D')) return ['im'];
  return channel.startsWith('G') ? ['groups', 'mpim'] : ['channels', 'groups'];
}
