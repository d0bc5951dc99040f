/** The lines for a bot's `.env`, from what a simulator says about itself. */

import type { SimulatorStatus } from '../control/control-info.ts';
import type { AppInfo, InstallationInfo } from '../workspace/info.ts';
import { visible } from './visible-text.ts';

/** One `NAME=value` per line for the first app; those of further apps follow as comments. */
export function envBlock(status: SimulatorStatus, installs: readonly InstallationInfo[]): string {
  const [first, ...others] = status.apps;
  const addresses = { SLACK_API_URL: status.apiUrl, SLACK_AUTHORIZE_URL: authorizeUrlOf(status) };
  const blocks = others.map((app) =>
    [`# ${visible(app.name)} (${app.id})`, ...lines(appValues(app, installs)).map((line) => `# ${line}`)].join('\n'),
  );
  const own = lines({ ...addresses, ...(first && appValues(first, installs)) }).join('\n');
  return [own, ...blocks].join('\n\n');
}

/** The page behind the button of the first app. */
export function authorizeUrlOf({ url, authorizeUrl, apps }: SimulatorStatus): string {
  return apps[0]?.kind === 'granular' ? `${url}/oauth/v2/authorize` : authorizeUrl;
}

function appValues(app: AppInfo, installs: readonly InstallationInfo[]): Record<string, string | undefined> {
  const installed = installs.find((one) => one.app === app.id && one.status === 'active');
  return {
    SLACK_CLIENT_ID: app.clientId,
    SLACK_CLIENT_SECRET: app.clientSecret,
    SLACK_SIGNING_SECRET: app.signingSecret,
    SLACK_APP_TOKEN: app.appLevelToken,
    SLACK_BOT_TOKEN: installed?.botToken || undefined,
  };
}

function lines(values: Record<string, string | undefined>): string[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
}
