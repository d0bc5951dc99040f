/** What helps when Slack refuses to exchange a token. */
import { classify } from '../slack/verdict.ts';

/** What the codes of one token mean (docs.slack.dev/reference/methods/oauth.v2.exchange). */
const refusalWords: Readonly<Record<string, string>> = {
  token_already_exchanged:
    'Slack gave a pair for it before, and that answer was lost. The present token works for now; install the app there again.',
  authorization_not_found:
    'The installation is gone at Slack. The server deactivates the team as soon as it is told so.',
  invalid_token: 'Slack exchanges tokens of bots and people of this very app only. Install the app there again.',
  invalid_auth:
    'Slack does not accept the token, or the workspace does not allow the IP address of this machine. Install the app there again.',
  malformed_answer: 'Slack answered without a pair. Install the app there again.',
};

/** What passes by itself was asked for again already: none of these is helped by another run alone. */
export function adviceOfRefusal(code: string): string {
  if (Object.hasOwn(refusalWords, code)) return refusalWords[code] as string;
  const verdict = classify(code, 'call');
  if (verdict === 'terminal' || verdict === 'refreshable')
    return 'Slack does not accept the token. Install the app there again.';
  if (verdict === 'suspended')
    return 'The app is paused there. Run it again for this team when an admin of it has let the app in again.';
  return 'Another run gets the same answer. Install the app there again.';
}
