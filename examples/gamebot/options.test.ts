/** What the environment says. */
import { expect, it } from 'vitest';
import { optionsIn } from './options.ts';

it('reads trials and billing, and names a setting that cannot be used', () => {
  expect(optionsIn({})).toEqual({ trialDays: null, subscribeUrl: undefined, billingSecret: undefined });
  expect(optionsIn({ GAMEBOT_TRIAL_DAYS: '14' }).trialDays).toBe(14);
  expect(() => optionsIn({ GAMEBOT_TRIAL_DAYS: '0' })).toThrow(
    'GAMEBOT_TRIAL_DAYS must be a whole number from 1 to 9999; got "0"',
  );
  expect(() => optionsIn({ GAMEBOT_BILLING_SECRET: 'short' })).toThrow('GAMEBOT_BILLING_SECRET must have at least 22');
});
