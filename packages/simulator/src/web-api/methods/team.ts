/** team.*: the workspace. */
import { teamShape } from '../../workspace/slack-shapes.ts';
import { refuse } from '../answer.ts';
import { text } from '../arguments.ts';
import { teamMethod, type WebApiMethod } from '../method.ts';

export const teamMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'team.info',
    tier: 3,
    scopes: ['team:read'],
    args: { team: text.optional(), domain: text.optional() },
    run({ team }, args) {
      const isOther = (args.team ?? team.id) !== team.id || (args.domain ?? team.domain) !== team.domain;
      return isOther ? refuse('team_not_found') : { ok: true, team: teamShape(team) };
    },
  }),
];
