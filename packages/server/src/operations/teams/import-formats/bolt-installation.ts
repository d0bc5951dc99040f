/**
 * Installations as @slack/oauth hands them to an InstallationStore (Bolt for JavaScript), one JSON object a line. `users` is ours: further
 * people, each like `user`, which the store keeps in files beside it.
 */
import { z } from 'zod';
import { readIncomingWebhook } from '../../../team/incoming-webhook.ts';
import type { GrantedToken, InstallInput } from '../../../team/installations.ts';
import { describeIssue, expiresAt, id, pairFault, text, token, tokenOf } from './import-fields.ts';
import { type FormatReader, unknownIn } from './import-format.ts';

const list = (what: string) => z.array(z.string(), `${what} must be a list of strings`);

const place = (what: string, example: string) =>
  z
    .object({ id: id(`${what}.id`, example), name: text(`${what}.name`, 255).nullish() }, `${what} must be an object`)
    .nullish();

const life = (what: string) => ({
  refreshToken: token(`${what}.refreshToken`, 'refresh').nullish(),
  expiresAt: expiresAt(`${what}.expiresAt`).nullish(),
});

const person = (what: string) =>
  z.object(
    {
      id: id(`${what}.id`, 'U0ANN00001'),
      token: token(`${what}.token`, 'user').nullish(),
      scopes: list(`${what}.scopes`).nullish(),
      ...life(what),
    },
    `${what} must be an object`,
  );

const fields = {
  team: place('team', 'T0ACME0001'),
  enterprise: place('enterprise', 'E0ACME0001'),
  isEnterpriseInstall: z.boolean('isEnterpriseInstall must be true or false').nullish(),
  bot: z.object(
    {
      token: token('bot.token', 'bot'),
      scopes: list('bot.scopes').nullish(),
      id: text('bot.id', 64).nullish(),
      userId: text('bot.userId', 64).nullish(),
      ...life('bot'),
    },
    'bot must be an object with a token: an installation of a person alone has no bot to keep',
  ),
  user: person('user').nullish(),
  users: z.array(person('users'), 'users must be a list of objects like user').nullish(),
  appId: id('appId', 'A0ACME0001').nullish(),
  incomingWebhook: z.record(z.string(), z.unknown(), 'incomingWebhook must be an object').nullish(),
};

const installationSchema = z.object(fields);

const installationFields = Object.keys(fields);

/** What Slack says again: of no use here. */
const KNOWN = new Set([...installationFields, 'tokenType', 'enterpriseUrl', 'authVersion']);

type BoltInstallation = z.output<typeof installationSchema>;

export const readBoltInstallation: FormatReader = (value, nowMs) => {
  const { data, error } = installationSchema.safeParse(value);
  if (error) return { error: error.issues.map((issue) => describeIssue(issue, installationFields)).join('; ') };
  const fault = faultOf(data);
  if (fault !== undefined) return { error: fault };
  return { input: inputOf(data, nowMs), ignored: unknownIn(Object(value), KNOWN) };
};

/** Old versions did not write isEnterpriseInstall: an organization without a team is one. */
function isOrgWide({ isEnterpriseInstall, team, enterprise }: BoltInstallation): boolean {
  return isEnterpriseInstall ?? (!team && !!enterprise);
}

function faultOf(installation: BoltInstallation): string | undefined {
  const { team, enterprise, bot, user, users } = installation;
  if (isOrgWide(installation) && !enterprise) return 'enterprise.id is required, because isEnterpriseInstall is true';
  if (!isOrgWide(installation) && !team)
    return 'team.id is required; for a whole organization isEnterpriseInstall must be true';
  const holders = [
    ['bot', bot] as const,
    ['user', user] as const,
    ...(users ?? []).map((one) => ['users', one] as const),
  ];
  for (const [name, holder] of holders) {
    if (!holder?.token) continue;
    const { refreshToken, expiresAt: end } = holder;
    const fault = pairFault({ refreshToken, end }, { refresh: `${name}.refreshToken`, end: `${name}.expiresAt` });
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function inputOf(installation: BoltInstallation, nowMs: number): InstallInput {
  const { team, enterprise, bot, user, appId } = installation;
  const isEnterprise = isOrgWide(installation);
  const key = String(isEnterprise ? enterprise?.id : team?.id);
  return {
    key,
    isEnterprise,
    enterpriseId: enterprise?.id ?? null,
    appId: appId ?? null,
    installedBy: user?.id ?? null,
    bot: tokenOf(nowMs, bot.token, bot),
    users: peopleOf(installation, nowMs),
    team: {
      teamId: key,
      name: (isEnterprise ? enterprise?.name : team?.name) ?? null,
      domain: null,
      botUserId: bot.userId ?? null,
      botId: bot.id ?? null,
    },
    ...webhookOf(installation),
  };
}

/** Each person once; who stands in `users` has a file of his own, which is the newer one. */
function peopleOf({ user, users }: BoltInstallation, nowMs: number): (GrantedToken & { userId: string })[] {
  const all = [user, ...(users ?? [])].filter((one) => !!one);
  const newest = new Map(all.map((one) => [one.id, one]));
  return [...newest.values()].flatMap((one) =>
    one.token ? [{ ...tokenOf(nowMs, one.token, one), userId: one.id }] : [],
  );
}

function webhookOf({ incomingWebhook }: BoltInstallation): Pick<InstallInput, 'incomingWebhook'> {
  const { url, channel, channelId, configurationUrl } = incomingWebhook ?? {};
  const webhook = readIncomingWebhook({ url, channel, channel_id: channelId, configuration_url: configurationUrl });
  return webhook ? { incomingWebhook: webhook } : {};
}
