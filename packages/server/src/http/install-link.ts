/** Addresses of this server as others reach it: of any path, and of the Slack button's route. */
import { BotServerError } from '../errors.ts';
import { requireMetadata } from '../installation/install-metadata.ts';

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

/** See Server.installUrl. */
export function installUrlOf(baseUrl: string | undefined, link: InstallLinkOptions): string {
  const url = publicUrlOf(baseUrl, '/');
  if (link.metadata !== undefined) requireMetadata(link.metadata);
  return installLink(url.slice(0, -1), link);
}

/** @throws BotServerError `server_stopped` while it is not known where the server is reached; `usage` for what is no path */
export function publicUrlOf(baseUrl: string | undefined, path: string): string {
  if (baseUrl === undefined)
    throw new BotServerError('server_stopped', 'Without PUBLIC_URL there is no link before the start');
  if (path.startsWith('/')) return `${baseUrl}${path}`;
  throw new BotServerError('usage', `A path of this server begins with a slash; got ${JSON.stringify(path)}`);
}
