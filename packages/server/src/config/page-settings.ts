/** The settings of what visitors see: the public pages. A part of the one schema in config.ts. */
import { z } from 'zod';
import { flag, isHttpUrl } from './values.ts';

/** Longer ones would break the headline. Slack's own limit for the name of an app is 35. */
const MAX_NAME = 80;

const MAX_DESCRIPTION = 500;

/** Fields of the schema in config.ts. */
export const pageSettings = {
  appName: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(MAX_NAME, `must have at most ${MAX_NAME} characters`)
    .regex(/^\P{Cc}+$/u, 'must be one line of text')
    .optional()
    .describe('What the public pages call the bot. Default: what Slack calls the app, or Slack bot.'),
  appDescription: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(MAX_DESCRIPTION, `must have at most ${MAX_DESCRIPTION} characters`)
    .regex(/^\P{Cc}+$/u, 'must be one line of text')
    .optional()
    .describe('What it does, in a sentence below its name. Default: “A bot for your Slack workspace.”'),
  appIconUrl: z
    .string()
    .trim()
    .refine(isPicture, 'must be the https (or http) address of a picture, for example https://cdn.example.com/bot.png')
    .optional()
    .describe(
      'Its picture, square; pages may load pictures from that origin alone. Default: the first letter of its name.',
    ),
  appColor: z
    .string()
    .trim()
    .regex(/^#[0-9a-f]{6}$/i, 'must be a colour as six hexadecimal digits, for example #611f69')
    .optional()
    .describe(
      'Colour of buttons and links on the public pages; it is made darker or lighter until texts are readable. Default: #611f69.',
    ),
  statusPage: flag
    .default(false)
    .describe('Whether anybody may see at /status how the bot is; no team is named there, and none is counted.'),
};

/** Of its origin a header is made: names that browsers take and headers do not are refused. */
function isPicture(text: string): boolean {
  return isHttpUrl(text) && /^https?:\/\/(?:[\w.-]+|\[[0-9a-f:.]+\])(?::\d+)?$/i.test(new URL(text).origin);
}
