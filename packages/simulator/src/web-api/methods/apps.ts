/** apps.connections.open and apps.event.authorizations.list: what an app-level token is for. */
import { authorizationOf, readContext } from '../../deliveries/envelope.ts';
import { type Answer, isRefusal, refuse } from '../../wire/answer.ts';
import { type ArgumentSpecs, type ArgumentsOf, integer, readArguments, text } from '../../wire/arguments.ts';
import type { Token } from '../../workspace/model.ts';
import type { CallContext, Tier, WebApiMethod } from '../method.ts';
import { paginate } from '../pagination.ts';

export const appMethods: readonly WebApiMethod[] = [
  appMethod({
    name: 'apps.connections.open',
    tier: 3,
    scope: 'connections:write',
    args: {},
    run({ services, token, host }) {
      // A classic app has RTM in its place. (https://docs.slack.dev/apis/events-api/using-socket-mode)
      if (token.app.kind === 'classic') return refuse('not_allowed_token_type');
      return { ok: true, url: services.socketMode.openTicket(token, host) };
    },
  }),
  appMethod({
    name: 'apps.event.authorizations.list',
    tier: 4,
    scope: 'authorizations:read',
    args: { event_context: text.required(), cursor: text.optional(), limit: integer.optional() },
    run({ world, token }, { event_context: context, cursor, limit }) {
      const facts = readContext(context);
      if (!facts) return refuse('invalid_event_context');
      if (facts.appId !== token.app.id) return refuse('auth_mismatch');
      const team = world.teams.get(facts.teamId);
      const installation = team?.installations.get(token.app.id);
      const all = team && installation?.status === 'active' ? [authorizationOf(team, installation)] : [];
      const page = paginate(all, ({ user_id: id }) => String(id), { cursor, limit, defaultLimit: 100 });
      if (isRefusal(page)) return page;
      return { ok: true, authorizations: page.items, response_metadata: { next_cursor: page.nextCursor } };
    },
  }),
];

/** A method for the token of an app, which must come in the header of a POST. */
function appMethod<Specs extends ArgumentSpecs>(facts: {
  name: string;
  tier: Tier;
  scope: string;
  args: Specs;
  run(call: CallContext & { token: Token }, args: ArgumentsOf<Specs>): Answer;
}): WebApiMethod {
  return {
    name: facts.name,
    tier: facts.tier,
    tokens: ['app'],
    scopes: [facts.scope],
    isClassicOnly: false,
    needsTeam: false,
    teamOf: () => undefined,
    run(call) {
      if (!call.isPost) return refuse('insecure_request');
      if (!call.isTokenInHeader) return refuse('missing_args');
      const args = readArguments(facts.args, call.raw);
      return isRefusal(args) ? args : facts.run(call as CallContext & { token: Token }, args);
    },
  };
}
