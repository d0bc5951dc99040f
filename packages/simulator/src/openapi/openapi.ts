/** `GET /_sim/openapi.json`: describes every registered route of `/_sim`, made of the schemas that check and type them. */
import { Hono } from 'hono';
import { z } from 'zod';
import { errorInfo } from './answer-schemas.ts';
import { type RouteDoc, routeDocs } from './route-docs.ts';

/** A registered route, as Hono lists it. */
export interface RegisteredRoute {
  readonly method: string;
  /** With parameters as `:team`. */
  readonly path: string;
}

type Json = Record<string, unknown>;

/** The route below `/_sim`. `registered` is asked at each request, when everything is joined. */
export function openApiRoutes(tools: { registered: () => readonly RegisteredRoute[]; url: () => string }): Hono {
  const routes = new Hono();
  let description: Json | undefined;
  routes.get('/openapi.json', (c) => c.json((description ??= openApi(tools.registered(), tools.url()))));
  return routes;
}

/** The description. A route that nobody documented is there too, and says so. */
export function openApi(registered: readonly RegisteredRoute[], url: string): Json {
  const paths: Record<string, Json> = {};
  for (const { method, path: registeredPath } of registered) {
    if (method === 'ALL' || !/^\/_sim(\/|$)/.test(registeredPath)) continue;
    const path = registeredPath.replaceAll(/:(\w+)/g, '{$1}').replace(/\/$/, '');
    const doc = routeDocs[`${method} ${path}`];
    const operation = doc ? describe(path, doc) : { summary: '', 'x-undocumented': true };
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'slack-simulator control',
      version: '1',
      description:
        'What can be done to a simulated Slack. Teams are named by id, domain or name, people by id or name.',
    },
    servers: [{ url }],
    paths,
  };
}

function describe(path: string, { summary, query, body, status = 200, answer }: RouteDoc): Json {
  return {
    summary,
    parameters: [...pathParameters(path), ...(query ? queryParameters(query) : [])],
    ...(body && { requestBody: { required: true, content: jsonContent(body, 'input') } }),
    responses: {
      [status]: {
        description: summary,
        content: typeof answer === 'string' ? { [answer]: {} } : jsonContent(answer, 'output'),
      },
      default: { description: 'What is wrong, and with what', content: jsonContent(errorInfo, 'output') },
    },
  };
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(query: z.ZodObject): Json[] {
  const { properties = {}, required = [] } = jsonSchema(query, 'input') as { properties?: Json; required?: string[] };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

function jsonContent(schema: z.ZodType, io: 'input' | 'output'): Json {
  return { 'application/json': { schema: jsonSchema(schema, io) } };
}

/** OpenAPI 3.1 takes JSON Schema as it is; the dialect is the same for all. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
