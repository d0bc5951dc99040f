/** OpenAPI 3.1 of the admin API, made of the list of operations: what is in the list is in the document. */
import { problemSchema } from '../problem.ts';
import type { JsonSchema, Route } from '../route.ts';
import { doorPaths } from './door-paths.ts';
import { exampleOf } from './example.ts';
import { responsesOf, schemaOf } from './responses.ts';

/** The document; any tool that reads OpenAPI 3.1 takes it. */
export interface OpenApiDocument {
  openapi: '3.1.1';
  paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
  [member: string]: unknown;
}

const DESCRIPTION = `What an operator may ask and do. Questions are GET with their fields in the query, everything else is POST with a JSON body.
Lists take \`cursor\` and \`limit\` and answer \`nextCursor\`, which is null on the last page. What went wrong is an RFC 9457 problem: its
\`code\` is stable, its \`fix\` says what to do. A browser logs in at POST /api/session, and sends the \`csrfToken\` of the answer as x-csrf-token
with everything that is not a GET.`;

/** Builds the document of routes. */
export function createDocument(routes: readonly Route[], version: string): OpenApiDocument {
  const paths: Record<string, Record<string, object>> = doorPaths();
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) };
  }
  const groups = [...new Set(routes.map(tagOf))];
  return {
    openapi: '3.1.1',
    info: {
      title: 'slack-bot-server admin API',
      version,
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'Where this document came from.' }],
    tags: ['door', ...groups].map((name) => ({ name, description: TAG_WORDS[name] ?? `Operations about ${name}.` })),
    security: [{ bearer: [] }, { session: [] }],
    paths,
    components: {
      schemas: { Problem: schemaOf(problemSchema, 'output') },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'ADMIN_TOKEN, or ADMIN_READ_TOKEN for GET.' },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-slack-bot-admin', description: 'Of POST /api/session.' },
        csrf: { type: 'apiKey', in: 'header', name: 'x-csrf-token', description: 'The csrfToken of the session.' },
      },
    },
  };
}

const TAG_WORDS: Readonly<Record<string, string>> = { door: 'The API itself: logins, this document, what changes.' };

function tagOf({ operation: { name } }: Route): string {
  return name.split('.')[0] ?? name;
}

function operationOf(route: Route): object {
  const { operation, method } = route;
  const { name, summary, role } = operation;
  return {
    operationId: name,
    tags: [tagOf(route)],
    summary,
    description: role === 'read' ? 'Needs one of the tokens.' : 'Needs ADMIN_TOKEN, or a login with it.',
    security: method === 'GET' ? [{ bearer: [] }, { session: [] }] : [{ bearer: [] }, { session: [], csrf: [] }],
    parameters: parametersOf(route),
    ...(method === 'POST' && { requestBody: bodyOf(route) }),
    responses: responsesOf(route),
    'x-role': role,
  };
}

function parametersOf({ method, fields, required, pathField }: Route): object[] {
  const names = Object.keys(fields).filter((name) => method === 'GET' || name === pathField);
  return names.map((name) => {
    const { description, ...schema } = fields[name] ?? {};
    const isInPath = name === pathField;
    return {
      name,
      in: isInPath ? 'path' : 'query',
      required: isInPath || required.includes(name),
      schema,
      ...(description !== undefined && { description }),
    };
  });
}

/** The input without what stands in the path. */
function bodyOf({ operation, pathField }: Route): object {
  const json = schemaOf(operation.input, 'input');
  const example = exampleOf(operation.input, json);
  const { properties = {}, required = [], ...rest } = json;
  const left = required.filter((name) => name !== pathField);
  const schema: JsonSchema = {
    ...rest,
    properties: without(properties, pathField) as NonNullable<JsonSchema['properties']>,
    ...(left.length > 0 && { required: left }),
  };
  const isGiven = typeof example === 'object' && example !== null;
  return {
    required: left.length > 0,
    content: { 'application/json': { schema, ...(isGiven && { example: without(example, pathField) }) } },
  };
}

function without(fields: object, name: string | undefined): object {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));
}
