/** What the API has beside operations, in the document: the login, and the document itself. */
import { loginInput, SESSION_PATH, sessionOutput } from '../session-routes.ts';
import { STREAM_PATH } from '../stream/answer-stream.ts';
import { streamEvents } from '../stream/stream-events.ts';
import { commonHeaders, mediaOf, problemsOf, schemaOf } from './responses.ts';

export const DOCUMENT_PATH = '/api/openapi.json';

const EITHER = [{ bearer: [] }, { session: [] }] as const;

/** Paths that are no operations. */
export function doorPaths(): Record<string, Record<string, object>> {
  return {
    [DOCUMENT_PATH]: {
      get: {
        operationId: 'openapi',
        tags: ['door'],
        summary: 'this document',
        security: EITHER,
        responses: { 200: answer('OpenAPI 3.1.', { schema: { type: 'object' } }), ...problemsOf([]) },
        'x-role': 'read',
      },
    },
    [STREAM_PATH]: { get: followStream() },
    [SESSION_PATH]: { get: showSession, post: logIn(), delete: logOut },
  };
}

function followStream(): object {
  return {
    operationId: 'stream',
    tags: ['door'],
    summary: 'what happens, as server-sent events: goes on where Last-Event-ID says',
    description: `Events: ${Object.entries(streamEvents)
      .map(([name, { description }]) => `\`${name}\` (${description})`)
      .join(', ')}. What only one process knows is reported by that process, which it names as \`node\`.`,
    security: EITHER,
    parameters: [
      {
        name: 'Last-Event-ID',
        in: 'header',
        required: false,
        schema: { type: 'string' },
        description: 'The id of the last event that was seen; a browser sends it by itself.',
      },
    ],
    responses: {
      200: {
        description: 'Until the server stops, the login ends, or the client is too far behind; then come back.',
        headers: commonHeaders,
        content: { 'text/event-stream': { schema: { type: 'string' } } },
      },
      ...problemsOf(['too_many_streams', 'store_unavailable']),
    },
    'x-role': 'read',
    'x-events': Object.fromEntries(
      Object.entries(streamEvents).map(([name, event]) => [name, schemaOf(event, 'output')]),
    ),
  };
}

function logIn(): object {
  return {
    operationId: 'session.begin',
    tags: ['door'],
    summary: 'log in with one of the tokens: a cookie for twelve hours',
    security: [],
    requestBody: {
      required: true,
      content: { 'application/json': { schema: schemaOf(loginInput, 'input') } },
    },
    responses: {
      200: answer('The session; its cookie is in set-cookie.', mediaOf(sessionOutput)),
      ...problemsOf(['invalid_input', 'body_too_large', 'media_type_unsupported', 'store_unavailable']),
    },
  };
}

const showSession = {
  operationId: 'session.show',
  tags: ['door'],
  summary: 'who is logged in, and the token against forged requests',
  security: [{ session: [] }],
  responses: { 200: answer('The session.', mediaOf(sessionOutput)), ...problemsOf(['store_unavailable']) },
  'x-role': 'read',
};

const logOut = {
  operationId: 'session.end',
  tags: ['door'],
  summary: 'log out: the browser forgets the cookie',
  security: [{ session: [], csrf: [] }],
  responses: {
    204: { description: 'The cookie is gone.', headers: commonHeaders },
    ...problemsOf(['store_unavailable']),
  },
  'x-role': 'read',
};

function answer(description: string, media: object): object {
  return { description, headers: commonHeaders, content: { 'application/json': media } };
}
