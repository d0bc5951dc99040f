/** `slack-bot-server open`: the dashboard, in the browser. The token is never put into the address: it would stay in the browser's history. */
import { type Config, configFromEnvironment, parseConfig } from '../config/config.ts';
import type { AddressFault } from '../doctor/address-fault.ts';
import { addressFault } from '../doctor/what-listens.ts';
import { BotServerError, messageOf } from '../errors.ts';
import { openPage } from './dev/open-page.ts';
import { sayWhole } from './output.ts';

/** How long a server may take to answer, in milliseconds. */
const ANSWER_MS = 5_000;
/** Codes of a connection that came to nobody. */
const NOBODY_THERE: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Where the dashboard is, and who says so. */
interface Dashboard {
  url: string;
  /** Of its server, as it is written there. */
  address: string;
  /** Undefined: whoever runs the command. */
  setting?: 'PUBLIC_URL' | 'ADMIN_HOST and ADMIN_PORT' | 'HOST and PORT';
}

/** Finds the dashboard. @param address Of a server, without /admin. @defaultValue that of the settings. @throws BotServerError `usage`, `invalid_configuration` */
export function dashboardOf(config: Config, address?: string): Dashboard {
  if (address !== undefined) return at(originOf(address));
  const { adminToken, adminReadToken, adminPort, adminHost, publicUrl, host, port } = config;
  if (adminToken === undefined && adminReadToken === undefined) {
    throw new BotServerError(
      'invalid_configuration',
      'ADMIN_TOKEN is missing: without it and ADMIN_READ_TOKEN a server has no dashboard',
    );
  }
  if (adminPort !== undefined)
    return at(`http://${reachable(adminHost ?? '127.0.0.1')}:${adminPort}`, 'ADMIN_HOST and ADMIN_PORT');
  if (publicUrl !== undefined) return at(publicUrl, 'PUBLIC_URL');
  return at(`http://${reachable(host)}:${port}`, 'HOST and PORT');
}

function at(address: string, setting?: Dashboard['setting']): Dashboard {
  return { url: `${address.replace(/\/+$/, '')}/admin`, address, ...(setting && { setting }) };
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

/**
 * `open [address]`.
 * @throws BotServerError `admin_api_unreachable` when nothing listens there; the address is printed before
 */
export async function openDashboard(address: string | undefined): Promise<void> {
  const dashboard = dashboardOf(parseConfig(configFromEnvironment(process.env)), address);
  const { url } = dashboard;
  sayWhole(url);
  const fault = await faultAt(dashboard);
  if (fault === undefined) return openPage(url);
  throw new BotServerError('admin_api_unreachable', `The server at ${url} ${fault.what}`, {
    facts: { url },
    fix: fault.fix,
  });
}

/** Whatever speaks as the address says will do: what is wrong with it, its certificate for example, the browser says. */
async function faultAt({ url, address, setting }: Dashboard): Promise<Pick<AddressFault, 'what' | 'fix'> | undefined> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(ANSWER_MS) });
    await response.body?.cancel();
    return undefined;
  } catch (error) {
    const { name, cause } = error as Error;
    if (name === 'TimeoutError') return { what: `gave no answer within ${ANSWER_MS / 1_000} s`, fix: START_ONE };
    const { code } = Object(cause) as { code?: unknown };
    if (NOBODY_THERE.has(String(code))) return { what: `does not answer: ${messageOf(cause)}`, fix: START_ONE };
    const where = setting === undefined ? 'as ADDRESS of `slack-bot-server open`' : `in ${setting}`;
    const fault = await addressFault(address, error, { where, expected: 'a slack-bot-server', right: RIGHT });
    if (fault?.kind !== 'scheme' && fault?.kind !== 'stranger') return undefined;
    if (setting === undefined || setting === 'PUBLIC_URL') return fault;
    // These hold no https://, which a server does not speak itself.
    return { what: fault.what, fix: `Check ${setting}: another program listens there. ${START_ONE}` };
  }
}

const RIGHT = 'the address of a running slack-bot-server with its port (PORT, or ADMIN_PORT where that is set)';
const START_ONE =
  'Start one with `slack-bot-server start`, or name the address of one that runs: slack-bot-server open ADDRESS.';
