/**
 * Every setting, once: its name in the environment, its name as an option, what is allowed and its default.
 * The environment is read here and nowhere else; a bad value stops the start and says which, why and what is allowed.
 */
import { z } from 'zod';
import { BotServerError } from '../errors.ts';
import { parseRange, type TrustProxy } from '../http/client-address.ts';
import { logLevels } from '../observability/log-levels.ts';
import { MIN_SECRET_LENGTH } from '../observability/redactor.ts';
import { MAX_SIGNING_SECRETS, signingSecretsIn } from '../request-url/signing-secrets.ts';
import { verdictClasses } from '../slack/verdict.ts';
import { adminProblemsOf, adminSettings } from './admin-settings.ts';
import { pageSettings } from './page-settings.ts';
import { SECRET_KEY } from './secrets.ts';
import { flag, isHttpUrl, port } from './values.ts';

const url = (what: string) =>
  z.string().trim().refine(isHttpUrl, `must be ${what}, for example https://bot.example.com`);

const list = z
  .union([z.string().transform((text) => text.split(/[\s,]+/)), z.array(z.string())])
  .transform((names) => names.map((name) => name.trim()).filter((name) => name !== ''));

const scopes = list.refine(
  (names) => names.every((name) => /^[a-z][a-z0-9_.:-]*$/.test(name)),
  'must be scope names separated by commas, for example bot or chat:write,commands',
);

/** A shorter one could not be taken out of a text without taking words with it, and could be guessed. */
const secret = z
  .string()
  .trim()
  .refine(
    isLongEnough,
    `must have at least ${MIN_SECRET_LENGTH} characters: copy it from the settings of the Slack app`,
  );

const verdictWords = `must be code=class, several with commas, for example bot_removed=terminal; a class is one of ${verdictClasses.join(', ')}`;

/** `code=class,code=class`, or an object. */
const verdicts = z
  .union([z.string().transform(pairsIn), z.record(z.string(), z.string())])
  .pipe(z.record(z.string().regex(/^[A-Za-z0-9_.-]+$/), z.enum(verdictClasses, verdictWords), verdictWords));

const proxyWords =
  'must be the number of proxies before this server, for example 1, or their addresses as CIDRs, for example 10.0.0.0/8,fd00::/8';
/** Longer chains are a mistake: an address, a port or a year. */
const MAX_HOPS = 32;

const trustProxy = z.union(
  [
    z
      .union([
        z.number(),
        z
          .string()
          .regex(/^\s*\d{1,3}\s*$/)
          .transform(Number),
      ])
      .pipe(z.number().int().min(0).max(MAX_HOPS))
      .transform((hops): TrustProxy => ({ hops })),
    list
      .refine((ranges) => ranges.length > 0 && ranges.every((range) => parseRange(range) !== undefined))
      .transform((ranges): TrustProxy => ({ ranges })),
  ],
  proxyWords,
);

