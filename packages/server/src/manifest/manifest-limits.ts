/** How long Slack takes what stands in a manifest. (https://docs.slack.dev/reference/app-manifest) */

/** In characters. */
export const manifestLimits = {
  name: 35,
  description: 140,
  command: 32,
  commandDescription: 2_000,
  usageHint: 1_000,
  shortcutName: 24,
  callbackId: 255,
  shortcutDescription: 150,
} as const;
