/** The link to the Slack button's route. */

/** What an install link can carry. */
export interface InstallLinkOptions {
  /** The workspace that Slack selects, if the person is signed in there. */
  team?: string | undefined;
  /** Told to the hooks of that install; see install-metadata.ts for what it may be. */
  metadata?: string | undefined;
}

/** Where a visit begins. `baseUrl` without a slash at its end. */
export function installLink(baseUrl: string, { team, metadata }: InstallLinkOptions = {}): string {
  const carried = Object.entries({ team, metadata }).filter(([, text]) => text !== undefined);
  const query = carried.map(([name, text]) => `${name}=${encodeURIComponent(text ?? '')}`).join('&');
  return `${baseUrl}/slack/install${query && `?${query}`}`;
}
