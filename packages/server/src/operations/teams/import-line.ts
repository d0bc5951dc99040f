/** One line of an import: which fields there are, and the grant that they describe. Names what is wrong, never a token. */
import { z } from 'zod';
import type { GrantedToken, InstallInput } from '../../team/installations.ts';

const text = (what: string, max: number) =>
  z
    .string(`${what} must be a string`)
    .trim()
    .min(1, `${what} must not be empty`)
    .max(max, `${what} must have at most ${max} characters`);

const id = (what: string, example: string) =>
  z
    .string(`${what} must be a string`)
    .regex(/^[A-Z0-9]{1,32}$/, `${what} must be 1 to 32 characters A–Z and 0–9, for example ${example}`);

/** Slack's prefixes of other kinds; tokens of Slack-compatible servers have none of them. */
const OF_OTHERS = {
  bot: /^(xoxp-|xoxe\.xoxp-|xoxe-|xapp-)/,
  user: /^(xoxb-|xoxe\.xoxb-|xoxe-|xapp-)/,
  refresh: /^(xoxb-|xoxp-|xoxe\.|xapp-)/,
} as const;

const token = (what: string, kind: keyof typeof OF_OTHERS) =>
  text(what, 1_000)
    .regex(/^[\x21-\x7e]+$/, `${what} must not contain spaces`)
    .refine(
      (word) => !OF_OTHERS[kind].test(word),
      `${what} must be a ${kind} token; this one has the prefix of another kind`,
    );

const scopes = (what: string) =>
  z
    .union(
      [z.string().transform((list) => list.split(',')), z.array(z.string())],
      `${what} must be a list of strings, or one string with commas between them`,
    )
    .transform((list) => list.map((scope) => scope.trim()).filter((scope) => scope !== ''));

/** Times far from now are milliseconds, or none. */
const MAX_SECONDS = 100_000_000_000;

const expiresAt = (what: string) =>
  z
    .number(`${what} must be a number`)
    .int(`${what} must be whole seconds since 1970`)
    .positive(`${what} must be seconds since 1970`)
    .max(MAX_SECONDS, `${what} must be seconds since 1970, not milliseconds`);

const expiresIn = (what: string) =>
  z
    .number(`${what} must be a number`)
    .positive(`${what} must be positive`)
    .max(366 * 86_400, `${what} must be seconds from now, at most a year`);

const fields = {
  team_id: id('team_id', 'T0ACME0001').nullish(),
  enterprise_id: id('enterprise_id', 'E0ACME0001').nullish(),
  is_enterprise_install: z.boolean('is_enterprise_install must be true or false').nullish(),
  app_id: id('app_id', 'A0ACME0001').nullish(),
  // Without one, auth.test tells it.
  name: text('name', 255).nullish(),
  bot_token: token('bot_token', 'bot'),
  refresh_token: token('refresh_token', 'refresh').nullish(),
  expires_at: expiresAt('expires_at').nullish(),
  expires_in: expiresIn('expires_in').nullish(),
  bot_user_id: text('bot_user_id', 64).nullish(),
  bot_id: text('bot_id', 64).nullish(),
  scopes: scopes('scopes').nullish(),
  user_id: id('user_id', 'U0ANN00001').nullish(),
  user_token: token('user_token', 'user').nullish(),
  user_refresh_token: token('user_refresh_token', 'refresh').nullish(),
  user_expires_at: expiresAt('user_expires_at').nullish(),
  user_expires_in: expiresIn('user_expires_in').nullish(),
  user_scopes: scopes('user_scopes').nullish(),
};

const lineSchema = z.strictObject(fields);

/** The names of all fields, for help and documentation. */
export const importFields = Object.keys(fields);

type Line = z.output<typeof lineSchema>;

