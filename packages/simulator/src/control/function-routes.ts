/** `/_sim/function-runs`: a workflow comes to a step of an app, and what became of it. */
import { Hono } from 'hono';
import { z } from 'zod';
import { SimulatorError } from '../errors.ts';
import { errorAnswer, readJson } from '../http/http-json.ts';
import { functionsOf } from '../manifest/app-functions.ts';
import { parameterProblems } from '../workspace/function-runs.ts';
import { appOf, installationOf, teamOf } from '../workspace/lookups.ts';
import type { App, AppFunction, FunctionRun } from '../workspace/model.ts';
import type { World } from '../workspace/world.ts';

export const functionRunBody = z.strictObject({
  /** Id, domain or name. */
  team: z.string(),
  /** Id; the default app when absent. */
  app: z.string().optional(),
  /** Of a function in the manifest of the app. */
  callbackId: z.string(),
  /** By the parameter's name. */
  inputs: z.record(z.string(), z.unknown()).default({}),
});

/** A step that a workflow came to. */
export type FunctionRunBody = z.input<typeof functionRunBody>;

/** A run of a function as it stands. */
export interface FunctionRunInfo {
  id: string;
  app: string;
  team: string;
  callbackId: string;
  status: FunctionRun['status'];
  inputs: Readonly<Record<string, unknown>>;
  outputs?: Readonly<Record<string, unknown>> | undefined;
  /** Why it failed, in the app's words. */
  error?: string | undefined;
}

/** The routes below `/_sim`. */
export function functionRoutes(world: World): Hono {
  const routes = new Hono();
  routes.onError((error, c) => errorAnswer(c, error));
  routes.post('/function-runs', async (c) => {
    const body = await readJson(c, functionRunBody);
    const team = teamOf(world, body.team);
    const app = appOf(world, body.app);
    const definition = definitionOf(app, body.callbackId);
    const problems = parameterProblems(definition.inputs, body.inputs);
    if (problems.length > 0) throw new SimulatorError('invalid_input', `inputs: ${problems.join('; ')}`);
    const installation = installationOf(world, team, app.id);
    if (installation.status !== 'active') {
      throw new SimulatorError('invalid_input', `App ${app.id} is not installed in team ${team.id} any more`);
    }
    return c.json(runInfo(world.functionRuns.start({ app, team, installation, definition, inputs: body.inputs })), 201);
  });
  routes.get('/function-runs/:id', (c) => {
    const run = world.functionRuns.find(c.req.param('id'));
    if (!run) throw new SimulatorError('not_found', `No run ${c.req.param('id')} of a function`);
    return c.json(runInfo(run));
  });
  return routes;
}

function definitionOf(app: App, callbackId: string): AppFunction {
  const known = functionsOf(app);
  const found = known.find((one) => one.callbackId === callbackId);
  if (found) return found;
  const names = known.map((one) => one.callbackId).join(', ') || 'none';
  throw new SimulatorError('not_found', `App ${app.id} has no function ${callbackId}; its manifest declares: ${names}`);
}

function runInfo({ id, app, team, definition, status, inputs, outputs, error }: FunctionRun): FunctionRunInfo {
  return { id, app: app.id, team: team.id, callbackId: definition.callbackId, status, inputs, outputs, error };
}
