/** A method for app configuration tokens, which belong to a developer and to no app. Checks them as web-api.ts checks the others. */
import { type Answer, isRefusal, type Refusal, refuse } from '../wire/answer.ts';
import { type ArgumentSpecs, type ArgumentsOf, readArguments } from '../wire/arguments.ts';
import type { ConfigToken } from '../workspace/config-tokens.ts';
import { type CallContext, openMethod, type Tier, type WebApiMethod } from './method.ts';

/** A call, and the token that it came with. */
export interface ConfigCall extends CallContext {
  readonly configToken: ConfigToken;
}

/** A method of apps.manifest.*. */
export function configMethod<Specs extends ArgumentSpecs>(facts: {
  name: string;
  tier: Tier;
  args: Specs;
  run(call: ConfigCall, args: ArgumentsOf<Specs>): Answer;
}): WebApiMethod {
  const { name, tier } = facts;
  return openMethod({
    name,
    tier,
    // Arguments are read after the token, as everywhere.
    args: {},
    teamOf: ({ world, sentToken }) => world.configTokens.find(sentToken ?? '')?.team,
    run(call) {
      const configToken = configTokenOf(call);
      if (isRefusal(configToken)) return configToken;
      const args = readArguments(facts.args, call.raw);
      return isRefusal(args) ? args : facts.run({ ...call, configToken }, args);
    },
  });
}

function configTokenOf({ world, sentToken }: CallContext): ConfigToken | Refusal {
  if (sentToken === undefined) return refuse('not_authed');
  const token = world.configTokens.find(sentToken);
  if (!token) return refuse(world.tokens.has(sentToken) ? 'not_allowed_token_type' : 'invalid_auth');
  return token.expiresAtMs <= world.clock.now() ? refuse('token_expired') : token;
}
