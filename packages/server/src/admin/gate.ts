/** Everything that stands between a request and the operations: tokens, logins, their limits, and whose request it is. */
import { createClientAddress, networkOf, type TrustProxy } from '../http/client-address.ts';
import type { HttpEnv } from '../http/server.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { type Access, createAccess } from './access.ts';
import { LoginLimits } from './login-limits.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { type AdminTokens, createTokenCheck } from './tokens.ts';

export interface GateDeps {
  tokens: AdminTokens;
  /** Seals logins; the same on every node. */
  key: Uint8Array;
  store: Store;
  trustProxy: TrustProxy | undefined;
  publicUrl: string | undefined;
  /** Whether browsers come over https, where they do not say it themselves. */
  isSecure: boolean;
  /** Whether the API can be reached from this machine only. */
  isOnLoopback: boolean;
  clock: Pick<Clock, 'now'>;
}

export interface Gate {
  access: Access;
  sessions: Sessions;
  /** Whose request it is, as far as attempts to log in are counted together. */
  readonly addressOf: (request: Request, env: HttpEnv) => string;
}

/** Builds the gate of the API. */
export function createGate(deps: GateDeps): Gate {
  const { tokens, trustProxy } = deps;
  const sessions = createSessions(deps);
  const access = createAccess({ ...deps, roleOf: createTokenCheck(tokens), sessions, limits: new LoginLimits(deps) });
  const clientAddress = createClientAddress(trustProxy);
  return {
    access,
    sessions,
    addressOf: ({ headers }, { incoming }) =>
      networkOf(clientAddress(incoming.socket.remoteAddress, headers.get('x-forwarded-for') ?? undefined)),
  };
}
