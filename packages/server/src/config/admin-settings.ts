/** The settings of the operator's door (admin/), and what they do not allow together. A part of the one schema in config.ts. */
import { z } from 'zod';
import { port } from './values.ts';

/** What 16 random bytes take in base64: a shorter one could be guessed, and nothing else keeps strangers from operating. */
export const MIN_ADMIN_TOKEN_LENGTH = 22;

const adminToken = z
  .string()
  .trim()
  .min(
    MIN_ADMIN_TOKEN_LENGTH,
    `must have at least ${MIN_ADMIN_TOKEN_LENGTH} characters, made by chance: openssl rand -hex 32`,
  )
  .regex(/^[\x21-\x7e]*$/, 'must be letters, digits and signs of ASCII without spaces: openssl rand -hex 32');

/** Fields of the schema in config.ts. */
export const adminSettings = {
  adminToken: adminToken
    .optional()
    .describe('Bearer token with which the admin API does everything. Default: without a token there is no admin API.'),
  adminReadToken: adminToken.optional().describe('Bearer token with which the admin API is read and changes nothing.'),
  adminPort: port
    .optional()
    .describe('Port of its own for the admin API; 0 takes a free one. Default: that of the public pages.'),
  adminHost: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .optional()
    .describe('Address on which ADMIN_PORT listens. Default: 127.0.0.1.'),
  historyEvents: z.coerce
    .number('must be a number from 0 to 1000000')
    .int('must be a whole number')
    .min(0, 'must be 0 or more')
    .max(1_000_000, 'must be at most 1000000')
    .default(10_000)
    .describe('How many handled events each process remembers for `why`; 0 = none. A thousand take 0.7 MB.'),
};

interface Settings {
  adminToken?: string | undefined;
  adminReadToken?: string | undefined;
  adminPort?: number | undefined;
  adminHost?: string | undefined;
  port: number;
}

/** What each value allows and all together do not. */
export function adminProblemsOf({ adminToken: operate, adminReadToken: read, ...settings }: Settings): string[] {
  const { adminPort, adminHost, port: publicPort } = settings;
  const problems: string[] = [];
  if (operate !== undefined && operate === read)
    problems.push('ADMIN_READ_TOKEN must not be ADMIN_TOKEN: whoever has it could do everything');
  if (adminPort !== undefined && operate === undefined && read === undefined)
    problems.push('ADMIN_PORT needs ADMIN_TOKEN or ADMIN_READ_TOKEN: without one there is no admin API');
  if (adminPort !== undefined && adminPort !== 0 && adminPort === publicPort)
    problems.push('ADMIN_PORT must not be PORT: leave it out, and the admin API is on the port of the public pages');
  if (adminHost !== undefined && adminPort === undefined)
    problems.push('ADMIN_HOST needs ADMIN_PORT: without it the admin API is where the public pages are');
  return problems;
}
