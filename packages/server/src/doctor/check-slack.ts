/** Slack's side: can it be reached, does its clock agree, does it know the app's credentials. */
import type { Config } from '../config/config.ts';
import { messageOf } from '../errors.ts';
import { readObject } from '../read-json.ts';
import type { CallSlack } from '../slack/web-api.ts';
import type { AddressUse } from './address-fault.ts';
import { type Finding, findingsOf } from './finding.ts';
import { certificateFault } from './tls-fault.ts';
import { addressFault } from './what-listens.ts';

/** What fetch of undici or of the machine can do. */
export type Fetch = (url: string, init: { method: string; signal: AbortSignal }) => Promise<Response>;

/** Slack refuses signatures of 300 s ago; the `Date` header counts in seconds, and half of that is no accident. */
const MOST_SKEW_MS = 60_000;

/** How long an answer may take, in milliseconds. */
const TIMEOUT_MS = 10_000;

interface ReachDeps {
  fetch: Fetch;
  now: () => number;
  /** Then what fails may be the proxy, and who listens at the address of Slack says nothing of it. @defaultValue false */
  isProxied?: boolean;
}

/** Reaches Slack and compares clocks: both need no token. */
export async function checkReach(apiUrl: string, { fetch, now, isProxied = false }: ReachDeps): Promise<Finding[]> {
  const reach = findingsOf('slack');
  const beforeMs = now();
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${apiUrl}api.test`, { method: 'POST', signal: AbortSignal.timeout(TIMEOUT_MS) });
    text = await response.text();
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const fault = isProxied ? certificateFault(apiUrl, cause, SLACK) : await addressFault(apiUrl, error, SLACK);
    const by = isProxied ? ' by HTTPS_PROXY' : '';
    if (fault) return [reach.problem(`${apiUrl}${by} ${fault.what}`, fault.fix)];
    const message = `${apiUrl} cannot be reached: ${messageOf(cause)}`;
    return [
      reach.problem(
        message,
        'Let this machine reach Slack: firewall, DNS, HTTPS_PROXY, or the address in SLACK_API_URL.',
      ),
    ];
  }
  if (!response.ok) {
    const message = `${apiUrl} answered ${response.status}`;
    return [reach.problem(message, 'Correct SLACK_API_URL, or wait: see https://slack-status.com.')];
  }
  if (!isSlacks(text)) {
    const fix =
      'Correct SLACK_API_URL or HTTPS_PROXY. If this network shows a login page before it lets anybody out, log in there.';
    return [reach.problem(`what answers at ${apiUrl} is not Slack: the answer is not the JSON of a method`, fix)];
  }
  return [reach.ok(`${apiUrl} answers`), ...clockFinding(response.headers.get('date'), { beforeMs, afterMs: now() })];
}

const SLACK: AddressUse = {
  where: 'in SLACK_API_URL',
  expected: 'Slack',
  right: 'https://slack.com/api/, or the address of a Slack simulator,',
};

/** Every method of Slack answers a JSON object that says `ok`. A login page and another server have status 200 as well. */
function isSlacks(text: string): boolean {
  return typeof readObject(text)?.ok === 'boolean';
}

function clockFinding(date: string | null, { beforeMs, afterMs }: { beforeMs: number; afterMs: number }): Finding[] {
  const clock = findingsOf('clock');
  const theirsMs = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(theirsMs)) return [clock.skipped('the answer of Slack had no date')];
  const aheadMs = beforeMs > theirsMs + 1_000 ? beforeMs - theirsMs : Math.min(0, afterMs - theirsMs);
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  if (Math.abs(aheadMs) <= MOST_SKEW_MS) return [clock.ok(`the clock is right to ${Math.max(1, seconds)} s`)];
  const message = `the clock of this machine is ${seconds} s ${aheadMs > 0 ? 'ahead' : 'behind'}`;
  return [
    clock.problem(message, 'Set it by NTP: beyond 300 s every event is refused as forged, and tokens seem to live on.'),
  ];
}

/** What Slack says of the code and of what came with it: it has found the credentials right by then. */
const ABOUT_THE_CODE: ReadonlySet<string> = new Set([
  'invalid_code',
  'code_already_used',
  'code_expired',
  'bad_redirect_uri',
  'oauth_authorization_url_mismatch',
]);

/** Asks for tokens with a code that nobody was given: Slack looks at the credentials before it. */
export async function checkCredentials(config: Config, callSlack: CallSlack): Promise<Finding> {
  const credentials = findingsOf('credentials');
  const { slackClientId: id, slackClientSecret: secret, slackOauth } = config;
  if (id === undefined || secret === undefined) return credentials.skipped('SLACK_CLIENT_ID is not set');
  const method = slackOauth === 'v1' ? 'oauth.access' : 'oauth.v2.access';
  const answer = await callSlack(method, {
    purpose: 'probe',
    basic: { id, secret },
    args: { code: 'a-code-of-nobody' },
  });
  if (answer.kind === 'error' && ['bad_client_secret', 'invalid_client_id'].includes(answer.code)) {
    const name = answer.code === 'invalid_client_id' ? 'SLACK_CLIENT_ID' : 'SLACK_CLIENT_SECRET';
    const fix = `Copy ${name} from the settings of the app, Basic Information.`;
    return credentials.problem(`Slack does not know ${name} (${answer.code})`, fix);
  }
  if (answer.kind === 'error' && ABOUT_THE_CODE.has(answer.code)) {
    return credentials.ok('Slack knows client id and client secret');
  }
  const said = answer.kind === 'error' ? ` (${answer.code})` : '';
  return credentials.skipped(`Slack did not say whether it knows client id and client secret${said}`);
}

/** Asks for the address of a socket and opens none: a socket that is opened takes events. */
export async function checkAppToken({ slackAppToken, slackTransport }: Config, callSlack: CallSlack): Promise<Finding> {
  const token = findingsOf('app token');
  if (slackTransport !== 'socket' || slackAppToken === undefined) return token.skipped('only for the transport socket');
  const answer = await callSlack('apps.connections.open', { purpose: 'probe', token: slackAppToken });
  if (answer.kind === 'ok') return token.ok('Slack opens sockets with SLACK_APP_TOKEN');
  if (answer.kind !== 'error') return token.skipped('Slack did not answer whether it opens sockets');
  const fix =
    'Make an app-level token with the scope connections:write (Basic Information), switch Socket Mode on, and set SLACK_APP_TOKEN.';
  return token.problem(`Slack opens no socket: ${answer.code}`, fix);
}

/** An app-level token names its app (xapp-1-A…): that of another app would bring the events of that one. */
export function checkAppOfToken(token: string | undefined, databaseApp: string | null): Finding[] {
  const app = /^xapp-\d+-(A[A-Z0-9]+)-/.exec(token ?? '')?.[1];
  if (app === undefined || databaseApp === null || app === databaseApp) return [];
  return [
    findingsOf('app token').problem(
      `SLACK_APP_TOKEN is of the app ${app}, and the installations in the database are of ${databaseApp}`,
      `Set SLACK_APP_TOKEN to a token of ${databaseApp}, or move the database to the other app: app move ${databaseApp} ${app}.`,
    ),
  ];
}
