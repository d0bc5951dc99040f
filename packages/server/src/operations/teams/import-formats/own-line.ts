/** The lines of `teams import` itself, which `teams export --tokens` writes: which fields there are, and the grant that they describe. */
import { z } from 'zod';
import { readIncomingWebhook } from '../../../team/incoming-webhook.ts';
import { IMPORTED_INACTIVE } from '../../../team/installation.ts';
import type { InstallInput } from '../../../team/installations.ts';
import {
  describeIssue,
  expiresAt,
  expiresIn,
  id,
  moment,
  pairFault,
  scopes,
  text,
  token,
  tokenOf,
} from './import-fields.ts';
import type { FormatReader } from './import-format.ts';

const userFields = {
  user_refresh_token: token('user_refresh_token', 'refresh').nullish(),
  user_expires_at: expiresAt('user_expires_at').nullish(),
  user_expires_in: expiresIn('user_expires_in').nullish(),
  user_scopes: scopes('user_scopes').nullish(),
};

/** Further people, as `teams export` writes all of them. */
const userSchema = z.strictObject(
  {
    user_id: id('user_id', 'U0ANN00001'),
    user_token: token('user_token', 'user'),
    ...userFields,
  },
  'users must be a list of objects with user_id and user_token',
);

const optionalText = z.string('must be a string or null').max(2_048, 'must have at most 2048 characters').nullish();

/** As Slack calls its fields. */
const webhookSchema = z
  .strictObject(
    { url: z.string(), channel: optionalText, channel_id: optionalText, configuration_url: optionalText },
    'incoming_webhook must be an object with url, channel, channel_id and configuration_url',
  )
  .transform((webhook, context) => {
    const read = readIncomingWebhook(webhook);
    if (read) return read;
    context.addIssue('incoming_webhook.url must be an http:// or https:// URL');
    return z.NEVER;
  });

/** No organization: its own line would find it as a team of another one. */
const workspaceId = id('workspaces.team_id', 'T0ACME0001').startsWith('T', 'workspaces.team_id must begin with T');

/** Of an organization, as `teams export` writes them. */
const workspaceSchema = z.strictObject(
  { team_id: workspaceId, name: text('workspaces.name', 255).nullish() },
  'workspaces must be a list of objects with team_id and name',
);

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
  ...userFields,
  users: z.array(userSchema, 'users must be a list of objects').nullish(),
  domain: text('domain', 255).nullish(),
  installed_by: id('installed_by', 'U0ANN00001').nullish(),
  incoming_webhook: webhookSchema.nullish(),
  inactive_since: moment('inactive_since').nullish(),
  workspaces: z.array(workspaceSchema, 'workspaces must be a list of objects').nullish(),
};

const lineSchema = z.strictObject(fields);

const importFields = Object.keys(fields);

type Line = z.output<typeof lineSchema>;

type Person = z.output<typeof userSchema>;

/** Reads a line. `expires_in` counts from `nowMs`. A field of another name is an error: a misspelt refresh_token must not be lost. */
export const readOwnLine: FormatReader = (value, nowMs) => {
  const { data, error } = lineSchema.safeParse(value);
  if (error) return { error: error.issues.map((issue) => describeIssue(issue, importFields)).join('; ') };
  const fault = faultOf(data);
  return fault === undefined ? { input: inputOf(data, nowMs) } : { error: fault };
};

/** What only several fields together can get wrong. */
function faultOf(line: Line): string | undefined {
  if (line.is_enterprise_install === true) {
    if (!line.enterprise_id) return 'enterprise_id is required, because is_enterprise_install is true';
  } else if (line.workspaces?.length) {
    return 'workspaces are those of an organization: is_enterprise_install must be true';
  } else if (!line.team_id) {
    const hint = line.enterprise_id ? '; for a whole organization is_enterprise_install must be true' : '';
    return `team_id is required${hint}`;
  }
  if (!!line.user_id !== !!line.user_token) {
    const hint = line.user_id ? '; who installed the app, without a token, is installed_by' : '';
    return `user_id and user_token must be given together${hint}`;
  }
  const { refresh_token: refreshToken, expires_at: atSeconds, expires_in: inSeconds } = line;
  const names = { refresh: 'refresh_token', end: 'expires_at (or expires_in)' };
  return (
    pairFault({ refreshToken, end: atSeconds ?? inSeconds }, names) ??
    [line, ...(line.users ?? [])].map(personFault).find((fault) => fault !== undefined)
  );
}

function personFault(person: Pick<Line, keyof typeof userFields>): string | undefined {
  const { user_refresh_token: refreshToken, user_expires_at: atSeconds, user_expires_in: inSeconds } = person;
  const names = { refresh: 'user_refresh_token', end: 'user_expires_at (or user_expires_in)' };
  return pairFault({ refreshToken, end: atSeconds ?? inSeconds }, names);
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
  return {
    key,
    isEnterprise,
    enterpriseId: line.enterprise_id ?? null,
    appId: line.app_id ?? null,
    installedBy: line.installed_by ?? line.user_id ?? null,
    bot,
    users: peopleIn(line).map((person) => grantOf(person, nowMs)),
    team: {
      teamId: key,
      name: line.name ?? null,
      domain: line.domain ?? null,
      botUserId: line.bot_user_id ?? null,
      botId: line.bot_id ?? null,
    },
    ...(line.workspaces?.length && {
      workspaces: line.workspaces.map(({ team_id: teamId, name }) => ({ teamId, name: name ?? null })),
    }),
    ...(line.incoming_webhook && { incomingWebhook: line.incoming_webhook }),
    ...(line.inactive_since && {
      inactive: { kind: 'inactive' as const, reason: IMPORTED_INACTIVE, sinceMs: line.inactive_since },
    }),
  };
}

/** Each person once: of two tokens the one in `users` counts. */
function peopleIn({ users, user_id, user_token, ...line }: Line): Person[] {
  const own = user_id && user_token ? [{ ...line, user_id, user_token }] : [];
  return [...new Map([...own, ...(users ?? [])].map((person) => [person.user_id, person])).values()];
}

function grantOf(person: Person, nowMs: number): InstallInput['users'][number] {
  const token = tokenOf(nowMs, person.user_token, {
    scopes: person.user_scopes,
    refreshToken: person.user_refresh_token,
    expiresAt: person.user_expires_at,
    expiresIn: person.user_expires_in,
  });
  return { ...token, userId: person.user_id };
}
