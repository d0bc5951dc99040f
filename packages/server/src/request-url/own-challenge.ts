/** The challenge of `slack-bot-server doctor`: as Slack sends it, but for its token, by which the server leaves it out of what it remembers. */

/** Where Slack puts the verification token of the app, which is 24 random characters. */
const OWN_TOKEN = 'doctor';

export function ownChallenge(challenge: string) {
  return { type: 'url_verification', token: OWN_TOKEN, challenge };
}

/** Anybody can write that token: only what no event can be is left out by it. */
export function isOwnChallenge({ type, token }: Readonly<Record<string, unknown>>): boolean {
  return type === 'url_verification' && token === OWN_TOKEN;
}
