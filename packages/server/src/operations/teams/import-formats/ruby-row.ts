/**
 * Rows of slack-ruby-bot-server's table `teams` (ActiveRecord and Mongoid have the same columns). It knows neither org-wide
 * installations nor tokens that rotate. A row with `active` false was deactivated there and comes as inactive.
 */
import { z } from 'zod';
import { IMPORTED_INACTIVE } from '../../../team/installation.ts';
import type { InstallInput } from '../../../team/installations.ts';
import { describeIssue, flag, id, isOfKind, moment, text, token, tokenOf } from './import-fields.ts';
import { type FormatReader, unknownIn, withoutEmpty } from './import-format.ts';

const fields = {
  team_id: id('team_id', 'T0ACME0001'),
  name: text('name', 255).optional(),
  domain: text('domain', 255).optional(),
  token: token('token', 'bot'),
  active: flag('active').optional(),
  bot_user_id: text('bot_user_id', 64).optional(),
  activated_user_id: id('activated_user_id', 'U0ANN00001').optional(),
  activated_user_access_token: text('activated_user_access_token', 1_000).optional(),
  // Slack's own list: by comma, in old answers by space.
  oauth_scope: z
    .string('oauth_scope must be a string')
    .transform((list) => list.split(/[\s,]+/).filter((scope) => scope !== ''))
    .optional(),
  oauth_version: z.enum(['v1', 'v2'], 'oauth_version must be v1 or v2').optional(),
  updated_at: moment('updated_at').optional(),
};

const rowSchema = z.object(fields);

const rowFields = Object.keys(fields);

/** Its keys and its creation are of no use here. */
const KNOWN = new Set([...rowFields, 'id', '_id', 'created_at']);

type Row = z.output<typeof rowSchema>;

export const readRubyRow: FormatReader = (value, nowMs) => {
  const { data, error } = rowSchema.safeParse(withoutEmpty(value));
  if (error) return { error: error.issues.map((issue) => describeIssue(issue, rowFields)).join('; ') };
  return { input: inputOf(data, nowMs), ignored: unknownIn(Object(value), KNOWN) };
};

function inputOf(row: Row, nowMs: number): InstallInput {
  // Its default in every version of the table.
  const isV1 = (row.oauth_version ?? 'v1') === 'v1';
  return {
    key: row.team_id,
    isEnterprise: false,
    appId: null,
    installedBy: row.activated_user_id ?? null,
    // v1 lists one set of scopes for both tokens; the bot's is always exactly `bot`.
    bot: tokenOf(nowMs, row.token, { scopes: isV1 ? ['bot'] : row.oauth_scope }),
    users: personOf(row).map((person) => ({ ...tokenOf(nowMs, person.token, person), userId: person.userId })),
    team: {
      teamId: row.team_id,
      name: row.name ?? null,
      domain: row.domain ?? null,
      botUserId: row.bot_user_id ?? null,
      botId: null,
    },
    ...(row.active === false && {
      inactive: { kind: 'inactive' as const, reason: IMPORTED_INACTIVE, sinceMs: row.updated_at ?? nowMs },
    }),
  };
}

/** With v2 the column repeats the bot's token; with v1 it is the person's. */
function personOf(row: Row): { userId: string; token: string; scopes: string[] }[] {
  const { activated_user_id: userId, activated_user_access_token: word, oauth_scope: scopes = [] } = row;
  if (!userId || !word || word === row.token || !isOfKind(word, 'user')) return [];
  return [{ userId, token: word, scopes }];
}
