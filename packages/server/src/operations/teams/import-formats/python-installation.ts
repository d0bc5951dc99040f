/**
 * Installations as the Python SDK's stores write them (Bolt for Python): JSON of its files, or rows of its SQL tables, whose scopes are
 * texts with commas and whose times are texts. `users` is ours: further people, whom the store keeps in files beside it.
 */
import { z } from 'zod';
import { readIncomingWebhook } from '../../../team/incoming-webhook.ts';
import type { InstallInput } from '../../../team/installations.ts';
import {
  describeIssue,
  expiresAt,
  flag,
  id,
  moment,
  pairFault,
  scopes,
  text,
  token,
  tokenOf,
} from './import-fields.ts';
import { type FormatReader, unknownIn, withoutEmpty } from './import-format.ts';

/** Whole seconds in a file, a number as text in a CSV, a time in a table. */
const end = (what: string) =>
  z.union(
    [
      expiresAt(what),
      z
        .string()
        .regex(/^\d{1,11}$/)
        .transform(Number)
        .pipe(expiresAt(what)),
      moment(what).transform((ms) => Math.floor(ms / 1_000)),
    ],
    `${what} must be whole seconds since 1970, or a time, for example 2026-11-18 11:00:00`,
  );

const userFields = {
  user_id: id('user_id', 'U0ANN00001').optional(),
  user_token: token('user_token', 'user').optional(),
  user_scopes: scopes('user_scopes').optional(),
  user_refresh_token: token('user_refresh_token', 'refresh').optional(),
  user_token_expires_at: end('user_token_expires_at').optional(),
};

const userSchema = z.preprocess(withoutEmpty, z.object(userFields));

const fields = {
  app_id: id('app_id', 'A0ACME0001').optional(),
  enterprise_id: id('enterprise_id', 'E0ACME0001').optional(),
  enterprise_name: text('enterprise_name', 255).optional(),
  team_id: id('team_id', 'T0ACME0001').optional(),
  team_name: text('team_name', 255).optional(),
  is_enterprise_install: flag('is_enterprise_install').optional(),
  bot_token: token('bot_token', 'bot'),
  bot_id: text('bot_id', 64).optional(),
  bot_user_id: text('bot_user_id', 64).optional(),
  bot_scopes: scopes('bot_scopes').optional(),
  bot_refresh_token: token('bot_refresh_token', 'refresh').optional(),
  bot_token_expires_at: end('bot_token_expires_at').optional(),
  ...userFields,
  users: z.array(userSchema, 'users must be a list of objects').optional(),
  incoming_webhook_url: z.string('incoming_webhook_url must be a string').optional(),
  incoming_webhook_channel: z.string('incoming_webhook_channel must be a string').optional(),
  incoming_webhook_channel_id: z.string('incoming_webhook_channel_id must be a string').optional(),
  incoming_webhook_configuration_url: z.string('incoming_webhook_configuration_url must be a string').optional(),
};

const installationSchema = z.object(fields);

const installationFields = Object.keys(fields);

/** Keys of tables, and what Slack says again. */
const KNOWN = new Set([...installationFields, 'id', 'client_id', 'enterprise_url', 'token_type', 'installed_at']);

type PythonInstallation = z.output<typeof installationSchema>;

type Person = z.output<typeof userSchema>;

export const readPythonInstallation: FormatReader = (value, nowMs) => {
  const { data, error } = installationSchema.safeParse(withoutEmpty(value));
  if (error) return { error: error.issues.map((issue) => describeIssue(issue, installationFields)).join('; ') };
  const fault = faultOf(data);
  if (fault !== undefined) return { error: fault };
  return { input: inputOf(data, nowMs), ignored: unknownIn(Object(value), KNOWN) };
};

function faultOf(row: PythonInstallation): string | undefined {
  if (row.is_enterprise_install === true) {
    if (!row.enterprise_id) return 'enterprise_id is required, because is_enterprise_install is true';
  } else if (!row.team_id) return 'team_id is required; for a whole organization is_enterprise_install must be true';
  return (
    pairFault(
      { refreshToken: row.bot_refresh_token, end: row.bot_token_expires_at },
      { refresh: 'bot_refresh_token', end: 'bot_token_expires_at' },
    ) ??
    peopleIn(row)
      .map(personFault)
      .find((fault) => fault !== undefined)
  );
}

function personFault(person: Person): string | undefined {
  if (!person.user_id) return 'user_id is required beside user_token';
  return pairFault(
    { refreshToken: person.user_refresh_token, end: person.user_token_expires_at },
    { refresh: 'user_refresh_token', end: 'user_token_expires_at' },
  );
}

/** Each person with a token once; who stands in `users` has a file of his own, which is the newer one. */
function peopleIn({ users = [], ...row }: PythonInstallation): Person[] {
  const newest = new Map<string | undefined, Person>([row, ...users].map((person) => [person.user_id, person]));
  return [...newest.values()].filter(({ user_token }) => user_token !== undefined);
}

function inputOf(row: PythonInstallation, nowMs: number): InstallInput {
  const isEnterprise = row.is_enterprise_install === true;
  const key = String(isEnterprise ? row.enterprise_id : row.team_id);
  return {
    key,
    isEnterprise,
    enterpriseId: row.enterprise_id ?? null,
    appId: row.app_id ?? null,
    installedBy: row.user_id ?? null,
    bot: tokenOf(nowMs, row.bot_token, {
      scopes: row.bot_scopes,
      refreshToken: row.bot_refresh_token,
      expiresAt: row.bot_token_expires_at,
    }),
    users: peopleIn(row).map((person) => ({
      ...tokenOf(nowMs, String(person.user_token), {
        scopes: person.user_scopes,
        refreshToken: person.user_refresh_token,
        expiresAt: person.user_token_expires_at,
      }),
      userId: String(person.user_id),
    })),
    team: {
      teamId: key,
      name: (isEnterprise ? row.enterprise_name : row.team_name) ?? null,
      domain: null,
      botUserId: row.bot_user_id ?? null,
      botId: row.bot_id ?? null,
    },
    ...webhookOf(row),
  };
}

function webhookOf(row: PythonInstallation): Pick<InstallInput, 'incomingWebhook'> {
  const webhook = readIncomingWebhook({
    url: row.incoming_webhook_url,
    channel: row.incoming_webhook_channel,
    channel_id: row.incoming_webhook_channel_id,
    configuration_url: row.incoming_webhook_configuration_url,
  });
  return webhook ? { incomingWebhook: webhook } : {};
}
