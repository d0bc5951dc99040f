/** /api/session: a browser logs in, asks who it is, and logs out. No operation: it is about this door alone. */
import { z } from 'zod';
import { BotServerError } from '../errors.ts';
import { isoTime, time } from '../operations/fields.ts';
import type { Access } from './access.ts';
import { readJsonBody } from './json-body.ts';
import type { Session, Sessions } from './sessions.ts';

export const SESSION_PATH = '/api/session';
export const SESSION_METHODS = ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS'] as const;

/** Whoever logs in has proved nothing yet. */
const LOGIN_LIMIT_BYTES = 4_096;

/** The body of a login. */
export const loginInput = z.strictObject({
  token: z.string('must be the ADMIN_TOKEN or the ADMIN_READ_TOKEN').max(1_024, 'must have at most 1024 characters'),
});

/** Who is logged in. */
export const sessionOutput = z.object({
  role: z.enum(['read', 'operate']),
  expires: time.describe('When to log in again.'),
  csrfToken: z.string().describe('Send it as x-csrf-token with everything that is not a GET.'),
});

export interface SessionRoutesDeps {
  access: Access;
  sessions: Sessions;
  readonly toJson: (value: unknown) => string;
}

/** Answers a request to SESSION_PATH. @throws BotServerError as the gate, and `method_not_allowed` */
export async function answerSession(request: Request, address: string, deps: SessionRoutesDeps): Promise<Response> {
  const { access, sessions } = deps;
  switch (request.method) {
    case 'POST': {
      const { token } = loginOf(await readJsonBody(request, LOGIN_LIMIT_BYTES));
      const { session, setCookie } = await access.logIn(request, { token, address });
      return answer(session, deps, [setCookie]);
    }
    case 'GET':
    case 'HEAD': {
      return answer(await sessionOf(request, address, access), deps);
    }
    case 'DELETE': {
      await sessionOf(request, address, access);
      const response = new Response(null, { status: 204 });
      for (const cookie of sessions.endCookies()) response.headers.append('set-cookie', cookie);
      return response;
    }
    case 'OPTIONS':
      await access.callerOf(request, address);
      return new Response(null, { status: 204, headers: { allow: SESSION_METHODS.join(', ') } });
    default:
      throw new BotServerError('method_not_allowed', `${request.method} is not allowed here`, {
        facts: { allow: SESSION_METHODS.join(', ') },
      });
  }
}

async function sessionOf(request: Request, address: string, access: Access): Promise<Session> {
  const { session } = await access.callerOf(request, address);
  if (session) return session;
  throw new BotServerError('unauthorized', 'This is about logins, and a bearer token has none');
}

function loginOf(body: unknown): z.output<typeof loginInput> {
  const parsed = loginInput.safeParse(body);
  if (parsed.success) return parsed.data;
  // What was sent in place of the token is never repeated.
  throw new BotServerError(
    'invalid_input',
    'token must be the ADMIN_TOKEN or the ADMIN_READ_TOKEN, and the only field',
  );
}

function answer(session: Session, { toJson }: SessionRoutesDeps, cookies: readonly string[] = []): Response {
  const { role, expiresAtMs, csrfToken } = session;
  const headers = new Headers({ 'content-type': 'application/json' });
  for (const cookie of cookies) headers.append('set-cookie', cookie);
  return new Response(toJson({ role, expires: isoTime(expiresAtMs), csrfToken }), { headers });
}
