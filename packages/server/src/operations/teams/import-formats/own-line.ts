/** The lines of `teams import` itself, which `teams export --tokens` writes: which fields there are, and the grant that they describe. */
import { z } from 'zod';
import type { InstallInput } from '../../../team/installations.ts';
import { describeIssue, expiresAt, expiresIn, id, pairFault, scopes, text, token, tokenOf } from './import-fields.ts';
import type { FormatReader } from './import-format.ts';

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

const importFields = Object.keys(fields);

type Line = z.output<typeof lineSchema>;

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
  } else if (!line.team_id) {
    const hint = line.enterprise_id ? '; for a whole organization is_enterprise_install must be true' : '';
    return `team_id is required${hint}`;
  }
  if (!!line.user_id !== !!line.user_token) return 'user_id and user_token must be given together';
  return rotationFault(line, '') ?? rotationFault(line, 'user_');
}

function rotationFault(line: Line, of: '' | 'user_'): string | undefined {
  const pair = { refreshToken: line[`${of}refresh_token`], end: line[`${of}expires_at`] ?? line[`${of}expires_in`] };
  return pairFault(pair, { refresh: `${of}refresh_token`, end: `${of}expires_at (or ${of}expires_in)` });
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
