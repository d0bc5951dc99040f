/**
 * What an app may read that is sold outside Slack's Marketplace, since May 2025. Internal apps are exempt, and so are
 * Marketplace ones. (https://docs.slack.dev/changelog/2025/05/29/tos-updates; https://docs.slack.dev/apis/web-api/rate-limits)
 */

/** Reading of conversations, once per minute, method, workspace and app. */
export const RATIONED: ReadonlySet<string> = new Set(['conversations.history', 'conversations.replies']);
export const RATIONED_CALLS_PER_MINUTE = 1;
/** The most messages of a page, and how many there are when the app asks for no number. */
export const RATIONED_PAGE = 15;
