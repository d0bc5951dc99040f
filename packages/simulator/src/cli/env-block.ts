/** The lines for a bot's `.env`, from what a simulator says about itself. */
import type { SimulatorStatus } from '../control/simulator-control.ts';

/** One `NAME=value` per line, for the first app. */
export function envBlock(status: SimulatorStatus): string {
  const [app] = status.apps;
  const values: Record<string, string | undefined> = {
    SLACK_API_URL: status.apiUrl,
    SLACK_AUTHORIZE_URL: status.authorizeUrl,
    SLACK_CLIENT_ID: app?.clientId,
    SLACK_CLIENT_SECRET: app?.clientSecret,
    SLACK_SIGNING_SECRET: app?.signingSecret,
    SLACK_APP_TOKEN: app?.appLevelToken,
  };
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}
