/** `/_sim/session`: what happened since a moment, as a list, as a seed file, and as a vitest test that plays it again. */
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { stringify } from 'yaml';
import { z } from 'zod';
import { SimulatorError } from '../errors.ts';
import { errorAnswer } from '../http/http-json.ts';
import { seedOfWorld } from '../seed/seed-of-world.ts';
import type { Seed } from '../seed/seed-schema.ts';
import type { Session } from '../session/session.ts';
import type { DoneStep } from '../session/session-step.ts';
import { sessionTest } from '../session/session-test.ts';
import type { World } from '../workspace/world.ts';

export const sessionInfo = z.strictObject({
  /** On the simulator's clock; absent: no session was begun. */
  startedAtMs: z.number().optional(),
  /** Nothing more is taken. */
  isFull: z.boolean(),
  /** What people did, and what apps answered, oldest first. */
  steps: z.array(
    z.strictObject({ atMs: z.number(), kind: z.enum(['done', 'answer']), what: z.string(), text: z.string() }),
  ),
});

/** The session at a glance. */
export type SessionInfo = z.output<typeof sessionInfo>;

/** The routes below `/_sim`. */
export function sessionRoutes({ world, session }: { world: World; session: Session }): Hono {
  const routes = new Hono();
  routes.onError((error, c) => errorAnswer(c, error));
  routes.get('/session', (c) => c.json(infoOf(session)));
  routes.post('/session', (c) => {
    session.begin();
    return c.json(infoOf(session), 201);
  });
  routes.get('/session/seed.yaml', (c) => file(c, yamlOf(seedIn(session))));
  routes.get('/session/session.test.ts', (c) =>
    file(c, sessionTest(world, { seed: seedIn(session), steps: session.steps, startedAtMs: session.startedAtMs })),
  );
  routes.get('/seed.yaml', (c) => file(c, yamlOf(seedOfWorld(world))));
  return routes;
}

/** Notes what is asked of `/_sim`, and what came of it. Before all other routes. */
export function sessionNotes(session: Session): MiddlewareHandler {
  return async (c, next) => {
    const { method, path } = c.req;
    if (method === 'GET') return await next();
    // A body that is no JSON is refused by the route.
    const body: unknown = await c.req.json().catch(() => ({}));
    const note = session.take({ method, path, body: Object(body) as DoneStep['body'] });
    await next();
    if (!note) return;
    const answer: unknown = c.res.ok
      ? await c.res
          .clone()
          .json()
          .catch(() => ({}))
      : undefined;
    note(answer as DoneStep['answer']);
  };
}

function seedIn({ seed }: Session): Seed {
  if (!seed) throw new SimulatorError('not_found', 'No session was begun: POST /_sim/session begins one');
  return seed;
}

function yamlOf(seed: Seed): string {
  // Without aliases: a person is to change it.
  return stringify(seed, { aliasDuplicateObjects: false, lineWidth: 140 });
}

function file(c: Context, text: string): Response {
  return c.text(text, 200, { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
}

/** Of a step's text, at a glance: the page reads the list again with each message. */
const TEXT_SHOWN = 200;

function infoOf(session: Session): SessionInfo {
  return {
    startedAtMs: session.seed && session.startedAtMs,
    isFull: session.isFull,
    steps: session.steps.map((step) =>
      step.kind === 'done'
        ? { atMs: step.atMs, kind: step.kind, what: whatOf(step), text: wordsOf(step).slice(0, TEXT_SHOWN) }
        : { atMs: step.atMs, kind: step.kind, what: step.how, text: step.text.slice(0, TEXT_SHOWN) },
    ),
  };
}

function whatOf({ method, body }: DoneStep): string {
  return typeof body.kind === 'string' ? `${method} ${body.kind}` : method;
}

function wordsOf({ body }: DoneStep): string {
  const { text, command, actionId, name, user } = body;
  return [user, command, actionId, name, text].filter((one) => typeof one === 'string').join(' ');
}
