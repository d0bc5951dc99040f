/** `slack-bot-server open`: the dashboard, in the browser. The token is never put into the address: it would stay in the browser's history. */
import { type Config, configFromEnvironment, parseConfig } from '../config/config.ts';
import { BotServerError } from '../errors.ts';
import { openPage } from './dev/open-page.ts';
import { say } from './output.ts';

/** Where the dashboard is. @param address Of a server, without /admin. @defaultValue that of the settings. @throws BotServerError `usage`, `invalid_configuration` */
export function dashboardUrl(config: Config, address?: string): string {
  if (address !== undefined) return `${originOf(address)}/admin`;
  const { adminToken, adminReadToken, adminPort, adminHost, publicUrl, host, port } = config;
  if (adminToken === undefined && adminReadToken === undefined) {
    throw new BotServerError(
      'invalid_configuration',
      'ADMIN_TOKEN is missing: without it and ADMIN_READ_TOKEN a server has no dashboard',
    );
  }
  if (adminPort !== undefined) return `http://${reachable(adminHost ?? '127.0.0.1')}:${adminPort}/admin`;
  return `${publicUrl?.replace(/\/+$/, '') ?? `http://${reachable(host)}:${port}`}/admin`;
}

/** What listens everywhere listens here as well. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function originOf(address: string): string {
  if (URL.canParse(address) && ['http:', 'https:'].includes(new URL(address).protocol)) return new URL(address).origin;
  const got = JSON.stringify(address.slice(0, 100));
  throw new BotServerError('usage', `the address must be the http:// or https:// address of a server; got ${got}`);
}

/** `open [address]`. */
export function openDashboard(address: string | undefined): void {
  const url = dashboardUrl(parseConfig(configFromEnvironment(process.env)), address);
  say(url);
  openPage(url);
}