/** The settings by option name. `describe` is the documentation: docs/configuration.md is made of it. */
export const settingsSchema = z.strictObject({
  port: port.default(3_000).describe('Port of the public pages; 0 takes a free one.'),
  host: z.string().trim().min(1, 'must not be empty').default('0.0.0.0').describe('Address to listen on.'),
  publicUrl: url('the https (or http) address under which browsers reach this server')
    .transform((text) => text.replace(/\/+$/, ''))
    .optional()
    .describe('Where browsers reach this server; links and the redirect URL are built from it.'),
  databaseUrl: z
    .string()
    .trim()
    .min(1, 'must be a path or a postgres:// URL')
    .refine(
      (text) => isPostgresUrl(text) || !isLikeUrl(text),
      'must be a path of a SQLite database, for example ./data/slack-bot-server.db, or a postgres:// URL',
    )
    .refine(
      (text) => !isPostgresUrl(text) || !hasPasswordAstray(text),
      'must have special characters of user and password percent-encoded (%2F for /, %3F for ?, %23 for #, %40 for @)',
    )
    .default('./data/slack-bot-server.db')
    .describe('Path of a SQLite database, or the postgres:// URL of a PostgreSQL (15 or newer).'),
  databaseDirectUrl: z
    .string()
    .trim()
    .refine(isPostgresUrl, 'must be a postgres:// URL')
    .refine(
      (text) => !hasPasswordAstray(text),
      'must have special characters of user and password percent-encoded (%2F for /, %3F for ?, %23 for #, %40 for @)',
    )
    .optional()
    .describe('Address of the same PostgreSQL past a pooler, for LISTEN.'),
  encryptionKeys: z
    .string()
    .trim()
    .refine(
      (text) => text.split(',').every(isLongEnough),
      'must be keys of 32 bytes in base64 or hex, separated by commas (openssl rand -base64 32)',
    )
    .optional()
    .describe(
      'Keys of 32 bytes in base64 or hex, separated by commas; the first encrypts. Default: a file beside the database.',
    ),
  slackClientId: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .optional()
    .describe("The app's client id; without it nobody can install the bot."),
  slackClientSecret: secret.optional().describe("The app's client secret."),
  slackSigningSecret: z
    .string()
    .trim()
    .refine(
      (text) => signingSecretsIn(text).every(isLongEnough),
      `must have at least ${MIN_SECRET_LENGTH} characters: copy it from the settings of the Slack app`,
    )
    .refine(
      (text) => signingSecretsIn(text).length <= MAX_SIGNING_SECRETS,
      'must be one secret, or the new and the old one with a comma while it is rotated',
    )
    .optional()
    .describe(
      'Proves that requests come from Slack; required by the transport http. Two while it is rotated: new,old.',
    ),
  slackAppToken: secret
    .optional()
    .describe('App-level token with connections:write; required by the transport socket.'),
  slackScopes: scopes
    .optional()
    .describe('Scopes that the Slack button asks for. Default: bot for OAuth v1; required for v2.'),
  slackUserScopes: scopes.default([]).describe('Scopes to ask of the person who installs (OAuth v2).'),
  slackTransport: z
    .enum(['http', 'socket', 'rtm'], 'must be http, socket or rtm')
    .default('rtm')
    .describe('How events arrive: posted by Slack, over sockets of the app, or over a socket of each team.'),
  slackOauth: z
    .enum(['v1', 'v2'], 'must be v1 or v2')
    .optional()
    .describe('Which OAuth the app uses: classic apps v1, all others v2. Default: v1 for rtm, otherwise v2.'),
  slackPkce: flag
    .default(false)
    .describe(
      'Whether the Slack app is a public client (PKCE, OAuth v2). For Slack that is a one-way setting of the app; leave it off otherwise.',
    ),
  trustProxy: trustProxy
    .optional()
    .describe(
      "How many proxies stand before this server (1), or their addresses as CIDRs (10.0.0.0/8,fd00::/8). Their X-Forwarded-For says whose request it is. Default: none is believed, and the connection's address counts.",
    ),
  slackApiUrl: url('the base URL of a Web API')
    .transform((text) => (text.endsWith('/') ? text : `${text}/`))
    .default('https://slack.com/api/')
    .describe('Base URL of the Web API.'),
  slackAuthorizeUrl: url('the URL of an authorize page')
    .optional()
    .describe(
      'The page that asks a person to allow the app. Default: /oauth/authorize (v1) or /oauth/v2/authorize on the host of SLACK_API_URL.',
    ),
  slackVerdicts: verdicts
    .default({})
    .describe('Codes of Slack that mean something else here than in the built-in table, for Slack-compatible servers.'),
  httpsProxy: z
    .string()
    .trim()
    .refine(isHttpUrl, 'must be the http:// or https:// URL of a proxy, for example http://proxy.example.com:3128')
    .optional()
    .describe('Proxy for everything that is sent to Slack, calls and sockets; it must allow CONNECT. Default: none.'),
  noProxy: list
    .default([])
    .describe('Hosts that are reached without it: names (with what is below them), addresses, networks, or *.'),
  purgeAfterDays: z.coerce
    .number('must be a whole number of days, 1 or more')
    .int('must be a whole number of days, 1 or more')
    .min(1, 'must be 1 or more')
    .optional()
    .describe('Deletes teams with all their data that have been inactive for so many days. Default: never.'),
  ...pageSettings,
  ...adminSettings,
  adminShowTexts: flag
    .default(false)
    .describe(
      'Whether operators see what people wrote in events that are kept, and may search it. Default: texts are masked.',
    ),
  logLevel: z
    .enum(logLevels, `must be one of ${logLevels.join(', ')}`)
    .default('info')
    .describe('What is logged.'),
  logFormat: z.enum(['json', 'pretty'], 'must be json or pretty').default('json').describe('How it is logged.'),
});

