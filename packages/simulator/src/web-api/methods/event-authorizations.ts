/** apps.event.authorizations.list: who of an app sees the event of a delivery. */
import { authorizationOf, readContext } from '../../deliveries/envelope.ts';
import { isRefusal, refuse } from '../answer.ts';
import { integer, text } from '../arguments.ts';
import { tokenMethod, type WebApiMethod } from '../method.ts';
import { paginate } from '../pagination.ts';

export const eventAuthorizationMethods: readonly WebApiMethod[] = [
  tokenMethod({
    name: 'apps.event.authorizations.list',
    tier: 'special',
    tokens: ['app'],
    args: {
      event_context: text.required({ missing: 'invalid_event_context', invalid: 'invalid_event_context' }),
      cursor: text.optional({ invalid: 'invalid_cursor' }),
      limit: integer.lenient(),
    },
    run({ world, token }, { event_context: context, cursor, limit }) {
      if (!token.scopes.includes('authorizations:read')) {
        return refuse('missing_scope', { needed: 'authorizations:read', provided: token.scopes.join(',') });
      }
      const named = readContext(context);
      const team = named && world.teams.get(named.teamId);
      if (!named || !team) return refuse('invalid_event_context');
      if (named.appId !== token.app.id) return refuse('auth_mismatch');
      const installation = team.installations.get(named.appId);
      const all = installation?.status === 'active' ? [authorizationOf(team, installation)] : [];
      const page = paginate(all, ({ team_id: id }) => String(id), {
        cursor,
        limit,
        defaultLimit: 100,
        onBadLimit: 'default',
      });
      if (isRefusal(page)) return page;
      return { ok: true, authorizations: page.items, response_metadata: { next_cursor: page.nextCursor } };
    },
  }),
];
