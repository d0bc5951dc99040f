/** Where a person finds the bot after an install (docs.slack.dev/interactivity/deep-linking). */

/** The links of one app in one team. */
export interface OpenInSlack {
  /** For any browser; Slack itself offers its desktop app there. */
  url: string;
  /** For the Slack app of macOS, Windows, iPhone and Android; undefined where that app does not know this Slack. */
  appUrl?: string | undefined;
}

/** GovSlack has the same app. */
const HOSTS_OF_THE_APP = new Set(['slack.com', 'slack-gov.com']);

/**
 * The links to the conversation with the bot. Other servers than Slack's own are asked under the same path: the simulator
 * has it, too.
 * @param apiUrl Base URL of the Web API, whose origin is taken
 * @param teamId An organization (E…) is no team: the person chooses there
 */
export function openInSlack({ apiUrl, appId, teamId }: { apiUrl: string; appId: string; teamId: string }): OpenInSlack {
  const { origin, hostname } = new URL(apiUrl);
  const team = teamId.startsWith('E') ? {} : { team: teamId };
  const url = `${origin}/app_redirect?${new URLSearchParams({ app: appId, ...team }).toString()}`;
  const isKnown = HOSTS_OF_THE_APP.has(hostname) && 'team' in team;
  const appUrl = `slack://app?${new URLSearchParams({ ...team, id: appId, tab: 'messages' }).toString()}`;
  return { url, appUrl: isKnown ? appUrl : undefined };
}
