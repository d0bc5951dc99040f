/** `/_sim/acts`: everything that a person does besides writing and typing, with an app or without one. */
import { Hono } from 'hono';
import { z } from 'zod';
import { errorAnswer, readJson } from '../http/http-json.ts';
import { useApp } from '../interactivity/action-routes.ts';
import { actionBody, type ReadAction } from '../interactivity/action-schemas.ts';
import type { ActionTools } from '../interactivity/actor.ts';
import { personActBody, type ReadPersonAct } from './person-act-schemas.ts';
import { actAsPerson } from './person-acts.ts';

export const actBody = z.discriminatedUnion('kind', [...actionBody.options, ...personActBody.options]);

const actionKinds: ReadonlySet<string> = new Set(actionBody.options.map(({ shape }) => shape.kind.value));

/** The routes below `/_sim`. */
export function actRoutes(tools: ActionTools): Hono {
  const routes = new Hono();
  routes.onError((error, c) => errorAnswer(c, error));
  routes.post('/acts', async (c) => {
    const asked = await readJson(c, actBody);
    return c.json(isAction(asked) ? await useApp(tools, asked) : actAsPerson(tools, asked));
  });
  return routes;
}

function isAction(asked: ReadAction | ReadPersonAct): asked is ReadAction {
  return actionKinds.has(asked.kind);
}
