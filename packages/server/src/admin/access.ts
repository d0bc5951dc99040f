/** Who asks: the role of a request, by its bearer token or the cookie of a login. What a role may do stands at the operation. */
import { BotServerError } from '../errors.ts';
import type { Role } from '../operations/operation.ts';
import type { LoginLimits } from './login-limits.ts';
import { requireLoopbackHost, requireSameOrigin } from './same-origin.ts';
import { isSame, type Session, type Sessions } from './sessions.ts';

/** Somebody who has proved to be an operator. */
export interface Caller {
  role: Role;
  /** Of a browser; undefined for a token. */
  session: Session | undefined;
}

export interface AccessDeps {
  readonly roleOf: (token: string) => Role | undefined;
  sessions: Sessions;
  limits: LoginLimits;
  publicUrl: string | undefined;
  /** Whether the API can be reached from this machine only. */
  isOnLoopback: boolean;
}

/** The gate of the API. */
export interface Access {
  /** Whoever asks. @throws BotServerError `forbidden` for a name of another site, where only this machine can ask */
  requireOwnHost(request: Request): void;
  /** Tells who asks. @throws BotServerError `unauthorized`, `forbidden`, `too_many_attempts`, `store_unavailable` */
  callerOf(request: Request, address: string): Promise<Caller>;
  /** Begins a session of the role that the token has. @throws the same */
  logIn(request: Request, given: { token: string; address: string }): Promise<{ session: Session; setCookie: string }>;
}

/** Builds the gate. */
export function createAccess(deps: AccessDeps): Access {
  const { roleOf, sessions, limits, publicUrl } = deps;
  const judge = async (token: string, address: string): Promise<Role> => {
    await limits.attempt(address);
    const role = roleOf(token);
    if (role === undefined) throw new BotServerError('unauthorized', 'This token is not one of this server’s');
    await limits.prove(address);
    return role;
  };
  // What is sent many times at once is one attempt: a page asks for all that it shows.
  const judging = new Map<string, Promise<Role>>();
  const prove = (token: string, address: string): Promise<Role> => {
    const key = `${address} ${token}`;
    const judged = judging.get(key) ?? judge(token, address).finally(() => judging.delete(key));
    judging.set(key, judged);
    return judged;
  };
  const requireOwnHost = (request: Request) => {
    if (deps.isOnLoopback) requireLoopbackHost(request, publicUrl);
  };
  // Where an operator has been, strangers behind the same proxy keep nobody out, neither programs nor browsers.
  const letIn = async (token: string, address: string): Promise<Role> => {
    const role = (await limits.hasProved(address)) ? roleOf(token) : undefined;
    if (role === undefined) return await prove(token, address);
    await limits.renew(address);
    return role;
  };
  return {
    requireOwnHost,
    async callerOf(request, address) {
      requireOwnHost(request);
      const token = bearerIn(request.headers.get('authorization'));
      if (token !== undefined) return { role: await letIn(token, address), session: undefined };
      const session = sessions.find(request);
      if (!session) throw new BotServerError('unauthorized', 'This needs a token, or a login that has not expired');
      requireSameOrigin(request, publicUrl);
      if (!['GET', 'HEAD', 'OPTIONS'].includes(request.method)) requireCsrfToken(request, session);
      return { role: session.role, session };
    },
    async logIn(request, { token, address }) {
      if (deps.isOnLoopback) requireLoopbackHost(request, publicUrl);
      requireSameOrigin(request, publicUrl);
      return sessions.begin(await letIn(token, address), request);
    },
  };
}

function bearerIn(header: string | null): string | undefined {
  return /^Bearer +([\x21-\x7e]+) *$/i.exec(header ?? '')?.[1];
}

function requireCsrfToken({ headers }: Request, { csrfToken }: Session): void {
  const given = headers.get('x-csrf-token') ?? '';
  if (isSame(Buffer.from(given), Buffer.from(csrfToken))) return;
  throw new BotServerError('forbidden', 'x-csrf-token must be the csrfToken that the login answered', {
    fix: 'GET /api/session answers the csrfToken of the login; send it with everything but GET.',
  });
}
