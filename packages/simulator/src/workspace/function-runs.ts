/**
 * The runs of functions: each has a token of its own, which lives for 15 minutes and not longer than its run.
 * (slackapi/bolt-python#1075; https://docs.slack.dev/authentication/tokens, "Workflow tokens")
 */
import { tokenIdOf } from './ids.ts';
import { type Json, seconds } from './json.ts';
import type { App, AppFunction, FunctionParameter, FunctionRun, Installation, Team, Token } from './model.ts';
import type { World } from './world.ts';

/** See above for the source. */
const TOKEN_MS = 15 * 60_000;
/** How many are kept; the oldest is forgotten first, with its token. */
const RUNS_KEPT = 1000;

/** What is to be run. */
export interface FunctionRequest {
  app: App;
  team: Team;
  installation: Installation;
  definition: AppFunction;
  inputs: Readonly<Record<string, unknown>>;
}

/** The runs of one simulator, oldest first. */
export class FunctionRuns {
  readonly #world: World;
  readonly #runs = new Map<string, FunctionRun>();
  /** By app and callback id. */
  readonly #functionIds = new Map<string, string>();

  constructor(world: World) {
    this.#world = world;
    world.events.on((event) => {
      if (event.type === 'app_removed') this.#endAll(event.app, event.team);
    });
  }

  find(id: string): FunctionRun | undefined {
    return this.#runs.get(id);
  }

  /** Starts a run, and tells the app. */
  start(request: FunctionRequest): FunctionRun {
    const { ids, clock, events } = this.#world;
    const { app, team, definition } = request;
    const id = ids.id('Fx');
    const run: FunctionRun = {
      ...request,
      id,
      functionId: this.#functionIdOf(app, definition.callbackId),
      workflowRunId: ids.id('Wx'),
      startedAtMs: clock.now(),
      status: 'running',
      outputs: undefined,
      error: undefined,
      tokens: [this.#issueToken(request.installation, id)],
    };
    this.#runs.set(id, run);
    const [oldest] = this.#runs.values();
    if (oldest && this.#runs.size > RUNS_KEPT) this.#forget(oldest);
    events.emit({ type: 'function_executed', team, app, run });
    return run;
  }

  /** The token of a run; a fresh one when the last one has expired meanwhile. */
  tokenOf(run: FunctionRun): Token {
    const newest = run.tokens.at(-1);
    if (newest && (newest.expiresAtMs ?? 0) > this.#world.clock.now()) return newest;
    const fresh = this.#issueToken(run.installation, run.id);
    run.tokens.push(fresh);
    return fresh;
  }

  /** Ends a run; with an error it failed. */
  complete(run: FunctionRun, outcome: { outputs: Readonly<Record<string, unknown>> } | { error: string }): void {
    run.status = 'error' in outcome ? 'failed' : 'succeeded';
    Object.assign(run, outcome);
    for (const token of run.tokens) token.status = 'token_revoked';
  }

  #issueToken(installation: Installation, functionRunId: string): Token {
    const { ids, secrets, clock, tokens } = this.#world;
    const value = secrets.note(ids.token('xwfp'));
    const { app, team, enterprise } = installation.owner;
    const { botUserId: userId, botId } = installation;
    const { scopes } = installation.org ?? installation;
    const token: Token = {
      value,
      id: tokenIdOf(value),
      kind: 'bot',
      app,
      team,
      enterprise,
      holder: installation,
      userId,
      botId,
      scopes,
      expiresAtMs: clock.now() + TOKEN_MS,
      status: 'active',
      functionRunId,
    };
    tokens.set(value, token);
    return token;
  }

  #functionIdOf(app: App, callbackId: string): string {
    const key = `${app.id} ${callbackId}`;
    const id = this.#functionIds.get(key) ?? this.#world.ids.id('Fn');
    this.#functionIds.set(key, id);
    return id;
  }

  #endAll(app: App, team: Team): void {
    for (const run of this.#runs.values()) {
      if (run.app !== app || run.team !== team || run.status !== 'running') continue;
      this.complete(run, { error: 'The app was removed' });
      for (const token of run.tokens) token.status = 'account_inactive';
    }
  }

  #forget(run: FunctionRun): void {
    this.#runs.delete(run.id);
    for (const { value } of run.tokens) this.#world.tokens.delete(value);
  }
}

/** A function with every key that Slack sends. (https://docs.slack.dev/reference/events/function_executed) */
export function functionShape({ functionId, definition, app, startedAtMs }: FunctionRun): Json {
  const { callbackId, title, description, inputs, outputs } = definition;
  return {
    id: functionId,
    callback_id: callbackId,
    title,
    description,
    type: 'app',
    input_parameters: inputs.map(parameterShape),
    output_parameters: outputs.map(parameterShape),
    app_id: app.id,
    date_created: seconds(startedAtMs),
    date_updated: seconds(startedAtMs),
    date_deleted: 0,
  };
}

function parameterShape({ name, type, title, description, isRequired }: FunctionParameter): Json {
  return { type, name, description, title, is_required: isRequired };
}

/** What is wrong with the values, one line each; types of Slack's own are taken as they are. */
export function parameterProblems(
  parameters: readonly FunctionParameter[],
  values: Readonly<Record<string, unknown>>,
): string[] {
  return parameters.flatMap(({ name, type, isRequired }) => {
    const value = values[name];
    if (value === undefined || value === null) return isRequired ? [`missing required parameter: ${name}`] : [];
    return isOfType[type]?.(value) === false ? [`${name} must be of type ${type}`] : [];
  });
}

const isOfType: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => Number.isSafeInteger(value),
  number: (value) => typeof value === 'number',
  array: (value) => Array.isArray(value),
  object: (value) => typeof value === 'object' && !Array.isArray(value),
};
