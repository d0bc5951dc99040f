/** What a token of Slack looks like, wherever it stands in a text. Tokens of Slack-compatible servers may look like anything. */

/**
 * Bot, user, cookie, refresh and configuration tokens (`xoxb-`, `xoxe-`, rotated `xoxe.xoxp-`), app-level tokens (`xapp-`) and
 * those of workflow steps (`xwfp-`). (https://docs.slack.dev/authentication/tokens) A dot at the end is the sentence's.
 * And addresses of incoming webhooks and workflow triggers, which let whoever has them post.
 */
export const TOKEN_SHAPE =
  /x(?:ox[a-z](?:\.xox[a-z])?|app|wfp)-[\w%+/=.-]*[\w%+/=-]|https:\/\/hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/[\w/-]*\w/gi;

const WHOLE_TOKEN = new RegExp(`^(?:${TOKEN_SHAPE.source})$`, 'i');

/** Whether a word is such a token from its first to its last character. */
export function hasTokenShape(word: string): boolean {
  return WHOLE_TOKEN.test(word);
}
