/** What a Web API method declares about itself. One file per family in methods/, one entry per method. */

import { type Answer, isRefusal } from '../wire/answer.ts';
import { type ArgumentSpecs, type ArgumentsOf, type RawArguments, readArguments } from '../wire/arguments.ts';
import type { App, Team, Token, TokenKind } from '../workspace/model.ts';
import type { World } from '../workspace/world.ts';
import type { Services } from './services.ts';

/** Slack's tiers: requests per minute, method, team and app. (https://docs.slack.dev/apis/web-api/rate-limits) */
export type Tier = 1 | 2 | 3 | 4 | 'special';

/** What every call knows, with or without a token. */
export interface CallContext {
  readonly world: World;
  readonly services: Services;
  /** The `host:port` under which the caller reached the simulator, for the URLs in answers. */
  readonly host: string;
  /** The user and password of HTTP Basic authentication; the oauth methods take them as client id and secret. */
  readonly basic: { readonly user: string; readonly password: string } | undefined;
  readonly isPost: boolean;
  /** The token as it was sent, whatever it is. */
  readonly sentToken: string | undefined;
  /** Whether the token came in the Authorization header. */
  readonly isTokenInHeader: boolean;
  /** Every argument, also undeclared ones. */
  readonly raw: RawArguments;
}

/** What a call with a team's token knows besides. */
export interface TeamCall extends CallContext {
  readonly token: Token;
  readonly app: App;
  readonly team: Team;
}

/** What a call knows whose token may be of a workspace, of an organization, or of an app. */
export interface TokenCall extends CallContext {
  readonly token: Token;
  readonly app: App;
}

interface MethodFacts<Specs extends ArgumentSpecs> {
  readonly name: string;
  readonly tier: Tier;
  readonly args: Specs;
}

/** A method of the registry, with its arguments' types forgotten. */
export interface WebApiMethod {
  readonly name: string;
  readonly tier: Tier;
  /** Empty: no token is asked for. */
  readonly tokens: readonly TokenKind[];
  /** A granular token needs one of these; empty: none. Classic tokens have the umbrella scope. */
  readonly scopes: readonly string[];
  readonly isClassicOnly: boolean;
  /** Whether a call concerns one workspace, which an org-wide token must then name. */
  readonly needsTeam: boolean;
  /** The team that a call without a token concerns, for faults and the log. */
  teamOf(call: CallContext): Team | undefined;
  run(call: CallContext | TokenCall | TeamCall): Answer;
}

/** A method for the token of a team. @defaultValue tokens bot and user, no scopes */
export function teamMethod<Specs extends ArgumentSpecs>(
  facts: MethodFacts<Specs> & {
    tokens?: readonly TokenKind[];
    scopes?: readonly string[];
    /** Granular tokens get not_allowed_token_type. */
    isClassicOnly?: boolean;
    run(call: TeamCall, args: ArgumentsOf<Specs>): Answer;
  },
): WebApiMethod {
  const { tokens = ['bot', 'user'], scopes = [], isClassicOnly = false } = facts;
  return {
    name: facts.name,
    tier: facts.tier,
    tokens,
    scopes,
    isClassicOnly,
    needsTeam: true,
    teamOf: () => undefined,
    run(call) {
      const args = readArguments(facts.args, call.raw);
      return isRefusal(args) ? args : facts.run(call as TeamCall, args);
    },
  };
}

/** A method for any token, that concerns no workspace in particular. @defaultValue tokens bot and user */
export function tokenMethod<Specs extends ArgumentSpecs>(
  facts: MethodFacts<Specs> & {
    tokens?: readonly TokenKind[];
    run(call: TokenCall, args: ArgumentsOf<Specs>): Answer;
  },
): WebApiMethod {
  return {
    name: facts.name,
    tier: facts.tier,
    tokens: facts.tokens ?? ['bot', 'user'],
    scopes: [],
    isClassicOnly: false,
    needsTeam: false,
    teamOf: () => undefined,
    run(call) {
      const args = readArguments(facts.args, call.raw);
      return isRefusal(args) ? args : facts.run(call as TokenCall, args);
    },
  };
}

/** A method that asks for no token. */
export function openMethod<Specs extends ArgumentSpecs>(
  facts: MethodFacts<Specs> & {
    teamOf?: (call: CallContext) => Team | undefined;
    run(call: CallContext, args: ArgumentsOf<Specs>): Answer;
  },
): WebApiMethod {
  return {
    name: facts.name,
    tier: facts.tier,
    tokens: [],
    scopes: [],
    isClassicOnly: false,
    needsTeam: false,
    teamOf: facts.teamOf ?? (() => undefined),
    run(call) {
      const args = readArguments(facts.args, call.raw);
      return isRefusal(args) ? args : facts.run(call, args);
    },
  };
}