/** The settings as a caller gives them: all optional. */
export type ConfigInput = z.input<typeof settingsSchema>;

/** The settings as the server uses them, complete. */
export type Config = z.output<typeof settingsSchema> & {
  slackAuthorizeUrl: string;
  slackOauth: 'v1' | 'v2';
  slackScopes: string[];
};

const keys = Object.keys(settingsSchema.shape) as (keyof ConfigInput)[];

const PROXY_SETTINGS: ReadonlySet<string> = new Set(['httpsProxy', 'noProxy'] satisfies (keyof ConfigInput)[]);

/** The name of a setting in the environment: `slackClientId` is SLACK_CLIENT_ID. */
export function environmentName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/**
 * Reads the settings from an environment. Empty values count as missing; unknown variables are not ours to judge.
 * @throws BotServerError `invalid_configuration` naming every bad value
 */
export function configFromEnvironment(env: Readonly<Record<string, string | undefined>>): ConfigInput {
  const found: Record<string, string> = {};
  for (const key of keys) {
    const name = environmentName(key);
    // Proxies are written in either case; where both are set the lower one counts, as for curl.
    const value = (PROXY_SETTINGS.has(key) && env[name.toLowerCase()]) || env[name];
    if (value !== undefined && value.trim() !== '') found[key] = value;
  }
  return found as ConfigInput;
}

/**
 * Checks settings and fills in the defaults.
 * @throws BotServerError `invalid_configuration` naming every bad value
 */
export function parseConfig(input: ConfigInput): Config {
  const parsed = settingsSchema.safeParse(input);
  if (!parsed.success)
    throw new BotServerError('invalid_configuration', parsed.error.issues.map(lineOf(input)).join('\n'));
  const config = parsed.data;
  const problems = problemsOf(config);
  if (problems.length > 0) throw new BotServerError('invalid_configuration', problems.join('\n'));
  const slackOauth = oauthOf(config);
  const page = slackOauth === 'v1' ? '/oauth/authorize' : '/oauth/v2/authorize';
  return {
    ...config,
    slackOauth,
    slackScopes: config.slackScopes ?? (slackOauth === 'v1' ? ['bot'] : []),
    slackAuthorizeUrl: config.slackAuthorizeUrl ?? new URL(page, config.slackApiUrl).href,
  };
}

type Settings = z.output<typeof settingsSchema>;

/** RTM exists for classic apps alone, and those install by v1. */
function oauthOf({ slackOauth, slackTransport }: Settings): 'v1' | 'v2' {
  return slackOauth ?? (slackTransport === 'rtm' ? 'v1' : 'v2');
}

