/**
 * Whether an event is of this app's own doing through another installation: a channel that two workspaces share shows each
 * bot what the other one says, and a bot that answers everything would answer itself for ever. What the team's own bot does
 * Bolt leaves out by itself. Pure.
 */
import { type Body, recordIn, textIn } from '../slack/delivery/body.ts';

/** What is done with events. */
export interface EventsOptions {
  /**
   * Messages that this app wrote through another installation, as shared channels show them: `ignore` hands them to no
   * listener, `deliver` to all that match. @defaultValue 'ignore'
   */
  ownMessages?: 'ignore' | 'deliver';
}

export const eventsDefaults = { ownMessages: 'ignore' } as const satisfies Required<EventsOptions>;

/** Who we are, and for whom the event is. */
export interface Recipient {
  /** Key of the installation. */
  key: string;
  /** The Slack app; null while it is not known. */
  appId: string | null;
  /** Key of the installation whose bot has that id or user id; undefined when it is none of ours. */
  installationOfBot(id: string): string | undefined;
  /** Key of the installation to which a workspace belongs. */
  installationOf(teamId: string): string | undefined;
}

/** As Bolt does for the own bot: a bot that comes or goes is news all the same. */
const ALWAYS_NEWS = new Set(['member_joined_channel', 'member_left_channel']);

/** Whether the app wrote it through an installation other than the recipient's. */
export function isOwnFromElsewhere(body: Body, recipient: Recipient): boolean {
  const event = recordIn(body.event);
  if (!event || ALWAYS_NEWS.has(String(event.type))) return false;
  const author = authorIn(event);
  const profile = recordIn(author.bot_profile);
  const botId = textIn(author.bot_id) ?? textIn(profile?.id);
  const isBotOf = botId === undefined ? undefined : recipient.installationOfBot(botId);
  if (isBotOf !== undefined) return isBotOf !== recipient.key;
  const writtenIn =
    textIn(profile?.team_id) ?? textIn(author.user_team) ?? textIn(author.source_team) ?? textIn(author.team);
  const appId = textIn(author.app_id) ?? textIn(profile?.app_id);
  const isOurs = appId !== undefined && appId === (recipient.appId ?? textIn(body.api_app_id));
  if (isOurs) return isElsewhere(writtenIn, recipient);
  // People's ids are sure to be unique in their own workspace only.
  const userId = textIn(author.user);
  const isUserOf = userId === undefined ? undefined : recipient.installationOfBot(userId);
  if (isUserOf === undefined || isUserOf === recipient.key) return false;
  return (
    body.is_ext_shared_channel === true || (writtenIn !== undefined && recipient.installationOf(writtenIn) === isUserOf)
  );
}

/** An edit or a deletion says inside who had written. */
function authorIn(event: Body): Body {
  return recordIn(event.message) ?? recordIn(event.previous_message) ?? event;
}

/** A message of ours that does not say where it was written was not written by the team's bot, whose id would be known. */
function isElsewhere(teamId: string | undefined, recipient: Recipient): boolean {
  const { key } = recipient;
  return teamId === undefined || (teamId !== key && recipient.installationOf(teamId) !== key);
}
