/** apps.manifest.* and tooling.tokens.rotate: a developer's tools make apps, change them and delete them. */
import { manifestOf, settingsOf } from '../../manifest/app-settings.ts';
import { checkManifest } from '../../manifest/check-manifest.ts';
import type { Manifest } from '../../manifest/manifest-schema.ts';
import { homeOf } from '../../oauth/authorize-v2-request.ts';
import { type Answer, isRefusal, type Refusal, refuse } from '../../wire/answer.ts';
import { anything, text } from '../../wire/arguments.ts';
import { addApp } from '../../workspace/apps.ts';
import { deleteApp } from '../../workspace/delete-app.ts';
import type { App } from '../../workspace/model.ts';
import { seconds } from '../../workspace/slack-shapes.ts';
import { type ConfigCall, configMethod } from '../config-method.ts';
import { openMethod, type WebApiMethod } from '../method.ts';

const manifestArgument = anything.required({ empty: 'invalid_manifest' });
const appArgument = text.required({ invalid: 'invalid_app_id' });

export const manifestMethods: readonly WebApiMethod[] = [
  configMethod({
    name: 'apps.manifest.create',
    tier: 1,
    args: { manifest: manifestArgument, team_id: text.optional({ invalid: 'invalid_team_id' }) },
    run: create,
  }),
  configMethod({
    name: 'apps.manifest.update',
    tier: 1,
    args: { app_id: appArgument, manifest: manifestArgument },
    run: update,
  }),
  configMethod({
    name: 'apps.manifest.validate',
    tier: 3,
    args: { app_id: text.optional({ invalid: 'invalid_app_id' }), manifest: manifestArgument },
    run(call, args) {
      const app = args.app_id === undefined ? undefined : ownApp(call, args.app_id);
      // The page of this method knows no app_not_found.
      if (isRefusal(app)) return app.error === 'app_not_found' ? refuse('invalid_app_id') : app;
      const manifest = readManifest(args.manifest);
      return isRefusal(manifest) ? manifest : { ok: true, errors: [] };
    },
  }),
  configMethod({
    name: 'apps.manifest.export',
    tier: 3,
    args: { app_id: appArgument },
    run(call, args) {
      const app = ownApp(call, args.app_id);
      return isRefusal(app) ? app : { ok: true, manifest: manifestOf(app) };
    },
  }),
  configMethod({
    name: 'apps.manifest.delete',
    tier: 1,
    args: { app_id: appArgument },
    run(call, args) {
      const app = ownApp(call, args.app_id);
      if (isRefusal(app)) return app;
      call.services.socketMode.disconnect(app.id, 'link_disabled', 0);
      deleteApp(call.world, app);
      return { ok: true };
    },
  }),
  openMethod({
    name: 'tooling.tokens.rotate',
    tier: 'special',
    args: { refresh_token: text.required({ invalid: 'invalid_refresh_token' }) },
    teamOf: ({ world, raw }) =>
      typeof raw.refresh_token === 'string'
        ? world.configTokens.findByRefreshToken(raw.refresh_token)?.team
        : undefined,
    run({ world }, args) {
      const token = world.configTokens.rotate(args.refresh_token);
      if (!token) return refuse('invalid_refresh_token');
      return {
        ok: true,
        token: token.value,
        refresh_token: token.refreshToken,
        team_id: token.team.id,
        user_id: token.userId,
        iat: seconds(token.issuedAtMs),
        exp: seconds(token.expiresAtMs),
      };
    },
  }),
];

function create(call: ConfigCall, args: { manifest: unknown; team_id: string | undefined }): Answer {
  const { world, host, configToken } = call;
  const { team, userId } = configToken;
  const asked = args.team_id === undefined ? team : world.teams.get(args.team_id);
  if (!asked) return refuse('invalid_team_id');
  if (!asked.users.has(userId)) return refuse('not_in_team');
  const manifest = readManifest(args.manifest);
  if (isRefusal(manifest)) return manifest;
  // Until its developer distributes it, an app belongs to the workspace where it was made.
  const app = addApp(world, { ...settingsOf(manifest), homeTeam: asked.id, isDistributed: false });
  return {
    ok: true,
    app_id: app.id,
    credentials: {
      client_id: app.clientId,
      client_secret: app.clientSecret,
      verification_token: app.verificationToken,
      signing_secret: app.signingSecret,
    },
    oauth_authorize_url: authorizeUrl(world.origin(host), app),
    team_id: asked.id,
    team_domain: asked.domain,
  };
}

/** Everything in the manifest is as it says from then on. Its URLs are taken without the challenge of the settings page. */
function update(call: ConfigCall, args: { app_id: string; manifest: unknown }): Answer {
  const app = ownApp(call, args.app_id);
  if (isRefusal(app)) return app;
  const manifest = readManifest(args.manifest);
  if (isRefusal(manifest)) return manifest;
  const before = scopesOf(app);
  const { kind: _, ...settings } = settingsOf(manifest);
  if (app.isSocketModeOn && !settings.isSocketModeOn) {
    call.services.socketMode.disconnect(app.id, 'link_disabled', 0);
  }
  Object.assign(app, settings);
  return { ok: true, app_id: app.id, permissions_updated: before !== scopesOf(app) };
}

function readManifest(value: unknown): Manifest | Refusal {
  const { manifest, problems } = checkManifest(value);
  return manifest ?? refuse('invalid_manifest', { errors: problems });
}

/** The app, if the developer may manage it: it was made in their workspace, and is none of the classic ones. */
function ownApp({ world, configToken }: ConfigCall, id: string): App | Refusal {
  if (!/^A[A-Z0-9]+$/.test(id)) return refuse('invalid_app_id');
  const app = world.apps.get(id);
  if (!app) return refuse('app_not_found');
  if (homeOf(world, app) !== configToken.team) return refuse('no_permission');
  return app.kind === 'granular' ? app : refuse('app_not_eligible');
}

function scopesOf({ botScopes, userScopes }: App): string {
  return JSON.stringify([botScopes.toSorted(), userScopes.toSorted()]);
}

function authorizeUrl(origin: string, { clientId, botScopes, userScopes }: App): string {
  const query = new URLSearchParams({ client_id: clientId, scope: botScopes.join(',') });
  if (userScopes.length > 0) query.set('user_scope', userScopes.join(','));
  return `${origin}/oauth/v2/authorize?${query.toString()}`;
}