/** What each value allows and all together do not. */
function problemsOf(config: Settings): string[] {
  const problems = adminProblemsOf(config);
  const { slackClientId, slackClientSecret, slackTransport } = config;
  if ((slackClientId === undefined) !== (slackClientSecret === undefined)) {
    const missing = slackClientId === undefined ? 'SLACK_CLIENT_ID' : 'SLACK_CLIENT_SECRET';
    problems.push(`${missing} is missing: client id and secret go together`);
  }
  if (slackTransport === 'http' && config.slackSigningSecret === undefined) {
    problems.push('SLACK_SIGNING_SECRET is missing: SLACK_TRANSPORT = http cannot tell who posts without it');
  }
  if (slackTransport === 'socket' && config.slackAppToken === undefined) {
    problems.push('SLACK_APP_TOKEN is missing: SLACK_TRANSPORT = socket opens its connections with it');
  }
  if (slackClientId !== undefined && oauthOf(config) === 'v2' && !config.slackScopes?.length) {
    problems.push('SLACK_SCOPES is missing: OAuth v2 asks for the scopes of the bot, for example chat:write,commands');
  }
  if (oauthOf(config) === 'v1' && config.slackPkce) {
    problems.push('SLACK_PKCE = true needs SLACK_OAUTH = v2: classic apps have no PKCE');
  }
  if (oauthOf(config) === 'v1' && config.slackUserScopes.length > 0) {
    problems.push('SLACK_USER_SCOPES needs SLACK_OAUTH = v2: with v1 all scopes stand in SLACK_SCOPES');
  }
  if (isPostgresUrl(config.databaseUrl) && config.encryptionKeys === undefined) {
    problems.push('ENCRYPTION_KEYS is missing: with PostgreSQL there is no file beside the database to keep a key in');
  }
  return problems;
}

/** The database of `slack-bot-server dev` where DATABASE_URL names none. */
export const DEV_DATABASE = './data/dev.db';

/** Whether the database is a PostgreSQL; everything else is the path of a SQLite database. */
export function isPostgresUrl(databaseUrl: string): boolean {
  return /^postgres(ql)?:\/\//i.test(databaseUrl);
}

/** `mysql://`, `postgres:`, `file:`; a drive letter and `./a:b` are paths. */
function isLikeUrl(text: string): boolean {
  return /:\/\//.test(text) || /^[a-z][a-z0-9+.-]+:/i.test(text);
}

/** An unencoded `/`, `?` or `#` in a password ends the host there: its beginning would be shown as port, its end as database. */
function hasPasswordAstray(url: string): boolean {
  const [authority = '', ...rest] = url.replace(/^[^:]*:\/\//, '').split(/(?=[/?#])/);
  return !authority.includes('@') && rest.join('').includes('@');
}

function isLongEnough(text: string): boolean {
  return text.trim().length >= MIN_SECRET_LENGTH;
}

/** The address of a proxy may hold a password, which need not look like one. */
const HIDDEN_KEY = new RegExp(`${SECRET_KEY.source}|(?<!trust)proxy$`, 'i');

/** Names the value, unless it may be a secret. */
function lineOf(input: ConfigInput): (issue: z.core.$ZodIssue) => string {
  return (issue) => {
    if (issue.code === 'unrecognized_keys') return `Unknown option ${issue.keys.join(', ')}; known: ${keys.join(', ')}`;
    const key = String(issue.path[0]);
    const value = shown((input as Record<string, unknown>)[key]);
    return `${environmentName(key)}${HIDDEN_KEY.test(key) ? '' : ` = ${JSON.stringify(value)}`} ${issue.message}`;
  };
}

/** Of an address with a user, and so perhaps a password, the kind alone: where the password ends is a guess. */
function shown(value: unknown): unknown {
  if (typeof value !== 'string' || !/:.*@/s.test(value)) return value;
  return `${/^[a-z][a-z0-9+.-]*:(?:\/\/)?/i.exec(value)?.[0] ?? ''}…`;
}

/** A code that stands twice, or without a class, is no class: the schema refuses it. */
function pairsIn(text: string): Record<string, string> {
  const pairs = new Map<string, string>();
  for (const pair of text.split(',')) {
    const [code = '', verdict = '', ...rest] = pair.split('=').map((part) => part.trim());
    pairs.set(code, pairs.has(code) || rest.length > 0 ? '' : verdict);
  }
  return Object.fromEntries(pairs);
}
