/** What whoever runs the bot can set. */

export interface GamebotOptions {
  /** How long a team may play for nothing, in days; null: for ever. @defaultValue null */
  trialDays?: number | null;
  /** Where a team can pay: told at the end of its trial. @defaultValue nothing is said of it */
  subscribeUrl?: string | undefined;
  /** With which `POST /gamebot/subscriptions` is signed. @defaultValue there is no such route */
  billingSecret?: string | undefined;
}

/** From the environment. @throws Error that names the setting */
export function optionsIn(env: Readonly<Record<string, string | undefined>>): GamebotOptions {
  const { GAMEBOT_TRIAL_DAYS: days, GAMEBOT_SUBSCRIBE_URL: subscribeUrl, GAMEBOT_BILLING_SECRET: billingSecret } = env;
  if (days !== undefined && !/^[1-9]\d{0,3}$/.test(days)) {
    throw new Error(`GAMEBOT_TRIAL_DAYS must be a whole number from 1 to 9999; got ${JSON.stringify(days)}`);
  }
  if (billingSecret !== undefined && billingSecret.length < 22) {
    throw new Error('GAMEBOT_BILLING_SECRET must have at least 22 characters: openssl rand -hex 32');
  }
  return { trialDays: days === undefined ? null : Number(days), subscribeUrl, billingSecret };
}