/** Reads a line. `expires_in` counts from `nowMs`. */
export function parseImportLine(content: string, nowMs: number): { input: InstallInput } | { error: string } {
  let value: unknown;
  try {
    // Trimmed: some editors begin a file with a byte order mark, which trim() counts as space and JSON.parse does not.
    value = JSON.parse(content.trim());
  } catch {
    const example = '{"team_id":"T0ACME0001","name":"Acme","bot_token":"…"}';
    return { error: `is not JSON; each line must be one object, for example ${example}` };
  }
  const { data, error } = lineSchema.safeParse(value);
  if (error) return { error: error.issues.map(describe).join('; ') };
  const fault = faultOf(data);
  return fault === undefined ? { input: inputOf(data, nowMs) } : { error: fault };
}

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => JSON.stringify(key.slice(0, 64))).join(', ');
    return `has the unknown field${issue.keys.length > 1 ? 's' : ''} ${names}; known are ${importFields.join(', ')}`;
  }
  const field = String(issue.path[0] ?? 'the line');
  return issue.message.startsWith(field) || issue.message.includes('must')
    ? issue.message
    : `${field}: ${issue.message}`;
}

/** What only several fields together can get wrong. */
function faultOf(line: Line): string | undefined {
  if (line.is_enterprise_install === true) {
    if (!line.enterprise_id) return 'enterprise_id is required, because is_enterprise_install is true';
  } else if (!line.team_id) {
    const hint = line.enterprise_id ? '; for a whole organization is_enterprise_install must be true' : '';
    return `team_id is required${hint}`;
  }
  if (!!line.user_id !== !!line.user_token) return 'user_id and user_token must be given together';
  return (
    pairFault(line.refresh_token, line.expires_at ?? line.expires_in, '') ??
    pairFault(line.user_refresh_token, line.user_expires_at ?? line.user_expires_in, 'user_')
  );
}

/** Half of it is of no use: a token that ends for good, or one of which nobody knows when to refresh it. */
function pairFault(refresh: string | null | undefined, end: number | null | undefined, of: string): string | undefined {
  if (!refresh === !end) return undefined;
  return `${of}refresh_token and ${of}expires_at (or ${of}expires_in) must be given together`;
}

function inputOf(line: Line, nowMs: number): InstallInput {
  const isEnterprise = line.is_enterprise_install === true;
  const key = String(isEnterprise ? line.enterprise_id : line.team_id);
  const bot = tokenOf(nowMs, line.bot_token, {
    scopes: line.scopes,
    refreshToken: line.refresh_token,
    expiresAt: line.expires_at,
    expiresIn: line.expires_in,
  });
  const user = line.user_token
    ? tokenOf(nowMs, line.user_token, {
        scopes: line.user_scopes,
        refreshToken: line.user_refresh_token,
        expiresAt: line.user_expires_at,
        expiresIn: line.user_expires_in,
      })
    : undefined;
  return {
    key,
    isEnterprise,
    enterpriseId: line.enterprise_id ?? null,
    appId: line.app_id ?? null,
    installedBy: line.user_id ?? null,
    bot,
    users: user && line.user_id ? [{ ...user, userId: line.user_id }] : [],
    team: {
      teamId: key,
      name: line.name ?? null,
      domain: null,
      botUserId: line.bot_user_id ?? null,
      botId: line.bot_id ?? null,
    },
  };
}

interface TokenFields {
  scopes: string[] | null | undefined;
  refreshToken: string | null | undefined;
  expiresAt: number | null | undefined;
  expiresIn: number | null | undefined;
}

function tokenOf(nowMs: number, word: string, { scopes: granted, ...life }: TokenFields): GrantedToken {
  const { refreshToken, expiresAt: atSeconds, expiresIn: inSeconds } = life;
  const inMs = inSeconds ? Math.floor(nowMs + inSeconds * 1_000) : null;
  return {
    token: word,
    scopes: granted ?? [],
    expiresAtMs: atSeconds ? atSeconds * 1_000 : inMs,
    refreshToken: refreshToken ?? null,
    isUndated: !atSeconds && inMs !== null,
  };
}
